package ir

import (
	"flag"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"unsafe"

	"hybrid/internal/bigmath"
)

// many is for those who change a function: -run Accuracy -many 1000000.
var many = flag.Int("many", 0, "arguments of each kind in tests of accuracy, instead of few")

// A function is one of a graph with what it should be.
type function struct {
	name  string
	graph func(g *Graph, x []Value) Value
	args  int
	want  func(x ...*big.Float) *big.Float // of 96 bits, finite, where few special values are
	exact func(x ...float64) (float64, bool)
	draws []draw // of arguments
}

// A draw makes arguments.
type draw func(r *rand.Rand, t Type) []float64

// evaluate runs the interpreter on arguments.
func evaluate(t Type, f function, args [][]float64) []float64 {
	if t == F32 {
		return evaluateIn[float32](t, f, args)
	}
	return evaluateIn[float64](t, f, args)
}

func evaluateIn[T float](t Type, f function, args [][]float64) []float64 {
	g := New(t)
	loads := make([]Value, f.args)
	rows := make([][]T, f.args)
	a := &Args{N: len(args)}
	out := make([]T, len(args)+Slack)
	for i := range loads {
		loads[i] = g.Load(i, 0, 0, 0)
		rows[i] = make([]T, len(args)+Slack)
		for j, x := range args {
			rows[i][j] = T(x[i])
		}
		a.In = append(a.In, unsafe.Pointer(&rows[i][0]))
	}
	a.Out = []unsafe.Pointer{unsafe.Pointer(&out[0])}
	p := g.Program(f.graph(g, loads))
	a.Uniforms = make([]uint64, len(p.Uniforms))
	p.PutUniforms(a.Uniforms, PerStep, Place{})
	p.Interpreter().Run(a)
	made := make([]float64, len(args))
	for j := range made {
		made[j] = float64(out[j])
	}
	return made
}

// ulp is that of a number: the distance of floats around it.
func ulp(t Type, x *big.Float) *big.Float {
	e := max(x.MantExp(nil)-t.fraction()-1, 1-int(t.bias())-t.fraction())
	return new(big.Float).SetMantExp(big.NewFloat(1), e)
}

// off is how far a result is from what it should be, in ulp. An infinity counts as the
// first number that is too large.
func off(t Type, got float64, want *big.Float) float64 {
	g := new(big.Float)
	switch {
	case got != got:
		return math.Inf(1)
	case math.IsInf(got, 0):
		g.SetMantExp(big.NewFloat(math.Copysign(1, got)), int(t.bias())+1)
		if g.Cmp(want)*g.Sign() <= 0 {
			return 0
		}
	default:
		g.SetFloat64(got)
	}
	if want.Sign() == 0 {
		if got == 0 {
			return 0
		}
		return math.Inf(1)
	}
	u := ulp(t, want)
	if limit := int(t.bias()) - t.fraction(); u.MantExp(nil)-1 > limit {
		u.SetMantExp(big.NewFloat(1), limit)
	}
	d := new(big.Float).SetPrec(200).Sub(g, want)
	f, _ := d.Quo(d, u).Float64()
	return math.Abs(f)
}

func TestAccuracy(t *testing.T) {
	for _, f := range functions {
		for _, typ := range []Type{F64, F32} {
			t.Run(fmt.Sprintf("%s/%v", f.name, typ), func(t *testing.T) {
				t.Parallel()
				f.checkAccuracy(t, typ)
			})
		}
	}
}

func (f function) checkAccuracy(t *testing.T, typ Type) {
	n := 200
	if *many > 0 {
		n = *many
	}
	r := rand.New(rand.NewPCG(uint64(n), uint64(typ)))
	for d, draw := range f.draws {
		var worst float64
		var at []float64
		for done := 0; done < n; done += 10000 {
			args := make([][]float64, min(n-done, 10000))
			for i := range args {
				args[i] = draw(r, typ)
				for j := range args[i] {
					args[i][j] = typ.Float(typ.Bits(args[i][j]))
				}
			}
			for i, got := range evaluate(typ, f, args) {
				x := make([]*big.Float, f.args)
				for j := range x {
					x[j] = new(big.Float).SetPrec(96).SetFloat64(args[i][j])
				}
				if e := off(typ, got, f.want(x...)); e > worst || at == nil {
					worst, at = e, args[i]
				}
			}
		}
		if *many > 0 {
			t.Logf("%s %v, draw %d: %.4f ulp at %x", f.name, typ, d, worst, at)
		}
		if !(worst < 1) {
			t.Errorf("%s(%x) is off by %v ulp", f.name, at, worst)
		}
	}
}

// anyOf draws numbers whose logarithms are uniform from 2^lo to 2^hi, in f64 and f32, of
// both signs.
func anyOf(lo, hi [2]float64) draw {
	return func(r *rand.Rand, t Type) []float64 {
		x := math.Exp2(lo[t] + (hi[t]-lo[t])*r.Float64())
		if r.IntN(2) == 0 {
			x = -x
		}
		return []float64{x}
	}
}

// between draws numbers uniform between two.
func between(lo, hi [2]float64) draw {
	return func(r *rand.Rand, t Type) []float64 { return []float64{lo[t] + (hi[t]-lo[t])*r.Float64()} }
}

func unary(f func(g *Graph, x Value) Value) func(g *Graph, x []Value) Value {
	return func(g *Graph, x []Value) Value { return f(g, x[0]) }
}

