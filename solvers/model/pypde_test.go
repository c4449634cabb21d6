package model

import (
	_ "embed"
	"encoding/json"
	"slices"
	"testing"

	"hybrid/solvers/model/ir"
)

// pypde is made by testdata/pypde.py.
//
//go:embed testdata/pypde.json
var pypde []byte

// TestAsPyPDE compares the reference with py-pde, an independent solver, which cuts models into
// cells in the same way: nothing but rounding differs after five steps.
func TestAsPyPDE(t *testing.T) {
	type fields map[string][][]float64
	var made struct {
		Models []struct {
			Name, Text          string
			Initial, Euler, RK4 fields
		}
	}
	if err := json.Unmarshal(pypde, &made); err != nil {
		t.Fatal(err)
	}
	for _, m := range made.Models {
		for scheme, want := range map[string]fields{"euler": m.Euler, "rk4": m.RK4} {
			s, err := Read(m.Name+".toml", m.Text, "time.scheme="+scheme)
			if err != nil {
				t.Fatal(err)
			}
			sys := system(t, s, ir.F64)
			begin := make([][]float64, len(sys.Fields))
			for f := range m.Initial {
				i := slices.IndexFunc(sys.Fields, func(has Field) bool { return has.Name == f })
				begin[i] = slices.Concat(m.Initial[f]...)
			}
			r := newReference(sys, begin)
			r.advance(sys.Steps)
			for i, f := range sys.Fields {
				if f.Role != Evolved {
					continue
				}
				if d := distance(r.field(i), slices.Concat(want[f.Name]...)); !(d < 1e-15) {
					t.Errorf("%s, %s: %s differs by %.2g", m.Name, scheme, f.Name, d)
				}
			}
		}
	}
}
