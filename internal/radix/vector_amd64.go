//go:build !noasm

package radix

import "hybrid/simd"

//go:generate go run ./gen -out /dev/null -stubs kernels_amd64.go -pkg radix
//go:generate go run ./gen -only runsU64 -out runsU64_amd64.s -pkg radix
//go:generate go run ./gen -only runsU32 -out runsU32_amd64.s -pkg radix
//go:generate go run ./gen -only groups -out groups_amd64.s -pkg radix
//go:generate go run ./gen -only count -out count_amd64.s -pkg radix
//go:generate go run ./gen -only spread -out spread_amd64.s -pkg radix
//go:generate go run ./gen -only combine -out combine_amd64.s -pkg radix
//go:generate go run ./gen -only bounds -out bounds_amd64.s -pkg radix
//go:generate go run ./gen -only ordered -out ordered_amd64.s -pkg radix

// vectorKernels puts the kernels of an instruction set into k.
func vectorKernels(isa simd.ISA, k any) {
	switch k := k.(type) {
	case *kernels[uint64]:
		switch isa {
		case simd.AVX512:
			*k = kernels[uint64]{lanes: 8, longest: 128, usual: 44, slot: 80, bucket: serial / 2, alone: serial, most: 2 * serial, slotted: 2 * serial, line: 16, count: countU64AVX512, spread: spreadU64AVX512,
				combine: combineU64AVX512, bounds: boundsU64AVX512, ordered: orderedU64AVX512, runs: runsU64AVX512}
		case simd.AVX2:
			*k = kernels[uint64]{lanes: 8, longest: 32, usual: 8, slot: 24, bucket: serial / 8, alone: serial / 32, most: serial / 2, slotted: serial / 2, line: 16, count: countU64AVX2, spread: spreadU64AVX2,
				combine: combineU64AVX2, bounds: boundsU64AVX2, ordered: orderedU64AVX2, groups: groupsU64AVX2, lowest: 1 << 52, span: 1<<62 - 1<<52}
		}
	case *kernels[uint32]:
		switch isa {
		case simd.AVX512:
			*k = kernels[uint32]{lanes: 16, longest: 256, usual: 48, slot: 84, bucket: serial / 2, alone: serial, most: 2 * serial, slotted: 2 * serial, line: 32, count: countU32AVX512, spread: spreadU32AVX512,
				combine: combineU32AVX512, bounds: boundsU32AVX512, ordered: orderedU32AVX512, runs: runsU32AVX512}
		case simd.AVX2:
			*k = kernels[uint32]{lanes: 8, longest: 32, usual: 8, slot: 24, bucket: serial / 8, alone: serial / 32, most: serial / 2, slotted: serial / 2, line: 32, count: countU32AVX2, spread: spreadU32AVX2,
				combine: combineU32AVX2, bounds: boundsU32AVX2, ordered: orderedU32AVX2, groups: groupsU32AVX2, span: 1<<32 - 1}
		}
	}
}
