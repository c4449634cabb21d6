// Command gen writes constants.go of package ir: parts of ln 2 and pi, and the coefficients
// of polynomials.
//
// A function is written as its first terms and x to some power times a polynomial. This
// interpolates what is left in 300 bits, at nodes of Chebyshev without those around zero,
// where the power makes an error small, and is rounded to the type then. The largest error of
// the whole is at most about twice that of the best polynomial of the degree. It is
// measured and written behind the coefficients, as a power of two, relative to the whole.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"log"
	"math"
	"math/big"
	"os"

	"hybrid/internal/bigmath"
)

const prec = 300

func num(x float64) *big.Float { return new(big.Float).SetPrec(prec).SetFloat64(x) }

func quo(a, b int64) *big.Float {
	return new(big.Float).SetPrec(prec).Quo(num(float64(a)), num(float64(b)))
}

// A poly is a power series c(0) + c(1) x + ..., wanted from lo, 0 or -hi, to hi. Of the whole
// it makes about scale times x to such a power.
type poly struct {
	name, doc string
	c         func(j int64) *big.Float
	lo, hi    float64
	terms     [2]int // for f64 and f32
	power     int
	scale     float64
	series    []*big.Float
}

func factorial(n int64) *big.Float {
	f := num(1)
	for i := int64(2); i <= n; i++ {
		f.Mul(f, num(float64(i)))
	}
	return f
}

func over(n int64, sign float64) *big.Float {
	f := factorial(n)
	return f.Quo(num(sign), f)
}

func alternate(j int64) float64 { return float64(1 - 2*(j&1)) }

const (
	rExp = 0.34658      // ln 2 / 2, and a little for rounding
	rSin = 0.79         // pi / 4, and what large arguments are reduced to
	rLog = 0.1715728754 // (sqrt 2 - 1) / (sqrt 2 + 1)
)

var polys = []poly{
	{"exp", "(e^r - 1 - r) / r^2 for |r| <= ln(2)/2", func(j int64) *big.Float { return over(j+2, 1) },
		-rExp, rExp, [2]int{11, 6}, 2, 1, nil},
	{"sinh", "(sinh r - r) / r^3 in r^2, for |r| <= ln(2)/2", func(j int64) *big.Float { return over(2*j+3, 1) },
		0, rExp * rExp, [2]int{5, 3}, 1, 1, nil},
	{"cosh", "(cosh r - 1) / r^2 in r^2, for |r| <= ln(2)/2", func(j int64) *big.Float { return over(2*j+2, 1) },
		0, rExp * rExp, [2]int{6, 3}, 1, 1, nil},
	{"sin", "(r - sin r) / r^3 in r^2, for |r| <= pi/4", func(j int64) *big.Float { return over(2*j+3, alternate(j)) },
		0, rSin * rSin, [2]int{6, 4}, 1, 1, nil},
	{"cos", "(cos r - 1 + r^2/2) / r^4 in r^2, for |r| <= pi/4", func(j int64) *big.Float { return over(2*j+4, alternate(j)) },
		0, rSin * rSin, [2]int{6, 3}, 2, 1, nil},
	{"log", "(2 atanh(s) - 2s) / s^3 in s^2, for |s| <= (sqrt(2) - 1)/(sqrt(2) + 1)", func(j int64) *big.Float { return quo(2, 2*j+3) },
		0, rLog * rLog, [2]int{7, 3}, 1, 0.5, nil},
	{"pow", "(2 atanh(s) - 2s - 2/3 s^3) / s^5 in s^2, for such s", func(j int64) *big.Float { return quo(2, 2*j+5) },
		0, rLog * rLog, [2]int{8, 4}, 2, 0.5, nil},
}

// at is the sum of the series.
func (p *poly) at(x *big.Float) *big.Float {
	for j := len(p.series); j < 90; j++ {
		p.series = append(p.series, p.c(int64(j)))
	}
	sum := num(0)
	for j := len(p.series) - 1; j >= 0; j-- {
		sum.Add(sum.Mul(sum, x), p.series[j])
	}
	return sum
}

// nodes are n places in which to interpolate: of n + power nodes the innermost are left
// out. Where zero is an end, the interval is made longer there, so that it is among them.
func (p *poly) nodes(n int) (x []*big.Float) {
	cos := func(i int) float64 { return math.Cos(math.Pi * (float64(i) + 0.5) / float64(n+p.power)) }
	lo := p.lo
	skip := func(i int) bool { return i >= n/2 && i < n/2+p.power }
	if lo == 0 {
		skip = func(i int) bool { return i >= n }
		inner := (cos(n) + cos(n+p.power-1)) / 2
		lo = p.hi * (1 + inner) / (inner - 1) // (lo+hi)/2 + (hi-lo)/2 inner = 0
	}
	for i := range n + p.power {
		if !skip(i) {
			x = append(x, num((lo+p.hi)/2+(p.hi-lo)/2*cos(i)))
		}
	}
	return x
}

