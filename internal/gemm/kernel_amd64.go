//go:build !noasm

package gemm

import "hybrid/simd"

//go:generate go run ./gen -out kernels_amd64.s -stubs kernels_amd64.go -pkg gemm

func newKernel[T Real](isa simd.ISA) kernel[T] {
	k := goKernel[T]()
	switch k := any(&k).(type) {
	case *kernel[float64]:
		switch isa {
		case simd.AVX512:
			*k = kernel[float64]{isa, 14, 6, 8, tileF64AVX512, mergeF64AVX512, 4, transposeF64AVX2, columnF64AVX2, copyF64AVX512}
		case simd.AVX2:
			*k = kernel[float64]{isa, 6, 2, 4, tileF64AVX2, mergeF64AVX2, 4, transposeF64AVX2, columnF64AVX2, copyF64AVX2}
		}
	case *kernel[float32]:
		switch isa {
		case simd.AVX512:
			*k = kernel[float32]{isa, 14, 6, 16, tileF32AVX512, mergeF32AVX512, 8, transposeF32AVX2, columnF32AVX2, copyF32AVX512}
		case simd.AVX2:
			*k = kernel[float32]{isa, 6, 2, 8, tileF32AVX2, mergeF32AVX2, 8, transposeF32AVX2, columnF32AVX2, copyF32AVX2}
		}
	}
	return k
}
