package model

import (
	"testing"

	"hybrid/solvers/model/ir"
)

// TestBuffersBeginApart has a model whose rows all begin in the same place of a page.
func TestBuffersBeginApart(t *testing.T) {
	for _, rules := range [][]string{{"u = laplacian(u)"}, {"u = laplacian(u) - v", "v = laplacian(v) + u"}} {
		sys := system(t, specOf(t, []int{8, 496}, "euler", 0.01, rules...), ir.F64)
		b := &block[float64]{Solver: &Solver[float64]{sys: sys, order: orderOf(2)}, sc: sys.newSchedule(2, mostRows, true)}
		w := &scratch[float64]{views: make([]view, len(b.sc.rings))}
		for i := range w.views {
			w.views[i].slab = page
		}
		b.stagger(w)
		if n := len(rules); len(w.starts) != n {
			t.Fatalf("%q: %d buffers, want %d", rules, len(w.starts), n)
		}
		for i, start := range w.starts {
			for _, other := range w.starts[:i] {
				if tooNear(start - other) {
					t.Errorf("%q: buffers begin at %v of a page", rules, w.starts)
				}
			}
		}
	}
}

func TestRowsLieApart(t *testing.T) {
	const in, out = 7, 4
	pitch := apartRows(in, out, 2*page)
	if pitch%line != 0 || pitch < 2*page || pitch >= 3*page {
		t.Errorf("rows are %d bytes apart, from %d on", pitch, 2*page)
	}
	if n := nearRows(in, out, pitch); n > in*out/4 {
		t.Errorf("rows %d bytes apart: %d of %d pairs are too near", pitch, n, in*out)
	}
	if n := nearRows(in, out, 2*page); n != in*out {
		t.Errorf("rows that begin in the same place of pages: %d of %d pairs are too near", n, in*out)
	}
}
