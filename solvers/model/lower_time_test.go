package model

import (
	"math"
	"strings"
	"testing"

	"hybrid/solvers/model/ir"
	"hybrid/solvers/task"
)

// TestLimits has limits of the time step that are known in closed form, on a grid with
// spacing 1/2.
func TestLimits(t *testing.T) {
	unknown := 0.
	for _, c := range []struct {
		scheme string
		rules  []string
		want   float64
	}{
		{"euler", []string{"u = 3*laplacian(u)"}, 2 / (3 * 8 * 4.)},
		{"rk2", []string{"u = 3*laplacian(u)"}, 2 / (3 * 8 * 4.)},
		{"rk4", []string{"u = 3*laplacian(u)"}, 2.785293563 / (3 * 8 * 4)},
		{"euler", []string{"u = laplacian(laplacian(u)) * -1"}, 2 / (32. * 32)},
		{"euler", []string{"u = laplacian(u) - 5*u"}, 2 / (32 + 5.)},
		{"euler", []string{"u = laplacian(u) + u - u^3"}, 2 / 31.},
		{"euler", []string{"u = laplacian(u) - dx(u)"}, 1. / 16},               // cells are short enough
		{"euler", []string{"u = 0.25*laplacian(u) - 5*(dx(u) + dy(u))"}, 0.01}, // 2 D/c^2
		{"euler", []string{"u = dx(u)"}, unknown},
		{"rk2", []string{"u = v", "v = laplacian(u)"}, unknown},
		{"rk4", []string{"u = v", "v = laplacian(u)"}, math.Sqrt(8) / math.Sqrt(32)},
		{"rk4", []string{"u = laplacian(v)", "v = -laplacian(u)"}, math.Sqrt(8) / 32},
		{"rk4", []string{"c = dx(b) - dy(a)", "a = -dy(c)", "b = dx(c)"}, math.Sqrt(8) / (math.Sqrt(2) * 2)}, // Maxwell
		{"euler", []string{"u = -u*v + laplacian(u)", "v = u*v - 9*v"}, 2 / 32.},
		{"euler", []string{"u = laplacian(u)", "v = 2*laplacian(v) + laplacian(u)"}, 1 / 32.},
		{"euler", []string{"u = (1 + x)*laplacian(u)"}, 2 / (32 * 4.75)},
		{"euler", []string{"u = divergence(k, u)"}, 2 / (8 * (4.5 + 2*4.75 + 5))}, // at the last column
		{"euler", []string{"u = u*laplacian(u)"}, unknown},
		{"euler", []string{"u = u*dx(u) + laplacian(u)"}, unknown},
		{"euler", []string{"u = t*laplacian(u)"}, unknown},
		{"euler", []string{"u = r*laplacian(u)"}, unknown},
		{"euler", []string{"u = laplacian(u)/(x - 1.25)"}, unknown}, // 1/0 in a column
		{"euler", []string{"u = 1"}, math.Inf(1)},
		{"euler", []string{"u = u"}, math.Inf(1)},
	} {
		s := specOf(t, []int{8, 8}, c.scheme, 1e-9, c.rules...)
		s.Spacing = []float64{0.5, 0.5}
		s.Lets = []Let{{Name: "k", Expr: parsed(t, "1 + x")}}
		s.Fields = append(s.Fields, FieldSpec{Name: "r", Static: true, Initial: parsed(t, "1 + noise(1)")})
		limit := system(t, s, ir.F32).Limit
		if !(math.Abs(limit.DT-c.want) < 2e-3*c.want || limit.DT == c.want) {
			t.Errorf("%s %q: %v, want %.4g", c.scheme, c.rules, limit, c.want)
		}
		s.DT = 0
		sys, err := s.System(ir.F64)
		bounded := c.want > 0 && !math.IsInf(c.want, 1)
		switch {
		case !bounded && (err == nil || !strings.Contains(err.Error(), "dt = \"auto\" has no limit to go by: ")):
			t.Errorf("%s %q: auto gives error %v", c.scheme, c.rules, err)
		case bounded && (err != nil || sys.DT > 0.91*c.want || sys.DT < 0.49*c.want):
			t.Errorf("%s %q: auto gives %v, error %v", c.scheme, c.rules, sys, err)
		}
	}
}

