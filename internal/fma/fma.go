// Package fma is the fused multiply-add x*y + z, with one rounding, of both
// floating-point types: what the pure-Go twins of the SIMD kernels are made of.
package fma

import (
	"math"
	"unsafe"
)

// FMA is x*y + z with one rounding. The size of T is known where the function
// is instantiated, so one of the branches is all that remains of it.
func FMA[T float32 | float64](x, y, z T) T {
	if unsafe.Sizeof(x) == 8 {
		return T(math.FMA(float64(x), float64(y), float64(z)))
	}
	return T(FMA32(float32(x), float32(y), float32(z)))
}

// FMA32 is x*y + z in float32 with one rounding. The product is exact in
// float64; the sum is rounded to odd there (Boldo & Melquiond, "Emulation of
// FMA and correctly rounded sums", 2008, theorem 4), so that rounding it once
// more gives the correctly rounded result, subnormals included.
func FMA32(x, y, z float32) float32 {
	p, q := float64(x)*float64(y), float64(z)
	s := p + q
	t := s - p
	err := (p - (s - t)) + (q - t) // Knuth's two-sum: p + q = s + err exactly
	if err != 0 && err == err {    // inexact, and not an overflow or a NaN
		b := math.Float64bits(s)
		if b&1 == 0 {
			if (err > 0) == (s > 0) {
				b++
			} else {
				b--
			}
			s = math.Float64frombits(b)
		}
	}
	return float32(s)
}
