//go:build !noasm

package escape

import "hybrid/simd"

//go:generate go run ./gen -out kernels_amd64.s -stubs kernels_amd64.go -pkg escape

// vectors is the number of vectors of points in a state.
const vectors = 4

func kernel[T Real](isa simd.ISA) *Kernel[T] {
	k := &Kernel[T]{isa: isa}
	switch k := any(k).(type) {
	case *Kernel[float64]:
		switch isa {
		case simd.AVX512:
			k.lanes, k.free, k.checked = 8*vectors, freeF64AVX512, checkedF64AVX512
		case simd.AVX2:
			k.lanes, k.free, k.checked = 4*vectors, freeF64AVX2, checkedF64AVX2
		}
	case *Kernel[float32]:
		switch isa {
		case simd.AVX512:
			k.lanes, k.free, k.checked = 16*vectors, freeF32AVX512, checkedF32AVX512
		case simd.AVX2:
			k.lanes, k.free, k.checked = 8*vectors, freeF32AVX2, checkedF32AVX2
		}
	}
	return k
}
