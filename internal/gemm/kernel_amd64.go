//go:build !noasm

package gemm

import "hybrid/simd"

//go:generate go run ./gen -out /dev/null -stubs kernels_amd64.go -pkg gemm
//go:generate go run ./gen -only tileF64AVX2 -out tileF64AVX2_amd64.s -pkg gemm
//go:generate go run ./gen -only tileF32AVX2 -out tileF32AVX2_amd64.s -pkg gemm
//go:generate go run ./gen -only tileF64AVX512 -out tileF64AVX512_amd64.s -pkg gemm
//go:generate go run ./gen -only tileF32AVX512 -out tileF32AVX512_amd64.s -pkg gemm
//go:generate go run ./gen -only merge -out merge_amd64.s -pkg gemm
//go:generate go run ./gen -only copy -out copy_amd64.s -pkg gemm
//go:generate go run ./gen -only transpose -out transpose_amd64.s -pkg gemm
//go:generate go run ./gen -only column -out column_amd64.s -pkg gemm

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
