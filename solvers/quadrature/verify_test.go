package quadrature

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hybrid/mpi"
	"hybrid/simd"
	"hybrid/solvers/task"
)

func TestVerifyAcceptsWhatIsRightAndNothingElse(t *testing.T) {
	for _, p := range []struct {
		formula string
		a, b    float64
		rule    Rule
		n       uint64
	}{
		{"4/(1+x^2)", 0, 1, Midpoint, 1000},
		{"4/(1+x^2)", 0, 1, Gauss, 1000},
		{"sin(x)", 0, 7, Simpson, 100},
		{"exp(-x)", 3, -2, Adaptive, 0},
		{"1/sqrt(x)", 0, 1, Midpoint, 100000},
		{"abs(x-0.3)", 0, 1, Trapezoid, 1000},
		{"x", 0, 1, Midpoint, 1},
		{"sin(x)", -1, 1, Trapezoid, 64},
	} {
		f, err := Parse(p.formula)
		if err != nil {
			t.Fatal(err)
		}
		problem := Problem{F: f, A: p.a, B: p.b, Rule: p.rule, N: p.n, Tolerance: 1e-9}
		err = mpi.Run(2, func(c *mpi.Comm) error {
			ctx := context.Background()
			r, err := problem.Run(ctx, c, Options{})
			if err != nil {
				return err
			}
			v, err := problem.Verify(ctx, c, r, Options{})
			if err != nil || v.Answer != task.Yes {
				t.Errorf("%s by %v: %+v, %v", f, p.rule, v, err)
			}
			r.Value, r.Error = r.Value+0.01, 1e-6
			if v, err := problem.Verify(ctx, c, r, Options{}); err != nil || v.Answer != task.No || !strings.Contains(v.Detail, "more than the") {
				t.Errorf("%s by %v, 0.01 off: %+v, %v", f, p.rule, v, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestVerifyOfAnUnknownErrorStillCompares(t *testing.T) {
	f, err := Parse("4/(1+x^2)")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []Problem{{F: f, B: 1, Rule: Midpoint, N: 1}, {F: f, B: 1, Rule: Simpson, N: 2}} {
		err := mpi.Run(1, func(c *mpi.Comm) error {
			r, err := p.Run(context.Background(), c, Options{})
			if err != nil {
				return err
			}
			if v, err := p.Verify(context.Background(), c, r, Options{}); err != nil || v.Answer != task.No || !strings.Contains(v.Detail, "more than the") {
				t.Errorf("%v with %d parts gives %v, error %v: %+v, %v", p.Rule, p.N, r.Value, r.Error, v, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestLimitNamesWhatItMeasured(t *testing.T) {
	for _, c := range []struct{ formula, by string }{{"4/(1+x*x)", ByDividers}, {"x*x+1", ByFormula}} {
		f, err := Parse(c.formula)
		if err != nil {
			t.Fatal(err)
		}
		for _, isa := range simd.Available() {
			l, err := Problem{F: f, B: 1}.Limit(time.Millisecond, Options{ISA: isa, Threads: 2})
			if err != nil || l.By != c.by || !(l.Points > 0) {
				t.Errorf("%s with %v: %+v, %v", c.formula, isa, l, err)
			}
		}
	}
}

func TestProgressCountsEveryPoint(t *testing.T) {
	f, err := Parse("x")
	if err != nil {
		t.Fatal(err)
	}
	err = mpi.Run(1, func(c *mpi.Comm) error {
		var most atomic.Uint64
		o := Options{Threads: 2, Progress: func(points uint64) {
			for old := most.Load(); points > old && !most.CompareAndSwap(old, points); old = most.Load() {
			}
		}}
		r, err := Problem{F: f, B: 1, Rule: Midpoint, N: 1 << 20}.Run(context.Background(), c, o)
		if got := most.Load(); got != r.Points {
			t.Errorf("told of %d points of %d", got, r.Points)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
