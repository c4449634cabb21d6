package quadrature

import "math"

// mapped turns the integral of f from a to b into one of g over a finite interval,
// for rules with fixed points:
//
//	-inf to inf    x = t/(1-t²)        t from -1 to 1
//	 c to inf      x = c + t/(1-t)     t from 0 to 1, and with the other sign for -inf
//
// Where both ends are finite, g is f.
func mapped(f *Function, a, b float64) (g *Function, from, to float64) {
	left, right := math.IsInf(a, 0), math.IsInf(b, 0)
	if !left && !right {
		return f, a, b
	}
	// Rules with points on the ends take the limit there from so near.
	const near = 0x1p-30
	var at func(t float64) (x, weight float64)
	if left && right {
		from, to = math.Copysign(1, a), math.Copysign(1, b)
		at = func(t float64) (float64, float64) {
			if math.Abs(t) == 1 {
				t *= 1 - near/2
			}
			d := (1 - t) * (1 + t)
			return t / d, math.FMA(t, t, 1) / d / d
		}
	} else {
		end, infinity := a, b
		if from, to = 0, 1; left {
			end, infinity = b, a
			from, to = 1, 0
		}
		sign := math.Copysign(1, infinity)
		at = func(t float64) (float64, float64) {
			if t == 1 {
				t = 1 - near
			}
			d := 1 - t
			return math.FMA(sign, t/d, end), sign / d / d
		}
	}
	x := func(t float64) float64 {
		x, _ := at(t)
		return x
	}
	eval := func(t, y, free []float64) {
		places := free[:len(t)]
		for i, t := range t {
			places[i] = x(t)
		}
		f.eval(places, y, free[len(t):])
		for i, t := range t {
			if y[i] != 0 { // which no weight changes, be it infinite
				_, weight := at(t)
				y[i] *= weight
			}
		}
	}
	return &Function{text: f.text, eval: eval, depth: f.depth + 1, place: x}, from, to
}

// where is the place of f that t of g is, with an infinite one for one that is out of
// sight.
func (f *Function) where(t float64) float64 {
	if f.place == nil {
		return t
	}
	if x := f.place(t); math.Abs(x) < 0x1p40 {
		return x
	}
	return math.Inf(int(math.Copysign(1, f.place(t))))
}
