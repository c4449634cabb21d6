//go:build !noasm

package warpmath

import "hybrid/simd"

//go:generate go run ./gen -out kernels_amd64.s -stubs kernels_amd64.go -pkg warpmath

// choose returns the AVX2 form where the processor has it.
func choose[F any](avx2, plain F) F {
	if simd.Best() >= simd.AVX2 {
		return avx2
	}
	return plain
}

// AddF32 returns the function d = a + b.
func AddF32() Two[float32] { return choose(addF32AVX2, addF32Go) }

// SubF32 returns the function d = a - b.
func SubF32() Two[float32] { return choose(subF32AVX2, subF32Go) }

// MulF32 returns the function d = a b.
func MulF32() Two[float32] { return choose(mulF32AVX2, mulF32Go) }

// FMAF32 returns the function d = a b + c with one rounding.
func FMAF32() Three[float32] { return choose(fmaF32AVX2, fmaF32Go) }

// AddF64 returns the function d = a + b.
func AddF64() Two[float64] { return choose(addF64AVX2, addF64Go) }

// SubF64 returns the function d = a - b.
func SubF64() Two[float64] { return choose(subF64AVX2, subF64Go) }

// MulF64 returns the function d = a b.
func MulF64() Two[float64] { return choose(mulF64AVX2, mulF64Go) }

// FMAF64 returns the function d = a b + c with one rounding.
func FMAF64() Three[float64] { return choose(fmaF64AVX2, fmaF64Go) }

// AddU32 returns the function d = a + b.
func AddU32() Two[uint32] { return choose(addU32AVX2, addU32Go) }

// AddU64 returns the function d = a + b.
func AddU64() Two[uint64] { return choose(addU64AVX2, addU64Go) }

// MulU32 returns the function d = the low half of a b.
func MulU32() Two[uint32] { return choose(mulU32AVX2, mulU32Go) }

// MadU32 returns the function d = the low half of a b + c.
func MadU32() Three[uint32] { return choose(madU32AVX2, madU32Go) }

// MulHiU32 returns the function d = the high half of a b.
func MulHiU32() Two[uint32] { return choose(mulHiU32AVX2, mulHiU32Go) }
