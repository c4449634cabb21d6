package integrand

import "hybrid/internal/simd"

//go:generate go run ./gen -out kernels_amd64.s -stubs kernels_amd64.go -pkg integrand

func kernel(isa simd.ISA) *Kernel {
	k := &Kernel{isa: isa}
	switch isa {
	case simd.AVX512:
		k.arc = arcAVX512
	case simd.AVX2:
		k.arc = arcAVX2
	}
	return k
}
