//go:build !noasm

package stencil

import "hybrid/simd"

//go:generate go run ./gen -out /dev/null -stubs kernels_amd64.go -pkg stencil
//go:generate go run ./gen -only forth -out forth_amd64.s -pkg stencil
//go:generate go run ./gen -only back -out back_amd64.s -pkg stencil
//go:generate go run ./gen -only flushForth -out flushforth_amd64.s -pkg stencil
//go:generate go run ./gen -only flushBack -out flushback_amd64.s -pkg stencil
//go:generate go run ./gen -only carry -out carry_amd64.s -pkg stencil

func kernel[T Real](isa simd.ISA) *Kernel[T] {
	k := goKernel[T]()
	k.isa = isa
	switch k := any(k).(type) {
	case *Kernel[float64]:
		switch isa {
		case simd.AVX512:
			k.forth, k.back = forthF64AVX512, backF64AVX512
			k.flushForth, k.flushBack = flushForthF64AVX512, flushBackF64AVX512
			k.carryForth, k.carryBack = carryForthF64AVX512, carryBackF64AVX512
		case simd.AVX2:
			k.forth, k.back = forthF64AVX2, backF64AVX2
			k.flushForth, k.flushBack = flushForthF64AVX2, flushBackF64AVX2
			k.carryForth, k.carryBack = carryForthF64AVX2, carryBackF64AVX2
		}
	case *Kernel[float32]:
		switch isa {
		case simd.AVX512:
			k.forth, k.back = forthF32AVX512, backF32AVX512
			k.flushForth, k.flushBack = flushForthF32AVX512, flushBackF32AVX512
			k.carryForth, k.carryBack = carryForthF32AVX512, carryBackF32AVX512
		case simd.AVX2:
			k.forth, k.back = forthF32AVX2, backF32AVX2
			k.flushForth, k.flushBack = flushForthF32AVX2, flushBackF32AVX2
			k.carryForth, k.carryBack = carryForthF32AVX2, carryBackF32AVX2
		}
	}
	return k
}
