// Package exp computes e to the power of x, for x <= 0, with the same bits on every
// architecture: package math has assembly on some and is compiled to fused operations on
// others, so that its last bits differ.
package exp

import "math"

const ln2Hi, ln2Lo = 0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56

// terms is the length of the Taylor series.
const terms = 14

// Of is e to the power of x, for x <= 0, to about one unit in the last place:
// x = k ln 2 + r with |r| <= ln(2)/2, and the Taylor series of e to the r.
func Of(x float64) float64 {
	if x < -745 {
		return 0
	}
	k := math.RoundToEven(x / math.Ln2)
	r := math.FMA(-k, ln2Lo, math.FMA(-k, ln2Hi, x))
	s := 1.0
	for n := float64(terms); n >= 1; n-- {
		s = math.FMA(r/n, s, 1)
	}
	return math.Ldexp(s, int(k))
}

// All puts Of each number in its place. They are from -700, below which results are
// not normal numbers, to 0. The cost is some 10 cycles each with AVX2.
func All(x []float64) {
	n := len(x) &^ (lanes - 1)
	if n > 0 {
		all(x[:n])
	}
	allGo(x[n:])
}

// lanes is what a kernel takes at once.
const lanes = 4

// allGo is All as it is meant.
func allGo(x []float64) {
	for i, v := range x {
		x[i] = Of(v)
	}
}
