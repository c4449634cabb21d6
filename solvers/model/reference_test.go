package model

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"hybrid/halo"
	"hybrid/mpi"
	"hybrid/solvers/model/ir"
)

// TestReference has a step of a rotated difference with a value that rises in time at the
// left, a derivative at the right and periodic rows, whose cells can be told by hand.
func TestReference(t *testing.T) {
	g := ir.New(ir.F64)
	sys := &System{Type: ir.F64, Dims: 2, Size: [3]int{1, 2, 3}, Spacing: [3]float64{1, 1, 1}, DT: 0.5,
		Fields: []Field{{Name: "u"}},
		Passes: []Pass{{Program: g.Program(g.Add(g.Load(0, 0, 1, -1), g.Load(0, 0, 1, 1))), Writes: []int{0}, After: 1}},
	}
	b := &sys.Fields[0].Boundary
	b[2][0] = Boundary{Scale: []float64{-1}, Shift: []*ir.Program{g.Program(g.FMA(g.Time(), g.Const(4), g.Coord(1)))}}
	b[2][1] = Boundary{Scale: []float64{1}, Shift: []*ir.Program{g.Program(g.Const(2))}}
	b[1] = [2]Boundary{{Periodic: true}, {Periodic: true}}
	r := newReference(sys, [][]float64{{1, 2, 3, 4, 5, 6}})
	r.advance(1)
	// Of the row below, at y = 1.5, the ghosts are -4+1.5 and 6+2; of the one above, at
	// y = 0.5, -1+0.5 and 3+2.
	want(t, r.field(0), -2.5+5, 4+6, 5+8, -0.5+2, 1+3, 2+5)
	r.advance(1) // at the time 0.5: -1.5+2+1.5 and 7+2, -2.5+2+0.5 and 13+2
	want(t, r.field(0), 2+4, 1.5+7, 4+9, 0+10, 2.5+13, 10+15)
}

func want(t *testing.T, got []float64, want ...float64) {
	t.Helper()
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}

func TestNoise(t *testing.T) {
	const n = 4096
	var mean float64
	for cell := range uint64(n) {
		v := noise(ir.F64, 7, cell)
		if v < 0 || v >= 1 || math.Abs(noise(ir.F32, 7, cell)-v) > 0x1p-24 {
			t.Fatalf("cell %d: %v and in f32 %v", cell, v, noise(ir.F32, 7, cell))
		}
		mean += v / n
	}
	if math.Abs(mean-0.5) > 0.02 || noise(ir.F64, 7, 1) == noise(ir.F64, 8, 1) {
		t.Errorf("mean %v", mean)
	}
}

func TestInitially(t *testing.T) {
	g := ir.New(ir.F32)
	sys := &System{Type: ir.F32, Dims: 1, Size: [3]int{1, 1, 3}, Origin: [3]float64{0, 0, 10}, Spacing: [3]float64{1, 1, 2},
		Fields: []Field{{Initial: g.Program(g.Sub(g.Coord(2), g.Load(1, 0, 0, 0))), Noise: []uint64{3, 4}}}}
	for i, v := range initially[float32](sys, 0) {
		if want := float32(11+2*i) - float32(noise(ir.F32, 4, uint64(i))); v != want {
			t.Errorf("cell %d: %v, want %v", i, v, want)
		}
	}
}

// TestReferenceOfParts has the bits of the whole grid's however it is cut.
func TestReferenceOfParts(t *testing.T) {
	const steps = 3
	for dims := 1; dims <= 3; dims++ {
		for _, periodic := range [][3]bool{{}, {true, true, true}, {false, true, false}} {
			for axis := range 3 - dims {
				periodic[axis] = false
			}
			t.Run(fmt.Sprint(dims, " dimensions, periodic ", periodic), func(t *testing.T) { partsOfReference(t, testSystem(dims, ir.F64, periodic), steps, 1, 2, 3, 4) })
		}
	}
}

// partsOfReference compares parts on such numbers of ranks with the whole grid.
func partsOfReference(t *testing.T, sys *System, steps int, ranks ...int) {
	t.Helper()
	begin := make([][]float64, len(sys.Fields))
	for f := range sys.Fields {
		if sys.Fields[f].Role != Stage {
			begin[f] = initially[float64](sys, f)
		}
	}
	whole := newReference(sys, begin)
	whole.advance(steps)
	for _, ranks := range ranks {
		err := mpi.Run(ranks, func(c *mpi.Comm) error {
			g, err := halo.New(c, sys.Size[3-sys.Dims:], halo.Options{})
			if err != nil {
				return err
			}
			lo, hi, _ := partOf(sys, g)
			part := make([][]float64, len(sys.Fields))
			for f := range sys.Fields {
				if sys.Fields[f].Role != Stage {
					part[f] = initiallyIn[float64](sys, f, lo, hi)
				}
			}
			r, err := newReferencePart(sys, g, 0, part)
			if err != nil {
				return err
			}
			r.advance(steps)
			for f := range sys.Fields {
				cells, all := r.field(f), whole.field(f)
				r.rows(func(a, b int) {
					n := hi[2] - lo[2]
					if want := all[(a*sys.Size[1]+b)*sys.Size[2]+lo[2]:][:n]; sys.Fields[f].Role == Evolved && !slices.Equal(cells[:n], want) {
						t.Errorf("%d dimensions, %d ranks, field %d, row %d %d: %v, want %v", sys.Dims, ranks, f, a, b, cells[:n], want)
					}
					cells = cells[n:]
				})
			}
			return r.err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
