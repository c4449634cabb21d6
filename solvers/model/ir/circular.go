package ir

// Sin is the sine. The error is at most 0.77 ulp in f64 where |x| <= 2^40, and 0.77 in f32
// where |x| <= 2^14. Beyond, up to infinity, the result is that of +-2^40 or +-2^14: as a
// float steps over whole periods. Sin(-0) = -0; of an infinity it is NaN.
func (g *Graph) Sin(x Value) Value {
	a := g.angle(x)
	return g.FMA(g.Const(0), x, g.flipped(g.Select(a.odd, a.cosine(), a.sine()), a.quadrant))
}

// Cos is the cosine, as Sin is the sine. The error is at most 0.73 ulp in f64 and 0.77 in f32.
func (g *Graph) Cos(x Value) Value {
	a := g.angle(x)
	y := g.flipped(g.Select(a.odd, a.sine(), a.cosine()), g.IAdd(a.quadrant, g.Int(1)))
	return g.FMA(g.Const(0), x, y)
}

// Tan is the tangent, as Sin is the sine. The error is at most 0.77 ulp in f64 and 0.86 in
// f32.
func (g *Graph) Tan(x Value) Value {
	a := g.angle(x)
	// sin / cos, or cos / -sin
	lost := g.product(a.r, a.r).low // of z
	s, c := g.fastSum(a.r, g.Neg(a.sinLess)), g.fastSum(a.near, g.FMA(g.Const(-0.5), lost, a.cosMore))
	above := sum{g.Select(a.odd, c.high, s.high), g.Select(a.odd, c.low, s.low)}
	below := sum{g.Select(a.odd, s.high, c.high), g.Select(a.odd, s.low, c.low)}
	y := g.flipped(g.ratio(above, below), g.IShl(a.quadrant, 1))
	return g.Select(g.Equal(x, g.Const(0)), x, g.FMA(g.Const(0), x, y))
}

// An angle is quadrant * pi/2 and a rest from -pi/4 to pi/4.
type angle struct {
	g             *Graph
	quadrant      Value // in the two lowest bits
	odd           Value // whether that is
	r, sinLess    Value // the sine of the rest is r - sinLess
	near, cosMore Value // the cosine is near + cosMore
}

// angle reduces x: with k the next integer to x / (pi/2), the rest is r = x - k pi/2, with
// pi/2 in three parts. x - k*first is exact. From it the product with the second is taken
// in twice the digits, as x may be close to a multiple of pi/2: r and less, which is to be
// subtracted. Signs are such that -0 stays.
func (g *Graph) angle(x Value) angle {
	c := &constantsOf[g.Type]
	most := [...]float64{F64: 1 << 40, F32: 1 << 14}[g.Type]
	x = g.Min(g.Const(most), g.Max(g.Const(-most), x))
	k, bits := g.roundTimes(x, c.twoOverPi, 0)
	r := g.FMA(g.Neg(k), g.Const(c.halfPi[0]), x)
	w := g.product(k, g.Const(c.halfPi[1]))
	r, lost := g.Sub(r, w.high), r
	lost = g.Sub(g.Sub(lost, r), w.high)
	less := g.FMA(k, g.Const(c.halfPi[2]), g.Sub(w.low, lost))

	// sin(r - less) = r - (r^3 S(z) + less cos r), cos(r - less) = 1 - z/2 + z^2 C(z) + less sin r
	one, z := g.Const(1), g.Mul(r, r)
	h := g.Mul(g.Const(0.5), z)
	near := g.Sub(one, h)
	sinLess := g.FMA(g.Mul(z, r), g.poly(z, c.sin), g.Mul(less, near))
	cosMore := g.Add(g.Sub(g.Sub(one, near), h), g.FMA(g.Mul(z, z), g.poly(z, c.cos), g.Mul(r, less)))

	q := g.Bits(bits)
	// The lowest bit as the sign of 1.
	odd := g.Less(g.Float(g.IAdd(g.IShl(q, g.Type.Width()-1), g.Int(g.Type.Bits(1)))), g.Const(0))
	return angle{g, q, odd, r, sinLess, near, cosMore}
}

func (a *angle) sine() Value   { return a.g.Sub(a.r, a.sinLess) }
func (a *angle) cosine() Value { return a.g.Add(a.near, a.cosMore) }

// flipped is x, or -x where the second lowest bit of an integer is set.
func (g *Graph) flipped(x, n Value) Value {
	w := g.Type.Width()
	sign := g.IAnd(g.IShl(n, w-2), g.Int(1<<(w-1)))
	return g.Float(g.IXor(g.Bits(x), sign))
}
