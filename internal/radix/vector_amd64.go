//go:build !noasm

package radix

import "hybrid/simd"

//go:generate go run ./gen -out /dev/null -stubs kernels_amd64.go -pkg radix
//go:generate go run ./gen -only runsU64 -out runsU64_amd64.s -pkg radix
//go:generate go run ./gen -only runsU32 -out runsU32_amd64.s -pkg radix
//go:generate go run ./gen -only count -out count_amd64.s -pkg radix
//go:generate go run ./gen -only spread -out spread_amd64.s -pkg radix
//go:generate go run ./gen -only combine -out combine_amd64.s -pkg radix
//go:generate go run ./gen -only bounds -out bounds_amd64.s -pkg radix

// vectorKernels puts the kernels of an instruction set into k.
func vectorKernels(isa simd.ISA, k any) {
	if isa != simd.AVX512 {
		return
	}
	switch k := k.(type) {
	case *kernels[uint64]:
		*k = kernels[uint64]{8, 128, 44, 80, 16, countU64AVX512, spreadU64AVX512, combineU64AVX512, boundsU64AVX512, runsU64AVX512}
	case *kernels[uint32]:
		*k = kernels[uint32]{16, 256, 48, 84, 32, countU32AVX512, spreadU32AVX512, combineU32AVX512, boundsU32AVX512, runsU32AVX512}
	}
}
