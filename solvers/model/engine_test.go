package model

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"hybrid/internal/shorttest"
	"hybrid/mpi"
	"hybrid/simd"
	"hybrid/solvers/model/ir"
	"hybrid/solvers/model/ir/machine"
	"hybrid/solvers/task"
)

// testSystem has all that makes a walk hard: passes of several reaches, a stage with
// ghost cells, corners, a field that stays, rows and columns and time in formulas.
func testSystem(dims int, typ ir.Type, periodic [3]bool) *System {
	s := &System{Type: typ, Dims: dims, Size: [3]int{1, 1, 19}, Origin: [3]float64{-1, 0.5, 2}, Spacing: [3]float64{0.5, 0.25, 0.125}, DT: 0.125}
	if dims > 1 {
		s.Size[1] = 13
	}
	if dims > 2 {
		s.Size[0] = 9
	}
	const u, w, mid, k = 0, 1, 2, 3
	boundary := func(scale float64) (b [3][2]Boundary) {
		for axis := 3 - dims; axis < 3; axis++ {
			for side := range 2 {
				b[axis][side].Periodic = periodic[axis]
				for d := 1; d <= 2; d++ {
					g := ir.New(typ)
					at := g.Mul(g.Coord((axis+1)%3), g.Const(0.01*float64(d+side)))
					if side == 0 {
						at = g.Add(at, g.Time())
					}
					if axis == 1 {
						at = g.Const(0.25)
					}
					b[axis][side].Scale = append(b[axis][side].Scale, scale)
					b[axis][side].Shift = append(b[axis][side].Shift, g.Program(at))
				}
			}
		}
		return b
	}
	start := func(f float64) *ir.Program {
		g := ir.New(typ)
		x := g.Add(g.Mul(g.Coord(2), g.Const(f)), g.Mul(g.Coord(1), g.Coord(0)))
		return g.Program(g.Add(x, g.Load(0, 0, 0, 0)))
	}
	s.Fields = []Field{
		{Name: "u", Role: Evolved, Initial: start(0.3), Noise: []uint64{7}, Boundary: boundary(-1)},
		{Name: "w", Role: Evolved, Initial: start(-0.7), Noise: []uint64{8}, Boundary: boundary(1)},
		{Name: "mid", Role: Stage, Boundary: boundary(0.5)},
		{Name: "k", Role: Static, Initial: start(0.1), Noise: []uint64{9}, Boundary: boundary(1)},
	}
	axis := func(g *ir.Graph, f, a, n int) ir.Value {
		if a < 3-dims {
			return g.Load(f, 0, 0, 0)
		}
		at := [3]int{}
		at[a] = n
		return g.Load(f, at[0], at[1], at[2])
	}
	g := ir.New(typ)
	sum := g.Mul(g.Load(u, 0, 0, 0), g.Add(g.Coord(1), g.Time()))
	for a := range 3 {
		sum = g.FMA(g.Const(0.01), g.Sub(axis(g, u, a, 1), axis(g, k, a, -1)), sum)
	}
	if dims > 1 {
		sum = g.FMA(g.Const(0.03), g.Load(u, 0, -1, 1), sum)
	}
	first := g.Program(g.Mul(sum, g.Const(0.2)), g.Add(sum, g.Coord(2)))
	g = ir.New(typ)
	sum = g.Mul(g.Load(u, 0, 0, 0), g.Const(0.5))
	for a := range 3 {
		sum = g.FMA(g.Const(0.02), g.Add(axis(g, mid, a, -2), axis(g, w, a, 1)), sum)
	}
	if dims > 2 {
		sum = g.FMA(g.Const(0.03), g.Load(mid, -1, 1, -1), sum)
	}
	s.Passes = []Pass{
		{Program: first, Writes: []int{mid, w}, Time: 0, After: 0.5},
		{Program: g.Program(sum), Writes: []int{u}, Time: 0.5, After: 1},
	}
	return s
}

