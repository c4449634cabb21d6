//go:build !noasm

package peak

import "hybrid/simd"

const chainsNEON = 24 * 16 // bytes

func kernel[T Real](isa simd.ISA) *Kernel[T] {
	k := plain[T]()
	if isa != simd.NEON {
		return k
	}
	switch k := any(k).(type) {
	case *Kernel[float64]:
		*k = Kernel[float64]{isa, chainF64NEON, chainsNEON / 8}
	case *Kernel[float32]:
		*k = Kernel[float32]{isa, chainF32NEON, chainsNEON / 4}
	}
	return k
}
