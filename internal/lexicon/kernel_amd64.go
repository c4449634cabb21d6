//go:build !noasm

package lexicon

import (
	"golang.org/x/sys/cpu"

	"hybrid/simd"
)

//go:generate go run ./gen -out kernels_amd64.s -stubs kernels_amd64.go -pkg lexicon

func kernels(isa simd.ISA) (cacheKernel, addKernel) {
	if isa >= simd.AVX2 && cpu.X86.HasBMI2 {
		return cacheAVX2, addAVX2
	}
	return nil, nil
}