func of(f func(x *big.Float) *big.Float) func(x ...*big.Float) *big.Float {
	return func(x ...*big.Float) *big.Float { return f(x[0]) }
}

func both(x float64) [2]float64 { return [2]float64{x, x} }

var functions = []function{
	{"exp", unary((*Graph).Exp), 1, of(bigmath.Exp), nil, []draw{
		between([2]float64{-750, -105}, [2]float64{711, 89}), between(both(-2), both(2)), anyOf([2]float64{-1074, -149}, both(6)),
		between([2]float64{-746, -104}, [2]float64{-707, -87}),
	}},
	{"sin", unary((*Graph).Sin), 1, of(sin), nil, angles},
	{"cos", unary((*Graph).Cos), 1, of(cos), nil, angles},
	{"tan", unary((*Graph).Tan), 1, of(tan), nil, angles},
	{"tanh", unary((*Graph).Tanh), 1, of(tanh), nil, hyperbolics},
	{"sinh", unary((*Graph).Sinh), 1, of(sinh), nil, hyperbolics},
	{"cosh", unary((*Graph).Cosh), 1, of(cosh), nil, hyperbolics},
	{"pow", binary((*Graph).Pow), 2, pow, nil, []draw{
		powers(anyOf([2]float64{-1074, -149}, [2]float64{1024, 128})), powers(between(both(0.5), both(2))), powers(between(both(0.999), both(1.001))),
	}},
	{"hypot", binary((*Graph).Hypot), 2, hypot, nil, []draw{
		pair(anyOf(both(-3), both(3))), pair(between(both(0.5), both(1))), beside(anyOf([2]float64{-1074, -149}, [2]float64{1023.4, 127.4})),
	}},
	{"log", unary((*Graph).Log), 1, of(bigmath.Log), nil, []draw{
		positive(anyOf([2]float64{-1074, -149}, [2]float64{1024, 128})), between(both(0.5), both(2)), between(both(0.99), both(1.01)),
	}},
}

func positive(d draw) draw {
	return func(r *rand.Rand, t Type) []float64 {
		x := d(r, t)
		for i := range x {
			x[i] = math.Abs(x[i])
		}
		return x
	}
}

var angles = []draw{
	between(both(-1.6), both(1.6)), anyOf([2]float64{-1074, -149}, both(3)), anyOf(both(-1), [2]float64{40, 14}), multiples,
}

// multiples draws numbers that are next to multiples of pi/2.
func multiples(r *rand.Rand, t Type) []float64 {
	k := math.Floor(math.Exp2([2]float64{39, 13}[t] * r.Float64()))
	if r.IntN(2) == 0 {
		k = -k
	}
	return []float64{k * (math.Pi / 2)}
}

func sin(x *big.Float) *big.Float { s, _ := bigmath.SinCos(x); return s }
func cos(x *big.Float) *big.Float { _, c := bigmath.SinCos(x); return c }
func tan(x *big.Float) *big.Float { s, c := bigmath.SinCos(x); return s.Quo(s, c) }

var hyperbolics = []draw{
	between(both(-2), both(2)), anyOf([2]float64{-1074, -149}, both(4)), between(both(-40), both(40)), between([2]float64{700, 80}, [2]float64{711, 90}),
}

// half is e^x/2 and e^-x/2, with enough digits for their difference.
func half(x *big.Float) (up, down *big.Float) {
	more := new(big.Float).SetPrec(x.Prec() + 100).Set(x)
	up = bigmath.Exp(more)
	up.SetMantExp(up, -1)
	return up, new(big.Float).Quo(big.NewFloat(0.25), up)
}

func cosh(x *big.Float) *big.Float { up, down := half(x); return up.Add(up, down) }

func sinh(x *big.Float) *big.Float {
	if x.MantExp(nil) < -50 { // x^3/6 is a quarter of 2^-100 of it
		return x
	}
	up, down := half(x)
	return up.Sub(up, down)
}

func tanh(x *big.Float) *big.Float { s := sinh(x); return new(big.Float).Quo(s, cosh(x)) }

func binary(f func(g *Graph, x, y Value) Value) func(g *Graph, x []Value) Value {
	return func(g *Graph, x []Value) Value { return f(g, x[0], x[1]) }
}

// powers draws a number, and an exponent with which the power is about a float.
func powers(d draw) draw {
	return func(r *rand.Rand, t Type) []float64 {
		x := t.Float(t.Bits(math.Abs(d(r, t)[0])))
		if x == 1 {
			x = 2
		}
		return []float64{x, [2]float64{746, 104}[t] * (2*r.Float64() - 1) / math.Log(x)}
	}
}

func pair(d draw) draw {
	return func(r *rand.Rand, t Type) []float64 { return []float64{d(r, t)[0], d(r, t)[0]} }
}

// beside draws a number and one that is not much smaller or larger.
func beside(d draw) draw {
	return func(r *rand.Rand, t Type) []float64 {
		x := d(r, t)[0]
		return []float64{x, x * math.Ldexp(0.5+r.Float64()/2, -r.IntN(30))}
	}
}

func pow(x ...*big.Float) *big.Float {
	more := new(big.Float).SetPrec(x[0].Prec() + 20).Set(x[0])
	log := bigmath.Log(more)
	return bigmath.Exp(log.Mul(log, x[1]))
}

func hypot(x ...*big.Float) *big.Float {
	a, b := new(big.Float).Mul(x[0], x[0]), new(big.Float).Mul(x[1], x[1])
	return a.Sqrt(a.Add(a, b))
}
