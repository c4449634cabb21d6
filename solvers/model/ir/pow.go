package ir

import "math"

// Pow is x to the power of y. The error is at most 0.78 ulp in f64 and 0.79 in f32, subnormal
// results included. Special values are those of C99: Pow(x, 0) = Pow(1, y) = 1
// also where the other is NaN, Pow(x < 0, y) is NaN unless y is an integer, and so on. Small
// constant powers are multiplications in the graph: x^1 and x^2 are made so here.
//
// It is e^(y log|x|) with log|x| in twice the digits.
func (g *Graph) Pow(x, y Value) Value {
	if n, ok := g.Constant(y); ok {
		switch n {
		case 0:
			return g.Const(1)
		case 1:
			return x
		case 2:
			return g.Mul(x, x)
		}
	}
	c := &constantsOf[g.Type]
	zero, one, inf := g.Const(0), g.Const(1), g.Const(math.Inf(1))
	size := g.Abs(x)
	log := g.logOf(size)
	log.high = g.ofPositive(size, log.high, g.Select(g.Equal(x, zero), g.Const(math.Inf(-1)), x))

	high := g.Mul(y, log.high)
	low := g.FMA(y, log.low, g.FMA(y, log.high, g.Neg(high)))
	e := g.within(high)
	low = g.Select(g.Equal(e, high), low, zero) // rubbish where the product is infinite
	k, bits := g.roundTimes(e, c.log2e, 2*g.Type.bias())
	r := g.fastSum(g.FMA(g.Neg(k), g.Const(c.ln2[0]), e), g.FMA(g.Neg(k), g.Const(c.ln2[1]), low))
	q := g.FMA(g.Mul(r.high, r.high), g.poly(r.high, c.exp), g.FMA(r.low, r.high, r.low))
	s := g.fastSum(one, r.high)
	z := g.scaled(g.Add(s.high, g.Add(s.low, q)), bits)

	// 1 where y is 0 or |x| is 1
	z = g.Select(g.Or(g.Equal(y, zero), g.Equal(size, one)), one, z)
	// Of negative x: the sign for odd integers, NaN for what is no integer.
	half := g.Mul(g.Const(0.5), y)
	whole := g.Equal(g.Floor(y), y)
	odd := g.And(whole, g.Not(g.Equal(g.Floor(half), half)))
	sign := g.IAnd(g.Bits(x), g.Int(1<<(g.Type.Width()-1)))
	z = g.Select(odd, g.Float(g.IXor(g.Bits(z), sign)), z)
	negative := g.And(g.Less(x, zero), g.Not(whole))
	wrong := g.And(negative, g.Less(size, inf)) // (-Inf)^y is a limit for all y
	return g.Select(wrong, g.Const(math.NaN()), z)
}

// logOf is the logarithm of a positive number, in some 13 bits more than a float has:
// k ln 2 + 2s + 2/3 s^3 + s^5 P(s^2), the first three in twice the digits.
func (g *Graph) logOf(x Value) sum {
	c := &constantsOf[g.Type]
	k, f := g.split(x)
	// s = f / (2 + f), and what is left of the division
	d := g.fastSum(g.Const(2), f)
	inverse := g.Div(g.Const(1), d.high)
	s := sum{high: g.Mul(f, inverse)}
	rest := g.FMA(g.Neg(s.high), d.high, f)
	s.low = g.Mul(g.FMA(g.Neg(s.high), d.low, rest), inverse)

	z := g.product(s.high, s.high)
	z.low = g.FMA(g.Add(s.high, s.high), s.low, z.low)
	// t = z (2/3 + z P)
	more := g.FMA(z.high, g.poly(z.high, c.pow), g.Const(c.twoThirds[1]))
	p := g.fastSum(g.Const(c.twoThirds[0]), more)
	t := g.product(z.high, p.high)
	t.low = g.Add(t.low, g.FMA(z.high, p.low, g.Mul(z.low, p.high)))
	// u = s t
	u := g.product(s.high, t.high)
	u.low = g.Add(u.low, g.FMA(s.high, t.low, g.Mul(s.low, t.high)))
	// k ln 2 + 2s + u
	a := g.product(k, g.Const(c.ln2[0]))
	b := g.fastSum(a.high, g.Add(s.high, s.high))
	v := g.fastSum(b.high, u.high)
	v.low = g.Add(v.low, g.Add(b.low, g.FMA(k, g.Const(c.ln2[1]), g.Add(a.low, g.Add(u.low, g.Add(s.low, s.low))))))
	return g.fastSum(v.high, v.low)
}
