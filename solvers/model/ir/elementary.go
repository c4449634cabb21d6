package ir

import "math"

//go:generate go run ./gen

// The elementary functions below are made of the operations of a graph, so that all backends
// give the same bits. f64 and f32 each have constants and polynomials of their own
// (constants.go). The methods are those of FreeBSD's msun (Sun's fdlibm), with fused
// multiply-adds where they give more digits. What is said of errors are the largest that
// were found among some hundred thousand arguments of all magnitudes in f64, and some ten
// million in f32, beside many more digits, in units of
// the last place (ulp); all are below 1.

// fraction is the number of bits of a float's fraction, bias what is added to its exponent.
func (t Type) fraction() int { return [...]int{52, 23}[t] }
func (t Type) bias() uint64  { return [...]uint64{1023, 127}[t] }

// shifter is 1.5 * 2^fraction: a number of moderate size plus it is rounded to an integer,
// which stands in the low bits of the sum.
func (t Type) shifter() float64 { return math.Ldexp(1.5, t.fraction()) }

// least is the smallest normal number.
func (t Type) least() float64 { return math.Ldexp(1, 1-int(t.bias())) }

// roundTimes is k, x*by rounded to an integer, and a float with k+plus in its low bits.
func (g *Graph) roundTimes(x Value, by float64, plus uint64) (k, bits Value) {
	shifter := g.Const(g.Type.shifter() + float64(plus))
	bits = g.FMA(x, g.Const(by), shifter)
	return g.Sub(bits, shifter), bits
}

// exponent is the float of which the low bits of an integer are the exponent's bits.
func (g *Graph) exponent(n Value) Value { return g.Float(g.IShl(n, g.Type.fraction())) }

// poly is c[0] + c[1] x + ... by Horner's rule.
func (g *Graph) poly(x Value, c []float64) Value {
	sum := g.Const(c[len(c)-1])
	for i := len(c) - 2; i >= 0; i-- {
		sum = g.FMA(sum, x, g.Const(c[i]))
	}
	return sum
}

// A sum is high + low, low being some half ulp of high at most: twice the digits.
type sum struct{ high, low Value }

// fastSum is a + b exactly, where a is 0, or not smaller than b, or a multiple of b's ulp.
func (g *Graph) fastSum(a, b Value) sum {
	s := g.Add(a, b)
	return sum{s, g.Add(g.Sub(a, s), b)}
}

// product is a * b exactly, where nothing is subnormal.
func (g *Graph) product(a, b Value) sum {
	p := g.Mul(a, b)
	return sum{p, g.FMA(a, b, g.Neg(p))}
}

// ratio is a / b rounded, by one division.
func (g *Graph) ratio(a, b sum) Value {
	inverse := g.Div(g.Const(1), b.high)
	q := g.Mul(a.high, inverse)
	rest := g.FMA(g.Neg(q), b.high, a.high)
	rest = g.Add(rest, g.FMA(g.Neg(q), b.low, a.low))
	return g.FMA(rest, inverse, q)
}

// signed is |a| with the sign of b.
func (g *Graph) signed(a, b Value) Value {
	sign := g.Int(1 << (g.Type.Width() - 1))
	return g.Float(g.IOr(g.Bits(g.Abs(a)), g.IAnd(g.Bits(b), sign)))
}
