//go:build !noasm

package stencil

import "hybrid/simd"

func kernel[T Real](isa simd.ISA) *Kernel[T] {
	k := goKernel[T]()
	if isa != simd.NEON {
		return k
	}
	k.isa = isa
	switch k := any(k).(type) {
	case *Kernel[float64]:
		k.forth, k.back = forthF64NEON, backF64NEON
		k.flushForth, k.flushBack = flushForthF64NEON, flushBackF64NEON
		k.carryForth, k.carryBack = carryForthF64NEON, carryBackF64NEON
	case *Kernel[float32]:
		k.forth, k.back = forthF32NEON, backF32NEON
		k.flushForth, k.flushBack = flushForthF32NEON, flushBackF32NEON
		k.carryForth, k.carryBack = carryForthF32NEON, carryBackF32NEON
	}
	return k
}
