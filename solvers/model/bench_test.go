package model

import (
	"context"
	"fmt"
	"testing"

	"hybrid/mpi"
	"hybrid/simd"
	"hybrid/solvers/model/ir"
	"hybrid/solvers/task"
)

// BenchmarkBlocks has blocks of several depths and tiles of several sizes, with those that
// are chosen last.
func BenchmarkBlocks(b *testing.B) {
	heat := []string{"u = 0.15*laplacian(u)"}
	grayScott := []string{"u = 0.16*laplacian(u) - u*v^2 + 0.035*(1 - u)", "v = 0.08*laplacian(v) + u*v^2 - 0.1*v"}
	err := mpi.Run(1, func(c *mpi.Comm) error {
		for _, m := range []struct {
			name  string
			size  []int
			rules []string
			tiles [][2]int
		}{
			{"heat", []int{2000, 2000}, heat, [][2]int{{1, 256}, {1, 512}, {1, 1024}, {1, 2000}}},
			{"heat", []int{8000, 8000}, heat, [][2]int{{1, 512}, {1, 1024}}},
			{"heat", []int{256, 256, 256}, heat, [][2]int{{16, 128}, {16, 256}, {32, 64}, {32, 128}, {32, 256}, {64, 128}}},
			{"grayscott", []int{512, 512}, grayScott, [][2]int{{1, 128}, {1, 256}, {1, 512}}},
			{"grayscott", []int{4096, 4096}, grayScott, [][2]int{{1, 256}, {1, 512}, {1, 1024}}},
		} {
			b.Run(fmt.Sprint(m.name, m.size), func(b *testing.B) {
				for _, steps := range []int{2, 4, 8, 16} {
					for _, tile := range m.tiles {
						benchmarkBlocks(b, c, specOf(b, m.size, "euler", 1, m.rules...), Options{Steps: steps, Tile: tile})
					}
				}
				benchmarkBlocks(b, c, specOf(b, m.size, "euler", 1, m.rules...), Options{})
			})
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func benchmarkBlocks(b *testing.B, c *mpi.Comm, spec *Spec, o Options) {
	b.Run(fmt.Sprintf("steps%d/tile%dx%d", o.Steps, o.Tile[0], o.Tile[1]), func(b *testing.B) {
		sys := system(b, spec, ir.F64)
		o.Compile = compiler(simd.Best())
		s, err := New[float64](sys, task.Place{Comm: c, Threads: 2}, o)
		if err != nil {
			b.Fatal(err)
		}
		defer s.Close()
		for b.Loop() {
			if err := s.Advance(context.Background(), s.block); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(sys.cells()*s.block*b.N)/b.Elapsed().Seconds()/1e6, "Mupdates/s")
	})
}
