//go:build !noasm

package gemm

import "hybrid/simd"

func newKernel[T Real](isa simd.ISA) kernel[T] {
	k := goKernel[T]()
	if isa != simd.NEON {
		return k
	}
	switch k := any(&k).(type) {
	case *kernel[float64]:
		*k = kernel[float64]{isa, 6, 2, 4, tileF64NEON, mergeF64NEON, 4, transposeF64NEON, columnF64NEON, copyF64NEON}
	case *kernel[float32]:
		*k = kernel[float32]{isa, 6, 2, 8, tileF32NEON, mergeF32NEON, 8, transposeF32NEON, columnF32NEON, copyF32NEON}
	}
	return k
}
