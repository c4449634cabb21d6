//go:build !noasm

package escape

import "hybrid/simd"

// vectors is the number of vectors of points in a state.
const vectors = 8

func kernel[T Real](isa simd.ISA) *Kernel[T] {
	k := &Kernel[T]{isa: isa}
	switch k := any(k).(type) {
	case *Kernel[float64]:
		if isa == simd.NEON {
			k.lanes, k.free, k.checked = 2*vectors, freeF64NEON, checkedF64NEON
		}
	case *Kernel[float32]:
		if isa == simd.NEON {
			k.lanes, k.free, k.checked = 4*vectors, freeF32NEON, checkedF32NEON
		}
	}
	return k
}
