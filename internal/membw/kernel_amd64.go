//go:build !noasm

package membw

import "hybrid/simd"

//go:generate go run ./gen -out kernels_amd64.s -stubs kernels_amd64.go -pkg membw

func vectorKernels(isa simd.ISA) kernels {
	switch isa {
	case simd.AVX512:
		return kernels{copyAVX512, scaleAVX512, addAVX512, triadAVX512}
	case simd.AVX2:
		return kernels{copyAVX2, scaleAVX2, addAVX2, triadAVX2}
	}
	return plain
}
