package quadrature

import (
	"fmt"
	"math"
)

// A NoIntegralError is a place of the interval towards which the function rises, up
// or down, at least as fast as 1/distance, as far as float64 shows, or an infinite
// end towards which it does not fall faster than 1/x: the integral does not exist.
type NoIntegralError struct {
	F  string // the formula
	At float64
}

func (e *NoIntegralError) Error() string {
	if math.IsInf(e.At, 0) {
		return fmt.Sprintf("quadrature: %s has no integral up to x = %v: it does not fall faster than 1/x", e.F, e.At)
	}
	return fmt.Sprintf("quadrature: %s has no integral over x = %v: it rises at least as fast as 1/distance towards that place", e.F, e.At)
}

// pole looks for a place within h of x, in [lo, hi], towards which |f| rises at
// least as fast as 1/distance. An integral over such a place does not exist,
// though sums may look as if it did: those of 1/x to both sides of 0 cancel.
//
// x is where |f| is largest of many points h apart. A pole lies beside it, and |f|
// rises on both of its sides, so golden sections (Kiefer 1953) find it. Then |f| must
// double with every halving of the distance from h down to where rounding begins:
// what jumps, has a steep peak or an integrable singularity does not. Nothing is
// found where points are so close together that rounding hides the rise, nor where
// larger values nearby hide the pole.
func (f *Function) pole(x, h, lo, hi float64) (at float64, found bool) {
	size := func(x float64) float64 {
		if x < lo || x > hi {
			return 0
		}
		v := math.Abs(f.At(x))
		if math.IsNaN(v) {
			return 0
		}
		return v
	}
	if top := size(x); !(top >= 2*size(x-4*h) && top >= 2*size(x+4*h)) {
		return 0, false
	}
	ulp := 0x1p-52 * max(math.Abs(lo), math.Abs(hi))
	at = x
	top := size(x)
	try := func(x float64) float64 {
		v := size(x)
		if v > top {
			at, top = x, v
		}
		return v
	}
	const golden = 0.6180339887498949
	for l, r := max(x-h, lo), min(x+h, hi); r-l > ulp; {
		a, b := r-golden*(r-l), l+golden*(r-l)
		if try(a) >= try(b) {
			r = b
		} else {
			l = a
		}
	}
	beside := func(d float64) float64 { return max(size(at-d), size(at+d)) }

	if math.Abs(at) <= ulp {
		at = 0
	}

	const least, most = 6, 20 // halvings
	d := 0x1p8 * ulp
	near := beside(d)
	for math.IsInf(near, 1) && d < h { // so close that the quotient overflows
		d *= 2
		near = beside(d)
	}
	halvings, rise := 0, 0.0
	for v := near; halvings < most && 2*d <= h; halvings++ {
		d *= 2
		far := beside(d)
		octave := math.Log2(v / far)
		if !(octave >= 0.9) {
			return 0, false
		}
		rise, v = rise+octave, far
	}
	return at, halvings >= least && rise >= 0.99*float64(halvings)
}
