package model

import (
	"context"
	"fmt"
	"testing"

	"hybrid/internal/ir"
	"hybrid/mpi"
	"hybrid/simd"
	"hybrid/solvers/task"
)

// heatSystem is the heat equation, with closed ends.
func heatSystem(n int) *System {
	g := ir.New(ir.F64)
	l := func(b, c int) ir.Value { return g.Load(0, 0, b, c) }
	const r = 0.2
	sum := g.Add(g.Add(l(0, -1), l(0, 1)), g.Add(l(-1, 0), l(1, 0)))
	p := g.Program(g.FMA(g.Const(r), sum, g.Mul(g.Const(1-4*r), l(0, 0))))
	s := &System{Dims: 2, Size: [3]int{1, n, n}, Spacing: [3]float64{1, 1, 1}, DT: 1, Passes: []Pass{{Program: p, Writes: []int{0}, After: 1}}}
	f := Field{Name: "u", Initial: g.Program(g.Load(0, 0, 0, 0)), Noise: []uint64{1}}
	for axis := 1; axis < 3; axis++ {
		for side := range 2 {
			f.Boundary[axis][side] = Boundary{Scale: []float64{1}, Shift: []*ir.Program{g.Program(g.Const(0))}}
		}
	}
	s.Fields = []Field{f}
	return s
}

// BenchmarkHeat has blocks of several depths and tiles of several widths.
func BenchmarkHeat(b *testing.B) {
	err := mpi.Run(1, func(c *mpi.Comm) error {
		benchmarkHeat(b, task.Place{Comm: c, Threads: 2})
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func benchmarkHeat(b *testing.B, place task.Place) {
	for _, n := range []int{512, 2000, 8000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			sys := heatSystem(n)
			for _, steps := range []int{4, 8, 16} {
				s, err := New[float64](sys, place, Options{Steps: steps, Compile: compiler(simd.Best())})
				if err != nil {
					b.Fatal(err)
				}
				for _, columns := range []int{128, 256, 512, 1024} {
					s.options.Tile = [2]int{1, columns}
					b.Run(fmt.Sprintf("block%d/columns%d", steps, columns), func(b *testing.B) {
						for b.Loop() {
							if err := s.Advance(context.Background(), steps); err != nil {
								b.Fatal(err)
							}
						}
						b.ReportMetric(float64(n*n*steps*b.N)/b.Elapsed().Seconds()/1e6, "Mupdates/s")
					})
				}
			}
		})
	}
}
