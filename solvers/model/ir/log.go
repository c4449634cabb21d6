package ir

import "math"

// Log is the natural logarithm. The error is at most 0.81 ulp in f64 and 0.81 in f32. Log(0) =
// -Inf, Log(x < 0) = NaN, Log(+Inf) = +Inf.
//
// x = 2^k (1 + f) with 1 + f from sqrt(1/2) to sqrt(2), and log(1 + f) = 2 atanh(s) with
// s = f / (2 + f), which is f - f^2/2 + s (f^2/2 + R(s)).
func (g *Graph) Log(x Value) Value {
	c := &constantsOf[g.Type]
	k, f := g.split(x)
	s := g.Div(f, g.Add(g.Const(2), f))
	z := g.Mul(s, s)
	h := g.Mul(g.Mul(g.Const(0.5), f), f)
	r := g.FMA(z, g.poly(z, c.log), h)
	inner := g.Sub(h, g.FMA(s, r, g.Mul(k, g.Const(c.ln2[1]))))
	y := g.FMA(k, g.Const(c.ln2[0]), g.Sub(f, inner))
	return g.ofPositive(x, y, g.Select(g.Equal(x, g.Const(0)), g.Const(math.Inf(-1)), g.Const(math.NaN())))
}

// split finds k, an integer, and f with x = 2^k (1 + f), of a positive number.
func (g *Graph) split(x Value) (k, f Value) {
	t := g.Type
	up := t.fraction() + 2 // makes subnormal numbers normal
	small := g.Less(x, g.Const(t.least()))
	b := g.Bits(g.Select(small, g.Mul(x, g.Const(math.Ldexp(1, up))), x))
	half, one := t.Bits(math.Sqrt2/2), t.Bits(1)
	b = g.IAdd(b, g.Int(one-half))
	f = g.Float(g.IAdd(g.IAnd(b, g.Int(1<<t.fraction()-1)), g.Int(half)))
	// A number of 2^fraction or a little more has its integer in the low bits.
	whole := math.Ldexp(1, t.fraction())
	k = g.Float(g.IAdd(g.IShr(b, t.fraction()), g.Int(t.Bits(whole))))
	away := whole + float64(t.bias())
	k = g.Sub(k, g.Select(small, g.Const(away+float64(up)), g.Const(away)))
	return k, g.Sub(f, g.Const(1))
}

// ofPositive is y where x is positive, but x where that is infinite; otherwise other.
func (g *Graph) ofPositive(x, y, other Value) Value {
	y = g.Select(g.Equal(x, g.Const(math.Inf(1))), x, y)
	return g.Select(g.Less(g.Const(0), x), y, other)
}
