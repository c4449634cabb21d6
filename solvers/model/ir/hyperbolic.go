package ir

// Tanh is the hyperbolic tangent. The error is at most 0.82 ulp in f64 and 0.87 in f32.
// Tanh(-0) = -0, Tanh(+-Inf) = +-1.
//
// It is E / (E + 2) with E = e^2x - 1 = 2^k (1 + q) - 1 in twice the digits.
func (g *Graph) Tanh(x Value) Value {
	c := &constantsOf[g.Type]
	one := [...]float64{F64: 20, F32: 10}[g.Type] // from where on it is 1
	t := g.Min(g.Const(one), g.Abs(x))
	bits, r := g.reduced(g.Add(t, t), g.Type.bias())
	q := g.fastSum(r.high, g.FMA(g.Mul(r.high, r.high), g.poly(r.high, c.exp), r.low))
	scale := g.exponent(g.Bits(bits))
	// scale + by + scale*q
	part := func(by float64) sum {
		whole := g.fastSum(scale, g.Const(by))
		s := g.fastSum(whole.high, g.Mul(scale, q.high))
		s.low = g.Add(s.low, g.FMA(scale, q.low, whole.low))
		return s
	}
	return g.signed(g.ratio(part(-1), part(1)), x)
}

// reduced is r = x - k ln 2 with k next to x / ln 2, and a float with k+plus in its low bits.
func (g *Graph) reduced(x Value, plus uint64) (bits Value, r sum) {
	c := &constantsOf[g.Type]
	k, bits := g.roundTimes(x, c.log2e, plus)
	r.low = g.FMA(g.Neg(k), g.Const(c.ln2[0]), x) // exact
	less := g.Mul(k, g.Const(c.ln2[1]))
	r.high = g.Sub(r.low, less)
	r.low = g.Sub(g.Sub(r.low, r.high), less)
	return bits, r
}

// Sinh is the hyperbolic sine. The error is at most 0.71 ulp in f64 and 0.80 in f32. Sinh(-0) =
// -0, Sinh(+-Inf) = +-Inf.
func (g *Graph) Sinh(x Value) Value {
	h := g.hyperbolic(x)
	// sinh r (a + b) + cosh r (a - b)
	y := g.around(h.difference, h.r.high, h.sum, g.FMA(h.sinhMore, h.sum.high, g.Mul(h.coshMore, h.difference.high)))
	small := [...]float64{F64: 0x1p-28, F32: 0x1p-13}[g.Type]
	t := g.Abs(x)
	return g.signed(g.Select(g.Less(t, g.Const(small)), t, g.Add(y, y)), x)
}

// Cosh is the hyperbolic cosine. The error is at most 0.64 ulp in f64 and 0.71 in f32.
// Cosh(+-Inf) = +Inf.
func (g *Graph) Cosh(x Value) Value {
	h := g.hyperbolic(x)
	// cosh r (a + b) + sinh r (a - b)
	y := g.around(h.sum, h.r.high, h.difference, g.FMA(h.coshMore, h.sum.high, g.Mul(h.sinhMore, h.difference.high)))
	return g.Add(y, y)
}

// around is large + x*y + small, with one rounding of much effect.
func (g *Graph) around(large sum, x Value, y sum, small Value) Value {
	p := g.product(x, y.high)
	small = g.FMA(x, y.low, small)
	s := g.fastSum(large.high, p.high)
	return g.Add(s.high, g.Add(s.low, g.Add(p.low, g.Add(large.low, small))))
}

// A hyperbolic is |x| = k ln 2 + r, with a = 2^(k-2) and b = 2^(-k-2): half of those of which
// sinh and cosh are made, as these may be too large for a float.
type hyperbolic struct {
	r                  sum
	sinhMore, coshMore Value // sinh r - r, cosh r - 1
	sum, difference    sum   // a + b, a - b
}

func (g *Graph) hyperbolic(x Value) hyperbolic {
	c := &constantsOf[g.Type]
	plus := g.Type.bias() - 2
	infinite := [...]float64{F64: 710.5, F32: 89.5}[g.Type] // from where on they are
	bits, r := g.reduced(g.Min(g.Const(infinite), g.Abs(x)), plus)
	z := g.Mul(r.high, r.high)
	h := hyperbolic{r: r,
		sinhMore: g.FMA(g.Mul(z, r.high), g.poly(z, c.sinh), r.low),
		coshMore: g.FMA(z, g.poly(z, c.cosh), g.Mul(r.high, r.low)),
	}
	// Where k is large b is of no matter, but has to be a float.
	most := g.Const(g.Type.shifter() + float64(plus) + 60)
	a, b := g.exponent(g.Bits(bits)), g.exponent(g.ISub(g.Int(2*plus), g.Bits(g.Min(most, bits))))
	h.sum, h.difference = g.fastSum(a, b), g.fastSum(a, g.Neg(b))
	return h
}
