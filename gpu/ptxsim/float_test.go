package ptxsim

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"hybrid/gpu/ptx"
)

// real is the value of a finite float's bits.
func real(v uint64, t ptx.Type) (x *big.Float, f float64) {
	f = math.Float64frombits(v)
	if t == f32 {
		f = float64(math.Float32frombits(uint32(v)))
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, f
	}
	return new(big.Float).SetPrec(5000).SetFloat64(f), f
}

// roundTo rounds an exact non-zero number to the format t by cutting its digits to
// those that a number of its size has there, which is how IEEE 754 defines it.
func roundTo(x *big.Float, t ptx.Type, mode string) uint64 {
	prec, low, top := 53, -1074, 1024
	if t == f32 {
		prec, low, top = 24, -149, 128
	}
	m := map[string]big.RoundingMode{"rn": big.ToNearestEven, "rz": big.ToZero, "rm": big.ToNegativeInf, "rp": big.ToPositiveInf}[mode]
	digits := min(prec, x.MantExp(nil)-low)
	var y *big.Float
	if digits >= 1 {
		y = new(big.Float).SetPrec(uint(digits)).SetMode(m).Set(x)
	} else {
		// Between zero and the smallest number: add one that is larger and take it off.
		one := new(big.Float).SetPrec(5000).SetMantExp(big.NewFloat(1), low+1)
		if x.Sign() < 0 {
			one.Neg(one)
		}
		y = new(big.Float).SetPrec(2).SetMode(m).Add(one, x)
		y = new(big.Float).SetPrec(5000).Sub(y, one)
	}
	f, _ := y.Float64()
	if y.Sign() != 0 && y.MantExp(nil) > top {
		f = math.Inf(y.Sign())
		if mode == "rz" || mode == "rm" && f > 0 || mode == "rp" && f < 0 {
			f = math.Copysign(math.MaxFloat64, f)
			if t == f32 {
				f = math.Copysign(math.MaxFloat32, f)
			}
		}
	}
	if f == 0 && x.Sign() < 0 {
		f = math.Copysign(0, -1)
	}
	return bitsFloat(f, t)
}

func bitsFloat(f float64, t ptx.Type) uint64 {
	switch {
	case t == f32 && math.IsNaN(f):
		return 0x7fffffff
	case t == f32:
		return uint64(math.Float32bits(float32(f)))
	}
	return math.Float64bits(f)
}

// TestFloat compares add, sub, mul, fma, div, rcp and sqrt in every rounding mode
// with exact arithmetic, subnormals and overflow included.
func TestFloat(t *testing.T) {
	for _, ts := range []ptx.Type{f32, f64} {
		for _, mode := range []string{"rn", "rz", "rm", "rp"} {
			check := func(op string, n int, exact func(x []*big.Float) *big.Float, special func(f []float64) float64) {
				s := []ptx.Type{ts, ts, ts}[:n]
				text := fmt.Sprintf("%s.%s.%s %%d", op, mode, ts)
				for i := range n {
					text += fmt.Sprintf(", %%%c", 'a'+i)
				}
				holds(t, text+";", ts, s, func(x []uint64) uint64 {
					var args []*big.Float
					var fs []float64
					ok := true
					for _, v := range x {
						b, f := real(v, ts)
						args, fs, ok = append(args, b), append(fs, f), ok && b != nil
					}
					f := special(fs)
					if !ok || math.IsNaN(f) {
						return bitsFloat(f, ts)
					}
					y := exact(args)
					if y == nil {
						return bitsFloat(f, ts)
					}
					if y.Sign() == 0 {
						if mode == "rm" && !math.Signbit(f) && (op == "add" || op == "sub" || op == "fma") && mixed(op, fs) {
							f = math.Copysign(0, -1)
						}
						return bitsFloat(math.Copysign(0, f), ts)
					}
					return roundTo(y, ts, mode)
				})
			}
			z := func() *big.Float { return new(big.Float).SetPrec(5000) }
			check("add", 2, func(x []*big.Float) *big.Float { return z().Add(x[0], x[1]) }, func(f []float64) float64 { return f[0] + f[1] })
			check("sub", 2, func(x []*big.Float) *big.Float { return z().Sub(x[0], x[1]) }, func(f []float64) float64 { return f[0] - f[1] })
			check("mul", 2, func(x []*big.Float) *big.Float { return z().Mul(x[0], x[1]) }, func(f []float64) float64 { return f[0] * f[1] })
			check("fma", 3, func(x []*big.Float) *big.Float { return z().Add(z().Mul(x[0], x[1]), x[2]) },
				func(f []float64) float64 { return math.FMA(f[0], f[1], f[2]) })
			check("div", 2, func(x []*big.Float) *big.Float {
				if x[0].Sign() == 0 || x[1].Sign() == 0 {
					return nil
				}
				return z().Quo(x[0], x[1])
			}, func(f []float64) float64 { return f[0] / f[1] })
			check("rcp", 1, func(x []*big.Float) *big.Float {
				if x[0].Sign() == 0 {
					return nil
				}
				return z().Quo(big.NewFloat(1), x[0])
			}, func(f []float64) float64 { return 1 / f[0] })
			check("sqrt", 1, func(x []*big.Float) *big.Float {
				if x[0].Sign() <= 0 {
					return nil
				}
				return new(big.Float).SetPrec(600).Sqrt(x[0])
			}, func(f []float64) float64 { return math.Sqrt(f[0]) })
		}
		two := []ptx.Type{ts, ts}
		holds(t, fmt.Sprintf("neg.%s %%d, %%a;", ts), ts, two[:1], func(x []uint64) uint64 {
			_, f := real(x[0], ts)
			return bitsFloat(-f, ts)
		})
		holds(t, fmt.Sprintf("abs.%s %%d, %%a;", ts), ts, two[:1], func(x []uint64) uint64 {
			_, f := real(x[0], ts)
			return bitsFloat(math.Abs(f), ts)
		})
		for op, less := range map[string]bool{"min": true, "max": false} {
			holds(t, fmt.Sprintf("%s.%s %%d, %%a, %%b;", op, ts), ts, two, func(x []uint64) uint64 {
				_, a := real(x[0], ts)
				_, b := real(x[1], ts)
				switch {
				case math.IsNaN(a):
					return bitsFloat(b, ts)
				case math.IsNaN(b):
					return bitsFloat(a, ts)
				case a == b && math.Signbit(a) == less, (a < b) == less && a != b:
					return bitsFloat(a, ts)
				}
				return bitsFloat(b, ts)
			})
		}
		for cmp, yes := range map[string]func(a, b float64) bool{
			"eq": func(a, b float64) bool { return a == b }, "ne": func(a, b float64) bool { return a < b || a > b },
			"lt": func(a, b float64) bool { return a < b }, "le": func(a, b float64) bool { return a <= b },
			"gt": func(a, b float64) bool { return a > b }, "ge": func(a, b float64) bool { return a >= b },
			"equ": func(a, b float64) bool { return !(a < b || a > b) }, "neu": func(a, b float64) bool { return a != b },
			"ltu": func(a, b float64) bool { return !(a >= b) }, "leu": func(a, b float64) bool { return !(a > b) },
			"gtu": func(a, b float64) bool { return !(a <= b) }, "geu": func(a, b float64) bool { return !(a < b) },
			"num": func(a, b float64) bool { return a == a && b == b }, "nan": func(a, b float64) bool { return a != a || b != b },
		} {
			holds(t, fmt.Sprintf("setp.%s.%s %%d, %%a, %%b;", cmp, ts), pred, two, func(x []uint64) uint64 {
				_, a := real(x[0], ts)
				_, b := real(x[1], ts)
				return uint64(one(yes(a, b)))
			})
		}
	}
}

