//go:build !noasm

package integrand

import "hybrid/simd"

//go:generate go run ./gen -out kernels_amd64.s -stubs kernels_amd64.go -pkg integrand

func kernel(isa simd.ISA) *Kernel {
	k := &Kernel{isa: isa}
	switch isa {
	case simd.AVX512:
		k.arc, k.mixed, k.divide, k.lanes = arcAVX512, arcMixedAVX512, divideAVX512, 8
	case simd.AVX2:
		k.arc, k.divide, k.lanes = arcAVX2, divideAVX2, 4
	}
	return k
}
