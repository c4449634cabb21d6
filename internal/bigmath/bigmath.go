// Package bigmath has elementary functions of big.Float: what tests hold ours to, and what
// coefficients are made from. Results have the precision of the argument, with an error far
// below half a unit of their last place, though they are not promised to be rounded
// correctly. All arguments are finite.
//
// Arguments are reduced with ln 2 and pi of as many bits as they need, then the Taylor series
// is summed. A result of 128 bits costs some 10 microseconds.
package bigmath

import (
	"math"
	"math/big"
	"sync"
)

// guard is how many bits more than asked for are computed.
const guard = 40

func float(prec uint) *big.Float { return (&big.Float{}).SetPrec(prec) }

func num(prec uint, x int64) *big.Float { return float(prec).SetInt64(x) }

// Exp is e^x.
func Exp(x *big.Float) *big.Float {
	prec := x.Prec() + guard
	f, _ := x.Float64()
	n := int(math.RoundToEven(f * math.Log2E))
	r := float(prec+64).Mul(num(prec+64, int64(n)), ln2(prec+64))
	r.Sub(float(prec+64).Set(x), r)
	const halvings = 8
	r.SetMantExp(r, -halvings).SetPrec(prec)
	sum, term := num(prec, 1), num(prec, 1)
	for i := int64(1); !negligible(term, sum); i++ {
		term.Mul(term, r).Quo(term, num(prec, i))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum.SetMantExp(sum, n).SetPrec(x.Prec())
}

// Expm1 is e^x - 1.
func Expm1(x *big.Float) *big.Float {
	more := float(x.Prec() + uint(max(0, -x.MantExp(nil))) + guard).Set(x)
	return more.Sub(Exp(more), num(64, 1)).SetPrec(x.Prec())
}

// Log is the natural logarithm of x > 0: from that in float64 by a step of Halley's method,
// which triples the digits.
func Log(x *big.Float) *big.Float {
	prec := x.Prec() + guard
	m := float(prec)
	e := x.MantExp(m)
	if m.Cmp(big.NewFloat(math.Sqrt2/2)) < 0 {
		m.SetMantExp(m, 1)
		e--
	}
	f, _ := m.Float64()
	y := float(prec).SetFloat64(math.Log(f))
	for bits := uint(50); bits < prec; bits *= 3 {
		// y + 2 (m - e^y) / (m + e^y)
		w := Exp(float(prec + guard).Set(y))
		d := float(prec+guard).Sub(m, w)
		d.Quo(d, w.Add(m, w))
		y.Add(y, d.SetMantExp(d, 1))
	}
	y.Add(y, float(prec).Mul(num(prec, int64(e)), ln2(prec)))
	return y.SetPrec(x.Prec())
}

// SinCos are the sine and the cosine of x.
func SinCos(x *big.Float) (sin, cos *big.Float) {
	prec := x.Prec() + guard
	more := prec + guard + uint(max(0, x.MantExp(nil)))
	half := float(more).SetMantExp(pi(more), -1)
	q := float(more).Quo(x, half)
	k, _ := q.Add(q, big.NewFloat(0.5)).Int(nil)
	if q.Sign() < 0 {
		k.Sub(k, big.NewInt(1))
	}
	r := float(more).SetInt(k)
	r.Sub(float(more).Set(x), r.Mul(r, half)).SetPrec(prec)
	minus := float(prec).Mul(r, r)
	minus.Neg(minus)
	series := func(first *big.Float, i int64) *big.Float {
		sum, term := float(prec).Set(first), float(prec).Set(first)
		for ; !negligible(term, sum); i += 2 {
			term.Mul(term, minus).Quo(term, num(prec, i*(i+1)))
			sum.Add(sum, term)
		}
		return sum.SetPrec(x.Prec())
	}
	sin, cos = series(r, 2), series(num(prec, 1), 1)
	switch quadrant := k.Mod(k, big.NewInt(4)).Int64(); quadrant {
	case 1:
		return cos, sin.Neg(sin)
	case 2:
		return sin.Neg(sin), cos.Neg(cos)
	case 3:
		return cos.Neg(cos), sin
	}
	return sin, cos
}

// negligible tells whether a term of a sum is below its last place, and those that follow.
func negligible(term, sum *big.Float) bool {
	return term.Sign() == 0 || term.MantExp(nil) < sum.MantExp(nil)-int(sum.Prec())-2
}

var (
	known sync.Mutex
	ln2s  = map[uint]*big.Float{}
	pis   = map[uint]*big.Float{}
)

func remembered(of map[uint]*big.Float, prec uint, compute func(prec uint) *big.Float) *big.Float {
	known.Lock()
	defer known.Unlock()
	if of[prec] == nil {
		of[prec] = compute(prec + guard).SetPrec(prec)
	}
	return of[prec]
}

func ln2(prec uint) *big.Float {
	return remembered(ln2s, prec, func(p uint) *big.Float { return double(inverse(3, 1, p)) })
}

func pi(prec uint) *big.Float {
	return remembered(pis, prec, func(p uint) *big.Float {
		// Machin: pi/4 = 4 atan(1/5) - atan(1/239)
		a := double(double(inverse(5, -1, p)))
		return double(double(a.Sub(a, inverse(239, -1, p))))
	})
}

// Ln2 is the natural logarithm of 2, Pi the circle's number.
func Ln2(prec uint) *big.Float { return float(prec).Set(ln2(prec)) }
func Pi(prec uint) *big.Float  { return float(prec).Set(pi(prec)) }

func double(x *big.Float) *big.Float { return x.SetMantExp(x, 1) }

// inverse is atanh(1/n) with sign 1, atan(1/n) with sign -1.
func inverse(n, sign int64, prec uint) *big.Float {
	power := float(prec).Quo(num(prec, 1), num(prec, n))
	sum, term := float(prec).Set(power), float(prec).Set(power)
	for i := int64(3); !negligible(term, sum); i += 2 {
		power.Quo(power, num(prec, n*n*sign))
		term.Quo(power, num(prec, i))
		sum.Add(sum, term)
	}
	return sum
}
