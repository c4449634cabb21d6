//go:build !noasm

package simd

import "golang.org/x/sys/cpu"

// vector asks for what the kernels use: AVX2 with FMA3, and the foundation of
// AVX-512 with its doubleword, quadword and vector-length parts.
func vector() []ISA {
	x := &cpu.X86
	switch {
	case x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512VL && x.HasAVX512BW && x.HasAVX2 && x.HasFMA:
		return []ISA{AVX2, AVX512}
	case x.HasAVX2 && x.HasFMA:
		return []ISA{AVX2}
	}
	return nil
}