func TestTimeStep(t *testing.T) {
	s := specOf(t, []int{8, 8}, "euler", 0, "u = laplacian(u)")
	s.Steps, s.End = 0, 10
	sys := system(t, s, ir.F64)
	if sys.Steps != 45 || sys.DT != 10/45. {
		t.Errorf("to the time 10 by 0.9 of 1/4: %d steps of %v", sys.Steps, sys.DT)
	}
	s.DT = 0.25
	if sys := system(t, s, ir.F64); sys.Steps != 40 || sys.DT != 0.25 {
		t.Errorf("to the time 10 by 1/4: %d steps of %v", sys.Steps, sys.DT)
	}
	s.DT = 0.26
	want := "dt 0.26 is above the stability limit 0.25 of euler: the solution would grow without bound; take at most that, or \"auto\" for 0.9 of it"
	if _, err := s.System(ir.F64); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	s = specOf(t, []int{8}, "", 0, "u = u")
	if _, err := s.System(ir.F64); err == nil {
		t.Error("updates bound a time step")
	}
}

// TestLimitIsThatOfGrowth has a rough field fade below the limit and grow above it.
func TestLimitIsThatOfGrowth(t *testing.T) {
	for _, c := range []struct{ scheme, rule string }{
		{"euler", "u = 2*d2x(u) - 3*dx(u)"}, {"rk4", "u = -2*dx(u) + dy(u) + 0.1*laplacian(u)"},
	} {
		s := specOf(t, []int{8, 8}, c.scheme, 1e-9, c.rule)
		s.Fields[0].Faces = allFaces(2, FaceSpec{Kind: Periodic})
		limit := system(t, s, ir.F64).Limit.DT
		s.Rules = append(s.Rules, Rule{Field: "v", Expr: parsed(t, "0*u^2 + 0")}) // of which no limit is refused
		s.Rules[0].Expr = parsed(t, c.rule[4:]+" + 1e-300*u^2")
		s.Fields = append(s.Fields, FieldSpec{Name: "v"})
		for _, share := range []float64{0.95, 1.3} {
			s.DT = share * limit
			sys := system(t, s, ir.F64)
			begin := make([][]float64, len(sys.Fields))
			for f := range begin {
				for i := range 64 {
					begin[f] = append(begin[f], noise(ir.F64, 1, uint64(i))-0.5)
				}
			}
			r := newReference(sys, begin)
			r.advance(100)
			size := distance(r.field(0), make([]float64, 64))
			if grows := !(size < 1); grows != (share > 1) {
				t.Errorf("%s, %s: %v of the limit %.4g: %g", c.scheme, c.rule, share, limit, size)
			}
		}
	}
}

// TestStepsAreAsLongAsThoseToTheEnd where a run is told how many to take.
func TestStepsAreAsLongAsThoseToTheEnd(t *testing.T) {
	m := source{name: "m.toml", text: `
		[grid]
		size = [8, 8]
		[fields]
		u = "x"
		[equations]
		u = "laplacian(u)"
		[time]
		dt = "auto"
		end = 10`}
	for _, p := range []*statement{{}, {Steps: 7, stepsGiven: true}, {stepsGiven: true}, {Steps: 99, stepsGiven: true}} {
		_, sys, err := load(m, nil, p, ir.F64, task.Place{})
		if err != nil {
			t.Fatal(err)
		}
		want := 45
		if p.stepsGiven {
			want = p.Steps
		}
		if sys.DT != 10/45. || sys.Steps != want {
			t.Errorf("%d steps given, %v: %d of %v, want %d of %v", p.Steps, p.stepsGiven, sys.Steps, sys.DT, want, 10/45.)
		}
	}
}
