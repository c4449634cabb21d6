//go:build !noasm

package words

import (
	"golang.org/x/sys/cpu"

	"hybrid/simd"
)

//go:generate go run ./gen -out kernels_amd64.s -stubs kernels_amd64.go -pkg words

func kernel(isa simd.ISA) edgeKernel {
	switch {
	case isa == simd.AVX512 && cpu.X86.HasAVX512VBMI2:
		return edgesAVX512
	case isa >= simd.AVX2 && cpu.X86.HasBMI1 && cpu.X86.HasPOPCNT:
		return edgesAVX2
	}
	return nil
}