// interpolate gives coefficients, by divided differences.
func (p *poly) interpolate(n int) []*big.Float {
	x, d := p.nodes(n), make([]*big.Float, n)
	for i := range x {
		d[i] = p.at(x[i])
	}
	for k := 1; k < n; k++ {
		for i := n - 1; i >= k; i-- {
			d[i].Quo(d[i].Sub(d[i], d[i-1]), new(big.Float).Sub(x[i], x[i-k]))
		}
	}
	c := make([]*big.Float, n) // of d[n-1] at first, times (x - x[i]) plus d[i] in turn
	for i := range c {
		c[i] = num(0)
	}
	for i := n - 1; i >= 0; i-- {
		for j := n - 1; j > 0; j-- {
			c[j].Sub(c[j-1], new(big.Float).Mul(c[j], x[i]))
		}
		c[0].Sub(d[i], new(big.Float).Mul(c[0], x[i]))
	}
	return c
}

// rounded is x in the type, f32 or f64.
func rounded(x *big.Float, typ int) float64 {
	if typ == 1 {
		f, _ := x.Float32()
		return float64(f)
	}
	f, _ := x.Float64()
	return f
}

// worst is the binary logarithm of the largest error.
func (p *poly) worst(c []float64) float64 {
	var worst float64
	for i := range 501 {
		x := num(p.lo + (p.hi-p.lo)*float64(i)/500)
		sum := num(0)
		for j := len(c) - 1; j >= 0; j-- {
			sum.Add(sum.Mul(sum, x), num(c[j]))
		}
		e, _ := sum.Sub(sum, p.at(x)).Float64()
		f, _ := x.Float64()
		worst = max(worst, math.Abs(e)*p.scale*math.Pow(math.Abs(f), float64(p.power)))
	}
	return math.Log2(worst)
}

// parts splits x: each is what is left, rounded to zero, so that all have one sign.
func parts(x *big.Float, n, typ int) (s string) {
	rest := new(big.Float).Copy(x)
	for range n {
		f, _ := new(big.Float).SetMode(big.ToZero).SetPrec([]uint{53, 24}[typ]).Set(rest).Float64()
		rest.Sub(rest, num(f))
		s += fmt.Sprintf("%x, ", f)
	}
	return s
}

func main() {
	var b bytes.Buffer
	b.WriteString("// Code generated by solvers/model/ir/gen. DO NOT EDIT.\n\npackage ir\n\n// constants are those of elementary functions in a type.\ntype constants struct {\n")
	b.WriteString("log2e float64 // 1 / ln 2\nln2 [2]float64 // parts that add up to it\ntwoOverPi float64\nhalfPi [3]float64 // parts of pi/2\ntwoThirds [2]float64\n")
	for _, p := range polys {
		fmt.Fprintf(&b, "%s []float64 // %s\n", p.name, p.doc)
	}
	b.WriteString("}\n\nvar constantsOf = [...]constants{\n")
	half := bigmath.Pi(prec)
	half.SetMantExp(half, -1)
	for typ, name := range []string{"F64", "F32"} {
		inverse := func(x *big.Float) float64 { return rounded(new(big.Float).Quo(num(1), x), typ) }
		fmt.Fprintf(&b, "%s: {\nlog2e: %x,\nln2: [2]float64{%s},\n", name, inverse(bigmath.Ln2(prec)), parts(bigmath.Ln2(prec), 2, typ))
		fmt.Fprintf(&b, "twoOverPi: %x,\nhalfPi: [3]float64{%s},\ntwoThirds: [2]float64{%s},\n", inverse(half), parts(half, 3, typ), parts(quo(2, 3), 2, typ))
		for i := range polys {
			p := &polys[i]
			var c []float64
			fmt.Fprintf(&b, "%s: []float64{", p.name)
			for _, x := range p.interpolate(p.terms[typ]) {
				c = append(c, rounded(x, typ))
				fmt.Fprintf(&b, "%x, ", c[len(c)-1])
			}
			fmt.Fprintf(&b, "}, // error 2^%.1f\n", p.worst(c))
		}
		b.WriteString("},\n")
	}
	b.WriteString("}\n")
	text, err := format.Source(b.Bytes())
	if err == nil {
		err = os.WriteFile("constants.go", text, 0o666)
	}
	if err != nil {
		log.Fatal(err)
	}
}
