package quadrature

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"hybrid/internal/shorttest"
	"hybrid/mpi"
	"hybrid/simd"
)

func parse(t testing.TB, formula string) *Function {
	t.Helper()
	f, err := Parse(formula)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// integrate runs on so many ranks and checks that all have the same result.
func integrate(t testing.TB, ranks int, p Problem, o Options) Result {
	t.Helper()
	all := make([]Result, ranks)
	err := mpi.Run(ranks, func(c *mpi.Comm) (err error) {
		all[c.Rank()], err = p.Run(context.Background(), c, o)
		return err
	})
	if err != nil {
		t.Fatalf("%v of %v: %v", p.Rule, p.F, err)
	}
	for r := range all {
		if all[r] != all[0] {
			t.Errorf("rank %d has %+v, rank 0 %+v", r, all[r], all[0])
		}
	}
	return all[0]
}

// integrals have known values.
var integrals = []struct {
	formula  string
	a, b     float64
	integral float64
}{
	{"4/(1+x^2)", 0, 1, math.Pi},
	{"4/(1+x^2)", 1, -1, -2 * math.Pi},
	{"exp(x)", 0, 1, math.E - 1},
	{"sin(x)", 0, math.Pi, 2},
	{"1/x", 1, 2, math.Ln2},
	{"x^2 - 3*x", -2, 3, 35./3 - 7.5},
	{"3", -1, 4, 15},
	{"x", 2, 2, 0},
}

func TestRules(t *testing.T) {
	for _, v := range integrals {
		for r, want := range map[Rule]struct {
			n   uint64
			tol float64
		}{Midpoint: {10_000, 3e-7}, Trapezoid: {10_000, 3e-7}, Simpson: {1000, 1e-11}, Gauss: {50, 1e-13}, Adaptive: {0, 1e-13}} {
			p := Problem{F: parse(t, v.formula), A: v.a, B: v.b, Rule: r, N: want.n, Tolerance: 1e-12}
			got := integrate(t, 1, p, Options{})
			off := math.Abs(got.Value - v.integral)
			if off > want.tol {
				t.Errorf("%v of %s: %v, %g off", r, v.formula, got.Value, off)
			}
			if off > 2*got.Error+1e-13 {
				t.Errorf("%v of %s is %g off and says %g", r, v.formula, off, got.Error)
			}
			if r != Adaptive && got.Error > 2*off+1e-12 {
				t.Errorf("%v of %s says %g and is %g off", r, v.formula, got.Error, off)
			}
		}
	}
}

// TestOrder halves the parts and looks at what becomes of the error.
func TestOrder(t *testing.T) {
	for r, n := range map[Rule]uint64{Midpoint: 64, Trapezoid: 64, Simpson: 16, Gauss: 2} {
		off := func(n uint64) float64 {
			p := Problem{F: parse(t, "exp(2*x)"), A: 0, B: 2, Rule: r, N: n}
			return math.Abs(integrate(t, 1, p, Options{}).Value - (math.Exp(4)-1)/2)
		}
		if got := math.Log2(off(n) / off(2*n)); math.Abs(got-float64(r.order())) > 0.2 {
			t.Errorf("%v is of order %.2f, want %d", r, got, r.order())
		}
	}
}

// TestExact integrates powers of x that a rule must give without error.
func TestExact(t *testing.T) {
	for r, degree := range map[Rule]int{Midpoint: 1, Trapezoid: 1, Simpson: 3, Gauss: 9} {
		for k := range degree + 2 {
			p := Problem{F: parse(t, fmt.Sprintf("x^%d", k)), A: 0, B: 1, Rule: r, N: 2}
			off := math.Abs(integrate(t, 1, p, Options{}).Value - 1/float64(k+1))
			if exact := off < 1e-15; exact != (k <= degree) {
				t.Errorf("%v of x^%d is %g off", r, k, off)
			}
		}
	}
	for name, v := range map[string]struct {
		pair
		exact, least int // degrees up to which the finer and the coarser one are exact
	}{"Kronrod": {kronrod(), 23, 13}, "halved": {halved(), 15, 15}} {
		for k := range 26 {
			r := refinement{pair: pair{nodes: v.nodes, fine: v.pair.fine, coarse: v.pair.coarse}}
			out := make([]float64, 5)
			r.measure(parse(t, fmt.Sprintf("x^%d", k)), segment{origin: -1, scale: 2}, cell{width: 1}, out)
			want := 0.0
			if k%2 == 0 {
				want = 2 / float64(k+1)
			}
			if exact := math.Abs(out[0]-want) < 1e-15; exact != (k <= v.exact || k%2 == 1) {
				t.Errorf("%s gives %v for x^%d, want %v", name, out[0], k, want)
			}
			if exact := out[1] < 1e-15; exact != (k <= v.least || k%2 == 1) {
				t.Errorf("%s differs by %g for x^%d", name, out[1], k)
			}
		}
	}
}

// TestSplits wants the same bits, the ones written here, however the work is
// split.
func TestSplits(t *testing.T) {
	cases := shorttest.Every(3)
	for _, v := range []struct {
		p    Problem
		want float64
	}{
		{Problem{F: parse(t, "4/(1+x^2)"), A: 0, B: 1, Rule: Midpoint, N: 4_300_001}, 0x1.921fb54442d23p+01},
		{Problem{F: parse(t, "4/(1+x^2)"), A: 0, B: 1, Rule: Simpson, N: 123_456}, 0x1.921fb54442d1ap+01},
		{Problem{F: parse(t, "sqrt(x)/(1+x)"), A: 0.5, B: 3, Rule: Trapezoid, N: 54_321}, 0x1.2fbb57a570798p+00},
		{Problem{F: parse(t, "1/(2+x*x*x)"), A: -1, B: 1, Rule: Gauss, N: 9_999}, 0x1.0aa2663b3c01ep+00},
		{Problem{F: parse(t, "sqrt(abs(x-0.3))"), A: 0, B: 1, Rule: Adaptive, Tolerance: 1e-9}, 0x1.fffc4ae46937ap-02},
	} {
		for _, ranks := range []int{1, 2, 3, 5} {
			for _, threads := range []int{1, 3} {
				for _, isa := range simd.Available() {
					if cases.Skip() {
						continue
					}
					got := integrate(t, ranks, v.p, Options{Threads: threads, ISA: isa})
					if got.Value != v.want {
						t.Errorf("%v of %v, %d ranks, %d threads, %v: %x, want %x", v.p.Rule, v.p.F, ranks, threads, isa, got.Value, v.want)
					}
				}
			}
		}
	}
}

// TestSumIsCompensated adds up 10^7 values that a plain sum would get wrong in
// the tenth digit.
func TestSumIsCompensated(t *testing.T) {
	p := Problem{F: Of("0.1", func(float64) float64 { return 0.1 }), A: 0, B: 1e7, Rule: Midpoint, N: 1e7}
	if got := integrate(t, 1, p, Options{Threads: 2}); math.Abs(got.Value-1e6) > 1e-8 {
		t.Errorf("the sum is %v, want 1e6", got.Value)
	}
}

func TestAdaptive(t *testing.T) {
	for _, v := range []struct {
		formula  string
		a, b     float64
		integral float64
	}{
		{"sqrt(x)", 0, 1, 2. / 3},
		{"abs(x-1/3)", 0, 1, 5. / 18},
		{"1/(1e-6+x^2)", -1, 1, 2e3 * math.Atan(1e3)},
		{"cos(100*x)", 0, 1, math.Sin(100) / 100},
		{"floor(10*x)", 0, 1, 4.5},
		{"log(x)", 0, 1, -1},
	} {
		for _, tolerance := range []float64{1e-3, 1e-6, 1e-9} {
			got := integrate(t, 2, Problem{F: parse(t, v.formula), A: v.a, B: v.b, Rule: Adaptive, Tolerance: tolerance}, Options{})
			if off := math.Abs(got.Value - v.integral); off > tolerance || got.Error > tolerance*1.01 {
				t.Errorf("%s: %v is %g off and says %g, want %g", v.formula, got.Value, off, got.Error, tolerance)
			}
		}
	}
}

func TestRefuses(t *testing.T) {
	f := parse(t, "1/x")
	for _, v := range []struct {
		p    Problem
		o    Options
		want string
	}{
		{Problem{A: 0, B: 1, N: 1}, Options{}, "no function"},
		{Problem{F: f, A: math.Inf(1), B: math.Inf(1), N: 1}, Options{}, "interval from +Inf to +Inf"},
		{Problem{F: f, A: math.NaN(), B: 1, N: 1}, Options{}, "interval from NaN"},
		{Problem{F: f, A: -1e308, B: 1e308, N: 1}, Options{}, "beyond the largest number"},
		{Problem{F: f, A: 1, B: 2}, Options{}, "0 parts"},
		{Problem{F: f, A: 1, B: 2, N: MaxParts + 1}, Options{}, "281474976710657 parts"},
		{Problem{F: f, A: 1, B: 2, N: 3, Rule: Simpson}, Options{}, "even number"},
		{Problem{F: f, A: 1, B: 2, N: 3, Rule: 9}, Options{}, "unknown rule Rule(9)"},
		{Problem{F: f, A: 1, B: 2, Rule: Adaptive}, Options{}, "tolerance 0"},
		{Problem{F: f, A: 1, B: 2, N: 1}, Options{Threads: -2}, "-2 threads"},
		{Problem{F: f, A: 1, B: 2, N: 1}, Options{ISA: 77}, "unknown instruction set"},
		{Problem{F: f, A: -12_289, B: 12_289, N: 12_289, Rule: Midpoint}, Options{Threads: 3}, "1/x is +Inf at x = 0"},
		{Problem{F: f, A: 0, B: 1, N: 10, Rule: Trapezoid}, Options{}, "1/x is +Inf at x = 0"},
		{Problem{F: parse(t, "log(abs(x))"), A: 8, B: -8, N: 16_384, Rule: Simpson}, Options{Threads: 3}, "log(abs(x)) is -Inf at x = 0"},
		{Problem{F: parse(t, "sqrt(x)"), A: -1, B: 1, Tolerance: 1e-3, Rule: Adaptive}, Options{}, "sqrt(x) is NaN at x = -0.99"},
		{Problem{F: f, A: 0, B: 1, Tolerance: 1e-3, Rule: Adaptive}, Options{}, "no integral over x = 0"},
		{Problem{F: parse(t, "1/sqrt(1-x)"), A: 0, B: 1, Tolerance: 1e-9, Rule: Adaptive}, Options{}, "near x = 1, where float64 has no more places"},
		{Problem{F: parse(t, "sin(1/x)/x"), A: 1e-9, B: 1, Tolerance: 1e-12, Rule: Adaptive}, Options{Threads: 2}, "after halving 65536 parts"},
		{Problem{F: parse(t, "1e308 + x"), A: 0, B: 10, N: 10, Rule: Midpoint}, Options{}, "beyond the range"},
	} {
		if testing.Short() && strings.HasPrefix(v.want, "after halving") {
			continue // which takes long
		}
		for _, ranks := range []int{1, 3} {
			errs := make([]error, ranks)
			err := mpi.Run(ranks, func(c *mpi.Comm) error {
				_, errs[c.Rank()] = v.p.Run(context.Background(), c, v.o)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			for r, err := range errs {
				if err == nil || !strings.Contains(err.Error(), v.want) {
					t.Errorf("%v of %v: rank %d of %d has error %v, want %q", v.p.Rule, v.p.F, r, ranks, err, v.want)
				}
			}
		}
	}
}

// TestFewerPointsOnAPole wants no failure where only the estimate meets the pole.
func TestFewerPointsOnAPole(t *testing.T) {
	p := Problem{F: parse(t, "1/sqrt(abs(x-0.3))"), A: 0, B: 1, Rule: Midpoint, N: 1e6}
	got := integrate(t, 3, p, Options{Threads: 2})
	if math.Abs(got.Value-2.7687651680784836) > 0.01 || !math.IsInf(got.Error, 1) {
		t.Errorf("%+v", got)
	}
}

func TestRuleNames(t *testing.T) {
	for r := Midpoint; r <= Adaptive; r++ {
		var got Rule
		if err := got.UnmarshalText([]byte(r.String())); err != nil || got != r {
			t.Errorf("%v is read as %v, %v", r, got, err)
		}
	}
	if new(Rule).UnmarshalText([]byte("romberg")) == nil {
		t.Error("there is a rule called romberg")
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	for _, formula := range []string{"4/(1+x^2)", "x"} {
		err := mpi.Run(2, func(c *mpi.Comm) error {
			_, err := Problem{F: parse(t, formula), A: 0, B: 1, N: MaxParts}.Run(ctx, c, Options{Threads: 2})
			return err
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s returned %v", formula, err)
		}
	}
}

// BenchmarkMidpoint reports points a second.
func BenchmarkMidpoint(b *testing.B) {
	for _, formula := range []string{"4/(1+x^2)", "4/(1+x^2+0)", "exp(-x^2/2)"} {
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/threads=%d", formula, threads), func(b *testing.B) {
				p := Problem{F: parse(b, formula), A: 0, B: 1, Rule: Midpoint, N: 10_000_000}
				want := integrate(b, 1, p, Options{ISA: simd.Go})
				best, points := math.Inf(1), uint64(0)
				for b.Loop() {
					began := time.Now()
					got := integrate(b, 1, p, Options{Threads: threads})
					best = min(best, time.Since(began).Seconds())
					points = got.Points
					if got != want {
						b.Fatalf("got %+v, want %+v", got, want)
					}
				}
				b.ReportMetric(float64(points)/best/1e6, "Mpoints/s")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}
