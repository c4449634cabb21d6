package quadrature

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"hybrid/mpi"
	"hybrid/solvers/task"
)

// hostile are integrals that rules get wrong, with their values: NaN where there is
// none.
var hostile = []struct {
	formula  string
	a, b     float64
	integral float64
}{
	// Narrow on a wide interval.
	{"exp(-x^2)", -1e5, 1e5, math.Sqrt(math.Pi)},
	{"exp(-x^2)", -1e8, 3e7, math.Sqrt(math.Pi)},
	{"exp(-abs(x))", -1e6, 1e6, 2},
	{"exp(-abs(x))/2", -1e8, 1e8, 1},
	{"exp(-abs(x-1))", -1e9, 1e9, 2},
	{"exp(-x)", 0, 1e12, 1},
	{"exp(x-1e6)", 0, 1e6, 1},
	{"1e10*exp(-1e12*(x-0.371234)^2)", 0, 1, 1e4 * math.Sqrt(math.Pi)},
	{"1/(1e-12+(x-0.371234)^2)", 0, 1, 1e6 * (math.Atan(0.628766e6) + math.Atan(0.371234e6))},
	{"exp(-(x-1000)^2)", 0, 1e5, math.Sqrt(math.Pi)},

	// Singular, with an integral.
	{"1/sqrt(x)", 0, 1, 2},
	{"x^-0.9", 0, 1, 10},
	{"x^-0.99", 0, 1, 100},
	{"log(x)", 0, 1, -1},
	{"log(x)/sqrt(x)", 0, 1, -4},
	{"1/sqrt(1-x)", 0, 1, 2},
	{"(1-x)^-0.9", 0, 1, 10},
	{"1/sqrt(abs(x-0.3))", 0, 1, 2 * (math.Sqrt(0.3) + math.Sqrt(0.7))},
	{"abs(x-0.3)^-0.9", 0, 1, 10 * (math.Pow(0.3, 0.1) + math.Pow(0.7, 0.1))},
	{"1/(x*log(x)^2)", 0, 0.5, 1 / math.Ln2},
	{"sqrt(x)", 0, 1, 2. / 3},

	// Without an integral.
	{"1/x", -1, 1, math.NaN()},
	{"1/x", 0, 1, math.NaN()},
	{"1/x", -1, 2, math.NaN()},
	{"1/x^2", -1, 1, math.NaN()},
	{"1/(x-0.3)", 0, 1, math.NaN()},
	{"1/(x-0.3)^3", 0, 1, math.NaN()},
	{"tan(x)", 0, 3, math.NaN()},
	{"1/(1-x)", 0, 1, math.NaN()},
	{"1/x", 1, math.Inf(1), math.NaN()},
	{"cos(x)", 0, math.Inf(1), math.NaN()},
	{"1/sqrt(1+x^2)", math.Inf(-1), math.Inf(1), math.NaN()},
	{"sqrt(x-0.1)", 0, 1, math.NaN()},
	{"0*sqrt(abs(x-0.4)-1e-5)", 0, 1, math.NaN()},
	{"0*log(0.999999-x)", 0, 1, math.NaN()},

	// Oscillating, with jumps and kinks, plain.
	{"sin(1e5*x)", 0, 1, (1 - math.Cos(1e5)) / 1e5},
	{"sin(3e6*x)^2", 0, 1, 0.5 - math.Sin(6e6)/12e6},
	{"floor(10*x)", 0, 1, 4.5},
	{"floor(x)", -2.5, 7.3, 18.6},
	{"abs(x-1/3)", 0, 1, 5. / 18},
	{"abs(sin(40*x))", 0, math.Pi, 2},
	{"3", -1, 4, 15},
	{"0", 0, 1, 0},
	{"exp(50*x)", 0, 10, math.Expm1(500) / 50},
	{"4/(1+x^2)", 0, 1, math.Pi},
	{"x^3", -1, 1, 0},

	// Up to infinity.
	{"exp(-x^2)", math.Inf(-1), math.Inf(1), math.Sqrt(math.Pi)},
	{"exp(-x^2)", math.Inf(1), math.Inf(-1), -math.Sqrt(math.Pi)},
	{"exp(-(x-50)^2)", math.Inf(-1), math.Inf(1), math.Sqrt(math.Pi)},
	{"1/(1+x^2)", math.Inf(-1), math.Inf(1), math.Pi},
	{"exp(-x)", 0, math.Inf(1), 1},
	{"exp(-x)", 3, math.Inf(1), math.Exp(-3)},
	{"exp(x)", math.Inf(-1), -0.01, math.Exp(-0.01)},
	{"exp(-abs(x))", -1e3, math.Inf(1), 2},
	{"1/x^2", 1, math.Inf(1), 1},
	{"1/x^2", math.Inf(1), 1e-3, -1000},
	{"1/x^1.5", 1, math.Inf(1), 2},
	{"1/x^1.1", 1, math.Inf(1), 10},
	{"1/(sqrt(x)*(1+x))", 0, math.Inf(1), math.Pi},
	{"x^20*exp(-x)", 0, math.Inf(1), 2432902008176640000},
}

