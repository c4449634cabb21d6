//go:build !noasm

package peak

import "hybrid/simd"

//go:generate go run ./gen -out kernels_amd64.s -stubs kernels_amd64.go -pkg peak

const (
	chainsAVX2 = 12 * 32 // bytes
	chains512  = 12 * 64
)

func kernel[T Real](isa simd.ISA) *Kernel[T] {
	k := plain[T]()
	switch k := any(k).(type) {
	case *Kernel[float64]:
		switch isa {
		case simd.AVX512:
			*k = Kernel[float64]{isa, chainF64AVX512, chains512 / 8}
		case simd.AVX2:
			*k = Kernel[float64]{isa, chainF64AVX2, chainsAVX2 / 8}
		}
	case *Kernel[float32]:
		switch isa {
		case simd.AVX512:
			*k = Kernel[float32]{isa, chainF32AVX512, chains512 / 4}
		case simd.AVX2:
			*k = Kernel[float32]{isa, chainF32AVX2, chainsAVX2 / 4}
		}
	}
	return k
}