// mixed reports whether a zero sum is one of two opposite numbers.
func mixed(op string, f []float64) bool {
	n := math.Signbit
	switch op {
	case "add":
		return n(f[0]) != n(f[1])
	case "sub":
		return n(f[0]) == n(f[1])
	}
	return (n(f[0]) != n(f[1])) != n(f[2])
}

// TestFlushAndSaturate tries .ftz and .sat.
func TestFlushAndSaturate(t *testing.T) {
	zero := func(v uint64) float32 {
		f := math.Float32frombits(uint32(v))
		if math.Abs(float64(f)) < 0x1p-126 {
			return float32(math.Copysign(0, float64(f)))
		}
		return f
	}
	s := []ptx.Type{f32, f32}
	holds(t, "mul.rn.ftz.f32 %d, %a, %b;", f32, s, func(x []uint64) uint64 {
		p := float64(zero(x[0])) * float64(zero(x[1]))
		return bitsFloat(float64(zero(bitsFloat(p, f32))), f32)
	})
	holds(t, "add.sat.f32 %d, %a, %b;", f32, s, func(x []uint64) uint64 {
		_, a := real(x[0], f32)
		_, b := real(x[1], f32)
		if v := a + b; v > 0 {
			return bitsFloat(min(v, 1), f32)
		}
		return 0
	})
	holds(t, "setp.eq.ftz.f32 %d, %a, %b;", pred, s, func(x []uint64) uint64 {
		return uint64(one(zero(x[0]) == zero(x[1])))
	})
}

// TestApproximations holds the functions that are approximations to 2 ulp.
func TestApproximations(t *testing.T) {
	for name, f := range map[string]func(float64) float64{
		"rcp": func(x float64) float64 { return 1 / x }, "sqrt": math.Sqrt, "ex2": math.Exp2, "lg2": math.Log2,
		"rsqrt": func(x float64) float64 { return 1 / math.Sqrt(x) }, "sin": math.Sin, "cos": math.Cos, "tanh": math.Tanh,
	} {
		in, out := try(t, name+".approx.f32 %d, %a;", f32, []ptx.Type{f32})
		for i := range in {
			_, x := real(in[i][0], f32)
			got, want := math.Float32frombits(uint32(out[i])), float32(f(x))
			if got != want && got == got && math.Abs(float64(got-want)) > 2e-7*math.Abs(float64(want)) || (got != got) != (want != want) {
				t.Errorf("%s(%v) = %v, want %v", name, x, got, want)
			}
		}
	}
}