// TestNoYesIsWrong wants of every rule that what a check says is right lies within its
// error, that a right result is not said to be wrong, and that no integral is found
// missing that is there. What the adaptive rule gives is found to be right.
func TestNoYesIsWrong(t *testing.T) {
	for i, v := range hostile {
		for rule := Midpoint; rule <= Adaptive; rule++ {
			if testing.Short() && (i+int(rule))%12 != 0 {
				continue // all take minutes under the race detector and QEMU
			}
			p := Problem{F: parse(t, v.formula), A: v.a, B: v.b, Rule: rule, N: 25_000, Tolerance: 1e-4}
			if testing.Short() {
				p.N = 10_000
			}
			none := math.IsNaN(v.integral)
			if !none {
				p.Tolerance = 1e-10 * max(1, math.Abs(v.integral))
			}
			name := fmt.Sprintf("%s from %v to %v by %v", v.formula, v.a, v.b, rule)
			err := mpi.Run(1, func(c *mpi.Comm) error {
				r, err := p.Run(context.Background(), c, Options{Threads: 2})
				var missing *NoIntegralError
				if errors.As(err, &missing) && !none {
					t.Errorf("%s: %v", name, err)
				}
				if err != nil {
					return nil
				}
				got, err := p.Verify(context.Background(), c, r, Options{Threads: 2})
				off := math.Abs(r.Value - v.integral)
				within := off <= r.Error+1e-12*max(1, math.Abs(v.integral)) // false if there is none
				switch known := !math.IsInf(r.Error, 1); {
				case got.Answer == task.Yes && !within, got.Answer == task.No && within && known, got.Answer != task.Yes && rule == Adaptive:
					t.Errorf("%s is %v within %.2g, %.2g off: %v, %s", name, r.Value, r.Error, off, got.Answer, got.Detail)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestAdaptiveFindsWhatIsThere wants the value of each integral to what float64 has
// places for, or that there is none.
func TestAdaptiveFindsWhatIsThere(t *testing.T) {
	tolerance := map[string]float64{
		"1/sqrt(1-x)": 1e-5, "1/sqrt(abs(x-0.3))": 1e-5, "1/(x*log(x)^2)": 0.5, "sin(3e6*x)^2": 10,
		"x^-0.99": 100, "(1-x)^-0.9": 200, "abs(x-0.3)^-0.9": 100,
	}
	for i, v := range hostile {
		if testing.Short() && i%3 != 0 {
			continue
		}
		p := Problem{F: parse(t, v.formula), A: v.a, B: v.b, Rule: Adaptive, Tolerance: tolerance[v.formula]}
		if p.Tolerance == 0 {
			p.Tolerance = 1e-10 * max(1, math.Abs(v.integral))
		}
		if math.IsNaN(v.integral) {
			p.Tolerance = 1e-6
		}
		err := mpi.Run(1, func(c *mpi.Comm) error {
			r, err := p.Run(context.Background(), c, Options{Threads: 2})
			if !math.IsNaN(v.integral) && err != nil || math.IsNaN(v.integral) && err == nil {
				t.Errorf("%s from %v to %v: %v, error %v", v.formula, v.a, v.b, r.Value, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestSameBitsUpToInfinity compares all rules on several ranks and threads.
func TestSameBitsUpToInfinity(t *testing.T) {
	for rule := Midpoint; rule <= Adaptive; rule++ {
		p := Problem{F: parse(t, "1/(1+x*x)"), A: math.Inf(-1), B: math.Inf(1), Rule: rule, N: 20_000, Tolerance: 1e-12}
		want := integrate(t, 1, p, Options{})
		if off := math.Abs(want.Value - math.Pi); off > want.Error+1e-13 || off > 1e-8 {
			t.Errorf("%v: %v", rule, want)
		}
		for _, ranks := range []int{2, 3} {
			if got := integrate(t, ranks, p, Options{Threads: 3}); got != want {
				t.Errorf("%v on %d ranks: %+v, want %+v", rule, ranks, got, want)
			}
		}
	}
}
