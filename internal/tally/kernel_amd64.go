//go:build !noasm

package tally

import (
	"golang.org/x/sys/cpu"

	"hybrid/simd"
)

//go:generate go run ./gen -out kernels_amd64.s -stubs kernels_amd64.go -pkg tally

func kernel(isa simd.ISA) *Kernel {
	k := &Kernel{isa: isa}
	switch isa {
	case simd.AVX512:
		k.inside, k.insideLanes = insideAVX512, 8
		k.ones, k.onesLanes = onesAVX2, 4
		k.multiply = multiplyAVX512
		if cpu.X86.HasAVX512VPOPCNTDQ {
			k.ones, k.onesLanes = onesAVX512, 8
		}
	case simd.AVX2:
		k.inside, k.insideLanes = insideAVX2, 4
		k.ones, k.onesLanes = onesAVX2, 4
		k.multiply = multiplyAVX2
	}
	return k
}
