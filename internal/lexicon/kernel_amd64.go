//go:build !noasm

package lexicon

import (
	"golang.org/x/sys/cpu"

	"hybrid/simd"
)

//go:generate go run ./gen -out kernels_amd64.s -stubs kernels_amd64.go -pkg lexicon

func kernels(isa simd.ISA) kernelSet {
	if isa >= simd.AVX2 && cpu.X86.HasBMI2 {
		return kernelSet{cacheAVX2, addAVX2, addPackedAVX2}
	}
	return kernelSet{}
}
