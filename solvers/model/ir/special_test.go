package ir

import (
	"math"
	"testing"
)

// Results that are exact, infinite or NaN, and signs of zeros.
func TestSpecialValues(t *testing.T) {
	inf, nan, zero := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	for _, c := range []struct {
		f    func(g *Graph, x Value) Value
		name string
		of   [][2]float64 // argument and result
	}{
		{(*Graph).Exp, "exp", [][2]float64{{0, 1}, {zero, 1}, {inf, inf}, {-inf, 0}, {1e5, inf}, {-1e5, 0}}},
		{(*Graph).Log, "log", [][2]float64{{1, 0}, {0, -inf}, {zero, -inf}, {-1, nan}, {-inf, nan}, {inf, inf}}},
		{(*Graph).Sin, "sin", [][2]float64{{0, 0}, {zero, zero}, {inf, nan}, {-inf, nan}}},
		{(*Graph).Cos, "cos", [][2]float64{{0, 1}, {zero, 1}, {inf, nan}, {-inf, nan}}},
		{(*Graph).Tan, "tan", [][2]float64{{0, 0}, {zero, zero}, {inf, nan}, {-inf, nan}}},
		{(*Graph).Sinh, "sinh", [][2]float64{{0, 0}, {zero, zero}, {inf, inf}, {-inf, -inf}, {1e5, inf}}},
		{(*Graph).Cosh, "cosh", [][2]float64{{0, 1}, {zero, 1}, {inf, inf}, {-inf, inf}, {-1e5, inf}}},
		{(*Graph).Tanh, "tanh", [][2]float64{{0, 0}, {zero, zero}, {inf, 1}, {-inf, -1}, {30, 1}}},
	} {
		for _, typ := range []Type{F64, F32} {
			f := function{graph: unary(c.f), args: 1}
			for _, of := range append(c.of, [2]float64{nan, nan}) {
				got := evaluate(typ, f, [][]float64{{of[0]}})[0]
				if !same(got, of[1]) {
					t.Errorf("%v: %s(%v) is %v, want %v", typ, c.name, of[0], got, of[1])
				}
			}
		}
	}
}

func TestSpecialValuesOfTwo(t *testing.T) {
	inf, nan, zero := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	numbers := []float64{0, zero, 0.5, -0.5, 1, -1, 2, -2, 3, -3, 2.5, -2.5, 8, -8, 0x1p100, -0x1p100, inf, -inf, nan}
	for _, typ := range []Type{F64, F32} {
		for _, x := range numbers {
			for _, y := range numbers {
				for _, c := range []struct {
					name  string
					graph func(g *Graph, x, y Value) Value
					want  float64
				}{{"pow", (*Graph).Pow, math.Pow(x, y)}, {"hypot", (*Graph).Hypot, math.Hypot(x, y)}} {
					got := evaluate(typ, function{graph: binary(c.graph), args: 2}, [][]float64{{x, y}})[0]
					want := typ.Float(typ.Bits(c.want))
					// Where there is nothing special the last bit may differ.
					if !same(got, want) && !(math.Abs(got-want) < 4e-7*math.Abs(want)) {
						t.Errorf("%v: %s(%v, %v) is %v, want %v", typ, c.name, x, y, got, want)
					}
				}
			}
		}
		g := New(typ)
		x := g.Load(0, 0, 0, 0)
		if g.Pow(x, g.Const(0)) != g.Const(1) || g.Pow(x, g.Const(1)) != x || g.Pow(x, g.Const(2)) != g.Mul(x, x) {
			t.Error("a power of 0, 1 or 2 is no multiplication")
		}
	}
}

// same tells whether bits are the same, of NaN any.
func same(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
}

// Sine and cosine stay in their bounds where arguments are too large to be reduced.
func TestLargeAngles(t *testing.T) {
	for _, typ := range []Type{F64, F32} {
		for _, f := range []function{{graph: unary((*Graph).Sin), args: 1}, {graph: unary((*Graph).Cos), args: 1}} {
			for e := 10; e < int(typ.bias()); e += 7 {
				if y := evaluate(typ, f, [][]float64{{math.Ldexp(1.1, e)}})[0]; !(math.Abs(y) <= 1) {
					t.Fatalf("%v: of 2^%d it is %v", typ, e, y)
				}
			}
		}
	}
}
