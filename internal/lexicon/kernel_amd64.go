//go:build !noasm

package lexicon

import (
	"golang.org/x/sys/cpu"

	"hybrid/simd"
)

//go:generate go run ./gen -out kernels_amd64.s -stubs kernels_amd64.go -pkg lexicon

func kernel(isa simd.ISA) countKernel {
	if isa >= simd.AVX2 && cpu.X86.HasBMI2 {
		return countAVX2
	}
	return nil
}
