//go:build !noasm

package simd

import "golang.org/x/sys/cpu"

// best asks for what the kernels use: AVX2 with FMA3, and the foundation of
// AVX-512 with its doubleword, quadword and vector-length parts.
func best() ISA {
	x := &cpu.X86
	switch {
	case x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512VL && x.HasAVX512BW && x.HasFMA:
		return AVX512
	case x.HasAVX2 && x.HasFMA:
		return AVX2
	}
	return Go
}
