package ir

// Exp is e^x. The error is at most 0.78 ulp in f64 and 0.78 in f32, subnormal
// results included. Exp(-Inf) = 0, Exp(+Inf) = +Inf.
//
// x = k ln 2 + r, e^x = 2^k e^r.
func (g *Graph) Exp(x Value) Value {
	c := &constantsOf[g.Type]
	x = g.within(x)
	k, bits := g.roundTimes(x, c.log2e, 2*g.Type.bias())
	r := g.FMA(g.Neg(k), g.Const(c.ln2[0]), x)
	r = g.FMA(g.Neg(k), g.Const(c.ln2[1]), r)
	s := g.fastSum(g.Const(1), r)
	q := g.FMA(g.Mul(r, r), g.poly(r, c.exp), s.low)
	return g.scaled(g.Add(s.high, q), bits)
}

// within limits an exponent to where Exp is neither 0 nor infinite, and a little more. NaN
// stays NaN.
func (g *Graph) within(x Value) Value {
	limits := [...][2]float64{F64: {-746, 710}, F32: {-104.5, 89}}[g.Type]
	return g.Min(g.Const(limits[1]), g.Max(g.Const(limits[0]), x))
}

// scaled is x times 2^k with k plus twice the bias in the low bits of a float: by two
// factors, as 2^k may be no float.
func (g *Graph) scaled(x, bits Value) Value {
	k := g.Bits(bits)
	half := g.IShr(k, 1)
	return g.Mul(g.Mul(x, g.exponent(half)), g.exponent(g.ISub(k, half)))
}
