package model

import (
	"slices"
	"strings"
	"testing"

	"hybrid/solvers/model/formula"
	"hybrid/solvers/model/ir"
)

// parsed is a formula whose names all are right.
func parsed(t testing.TB, text string) *formula.Expr {
	t.Helper()
	e, err := formula.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// specOf is a model on a square grid whose equations (or updates, where scheme is "") are
// lines "u = ...".
func specOf(t testing.TB, size []int, scheme string, dt float64, rules ...string) *Spec {
	t.Helper()
	s := &Spec{Size: size, Order: 2, Scheme: scheme, DT: dt, Steps: 1}
	for range size {
		s.Spacing = append(s.Spacing, 1)
		s.Origin = append(s.Origin, 0)
	}
	for _, r := range rules {
		name, text, _ := strings.Cut(r, " = ")
		s.Fields = append(s.Fields, FieldSpec{Name: name, Initial: parsed(t, "0")})
		s.Rules = append(s.Rules, Rule{name, parsed(t, text), scheme == ""})
	}
	return s
}

func system(t testing.TB, s *Spec, typ ir.Type) *System {
	t.Helper()
	sys, err := s.System(typ)
	if err != nil {
		t.Fatal(err)
	}
	return sys
}

// operations are those of a program that it does for each cell, without loads and negations,
// which go into an fma.
func operations(p *ir.Program) (n int) {
	for v := range p.Nodes {
		switch p.Nodes[v].Op {
		case ir.Load, ir.Coord, ir.Neg:
		default:
			if p.Levels[v] == ir.PerCell {
				n++
			}
		}
	}
	return n
}

// TestWhatCoordinatesAloneDecide is made once, by fields that stay, and gives the same bits.
func TestWhatCoordinatesAloneDecide(t *testing.T) {
	s := specOf(t, []int{5, 7}, "rk2", 0.1, "u = 0.1*laplacian(u) + cos(t)*sin(x)*sin(y) - u*exp(-x*y)", "v = sin(x)*sin(y) - x*v + (t < 0.2)*exp(-y)")
	sys := system(t, s, ir.F64)
	var made [2][]float64
	for i := range made {
		begin := make([][]float64, len(sys.Fields))
		for f := range sys.Fields {
			if sys.Fields[f].Role == Static {
				begin[f] = initially[float64](sys, f)
			} else {
				begin[f] = make([]float64, sys.cells())
			}
		}
		r := newReference(sys, begin)
		r.advance(3)
		made[i] = append(r.field(0), r.field(1)...)
		if i == 0 {
			if n := len(sys.Fields); n != 6 {
				t.Errorf("%d fields, want 2, their stages, sin x sin y and exp -x y", n)
			}
			plain := literally(s, ir.F64)
			for p := range plain.Passes {
				if with, without := operations(sys.Passes[p].Program), operations(plain.Passes[p].Program); with > 15 || without < 50 {
					t.Errorf("pass %d: %d operations, %d where nothing is made once", p, with, without)
				}
			}
			sys = plain
		}
	}
	if !slices.Equal(made[0], made[1]) {
		t.Errorf("%v\n%v", made[0], made[1])
	}
}

func TestOperations(t *testing.T) {
	heat := []string{"u = 0.15*laplacian(u)"}
	grayScott := []string{"u = 0.16*laplacian(u) - u*v^2 + 0.035*(1 - u)", "v = 0.08*laplacian(v) + u*v^2 - 0.1*v"}
	for _, c := range []struct {
		rules []string
		dt    float64
		want  int // for each cell
	}{
		{heat, 1, 5},
		{[]string{"u = 0.2*laplacian(u)"}, 1, 5}, // all coefficients are equal
		{grayScott, 1, 13},
		{grayScott, 0.7, 14},
		{[]string{"u = laplacian(u) + u - u^3"}, 0.1, 7},
		{[]string{"u = 3*u*(1 - u)"}, 0.1, 2},
		{[]string{"u = t*u - t^2"}, 0.1, 1},
		{[]string{"u = y*laplacian(u)"}, 0.01, 5},
		{[]string{"u = divergence(u, u)"}, 0.1, 13},
		{[]string{"u = u^6"}, 1, 3}, // (x^2 x)^2, whose square is an fma
		{[]string{"u = u - u/3"}, 3, 1},
		{[]string{"u = gradient_squared(u)"}, 0.1, 5},
	} {
		p := system(t, specOf(t, []int{8, 8}, "euler", c.dt, c.rules...), ir.F64).Passes[0].Program
		if n := operations(p); n != c.want {
			t.Errorf("%s with dt = %v: %d operations, want %d:\n%v", c.rules, c.dt, n, c.want, p)
		}
	}
}

// Functions choose infinity and compare with it: such a constant is none of the model's.
func TestFunctionsHaveConstantsThatAreInfinite(t *testing.T) {
	rules := []string{"u = log(u) + hypot(u, x) + u^2.5 + exp(-u^2)*tanh(sin(x)) - sinh(u)*cosh(u) + tan(cos(y))"}
	system(t, specOf(t, []int{8, 8}, "euler", 0.01, rules...), ir.F64)
}