// solveAt is what all evolved fields of a system are after some steps, on ranks that each have a place.
func solveAt[T Real](t *testing.T, sys *System, ranks, steps int, o Options, place func(c *mpi.Comm) task.Place) [][]T {
	t.Helper()
	cells := sys.Size[0] * sys.Size[1] * sys.Size[2]
	var all [][]T
	for range sys.Fields {
		all = append(all, make([]T, cells))
	}
	var mu sync.Mutex
	err := mpi.Run(ranks, func(c *mpi.Comm) error {
		s, err := New[T](sys, place(c), o)
		if err != nil {
			return err
		}
		defer s.Close()
		if err := s.Prepare(); err != nil {
			return err
		}
		if err := s.Advance(context.Background(), steps); err != nil {
			return err
		}
		for f := range sys.Fields {
			if sys.Fields[f].Role != Evolved {
				continue
			}
			err := s.Field(f).EachRow(func(at []int, values []T) error {
				mu.Lock()
				defer mu.Unlock()
				full := append(make([]int, 3-len(at)), at...)
				copy(all[f][(full[0]*sys.Size[1]+full[1])*sys.Size[2]+full[2]:], values)
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestSameBitsHoweverAGridIsCut compares with the reference.
func TestSameBitsHoweverAGridIsCut(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	cases := shorttest.Every(5)
	for dims := 1; dims <= 3; dims++ {
		for _, periodic := range [][3]bool{{}, {true, true, true}, {false, false, true}, {true, true, false}} {
			if cases.Skip() {
				continue
			}
			for axis := range 3 - dims {
				periodic[axis] = false
			}
			sameBits[float64](t, rng, testSystem(dims, ir.F64, periodic))
			if !periodic[1] {
				sameBits[float32](t, rng, testSystem(dims, ir.F32, periodic))
			}
		}
	}
}

func sameBits[T Real](t *testing.T, rng *rand.Rand, sys *System) {
	t.Helper()
	const steps = 5
	var begin [][]T
	for f := range sys.Fields {
		begin = append(begin, nil)
		if sys.Fields[f].Role != Stage {
			begin[f] = initially[T](sys, f)
		}
	}
	plain := newReference(sys, begin)
	plain.advance(steps)
	for _, isa := range simd.Available() {
		o := Options{Steps: 1 + rng.IntN(5), Tile: [2]int{1 + rng.IntN(9), 1 + rng.IntN(25)}, Bands: 1 + rng.IntN(4), Rows: rng.IntN(5)}
		ranks, threads := 1+rng.IntN(3), 1+rng.IntN(3)
		o.Compile = compiler(isa)
		got := solveAt[T](t, sys, ranks, steps, o, func(c *mpi.Comm) task.Place { return task.Place{Comm: c, Threads: threads} })
		for f := range got {
			if want := plain.field(f); sys.Fields[f].Role == Evolved && !slices.Equal(got[f], want) {
				t.Fatalf("%v, %d dimensions, %v, %d ranks, %d threads, blocks of %d, tiles %v, %d bands: field %s: %v",
					sys.Type, sys.Dims, isa, ranks, threads, o.Steps, o.Tile, o.Bands, sys.Fields[f].Name, first(got[f], want, sys))
			}
		}
	}
}

// compiler makes kernels for an instruction set.
func compiler(isa simd.ISA) func(p *ir.Program) (ir.Kernel, error) {
	if isa != simd.AVX2 && isa != simd.AVX512 {
		return nil
	}
	return func(p *ir.Program) (ir.Kernel, error) { return machine.Compile(p, isa) }
}

// first says where two fields differ first.
func first[T Real](a, b []T, s *System) string {
	n := 0
	text := ""
	for i := range a {
		if a[i] != b[i] {
			if n++; n == 1 {
				text = fmt.Sprintf("at plane %d, row %d, column %d: %v, want %v", i/s.Size[2]/s.Size[1], i/s.Size[2]%s.Size[1], i%s.Size[2], a[i], b[i])
			}
		}
	}
	return fmt.Sprintf("%d cells differ, %s", n, text)
}

func TestSummaryIsTheSameOnAllRanks(t *testing.T) {
	for dims := 1; dims <= 3; dims++ {
		sys := testSystem(dims, ir.F64, [3]bool{})
		var want Summary
		for _, ranks := range []int{1, 3} {
			err := mpi.Run(ranks, func(c *mpi.Comm) error {
				s, err := New[float64](sys, task.Place{Comm: c, Threads: 1}, Options{})
				if err != nil {
					return err
				}
				if err := s.Prepare(); err != nil {
					return err
				}
				got, err := s.Summary(0)
				if ranks == 1 {
					want = got
					values := initially[float64](sys, 0)
					mean := 0.0
					for _, v := range values {
						mean += v / float64(len(values))
					}
					if math.Abs(got.Mean-mean) > 1e-14 || got.Min != slices.Min(values) || got.Max != slices.Max(values) {
						t.Errorf("%d dimensions: %+v, but the mean is %v", dims, got, mean)
					}
				} else if got != want {
					t.Errorf("%d dimensions, rank %d: %+v, on one rank %+v", dims, c.Rank(), got, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}
