//go:build !amd64 || noasm

package warpmath

// AddF32 returns the function d = a + b.
func AddF32() Two[float32] { return addF32Go }

// SubF32 returns the function d = a - b.
func SubF32() Two[float32] { return subF32Go }

// MulF32 returns the function d = a b.
func MulF32() Two[float32] { return mulF32Go }

// FMAF32 returns the function d = a b + c with one rounding.
func FMAF32() Three[float32] { return fmaF32Go }

// AddF64 returns the function d = a + b.
func AddF64() Two[float64] { return addF64Go }

// SubF64 returns the function d = a - b.
func SubF64() Two[float64] { return subF64Go }

// MulF64 returns the function d = a b.
func MulF64() Two[float64] { return mulF64Go }

// FMAF64 returns the function d = a b + c with one rounding.
func FMAF64() Three[float64] { return fmaF64Go }

// AddU32 returns the function d = a + b.
func AddU32() Two[uint32] { return addU32Go }

// AddU64 returns the function d = a + b.
func AddU64() Two[uint64] { return addU64Go }

// MulU32 returns the function d = the low half of a b.
func MulU32() Two[uint32] { return mulU32Go }

// MadU32 returns the function d = the low half of a b + c.
func MadU32() Three[uint32] { return madU32Go }

// MulHiU32 returns the function d = the high half of a b.
func MulHiU32() Two[uint32] { return mulHiU32Go }
