package matmul

import (
	"context"
	"math"
	"testing"

	"hybrid/gpu"
	"hybrid/mpi"
	"hybrid/simd"
)

// TestUnlikeRanks has the same bits on ranks of several kinds as on one, and every row on
// one rank.
func TestUnlikeRanks(t *testing.T) {
	p := Problem{M: 61, N: 37, K: 53}
	product := func(ranks []Options) (c []uint64, grid Grid) {
		c = make([]uint64, p.M*p.N)
		err := mpi.Run(len(ranks), func(comm *mpi.Comm) error {
			s, err := New[float64](comm, p, ranks[comm.Rank()])
			if err != nil {
				return err
			}
			defer s.Free()
			if err := s.FillA(RandomA[float64](p, 3)); err != nil {
				return err
			}
			if err := s.FillB(RandomB[float64](p, 3)); err != nil {
				return err
			}
			if err := s.Multiply(context.Background()); err != nil {
				return err
			}
			for i := range s.C.Rows {
				for j, v := range s.C.line(i) {
					c[(s.C.Row+i)*p.N+s.C.Col+j] += math.Float64bits(v) // of one rank alone
				}
			}
			if s.C.Rows != s.Rows(comm.Rank()) {
				t.Errorf("rank %d has %d rows, and says %d", comm.Rank(), s.C.Rows, s.Rows(comm.Rank()))
			}
			if comm.Rank() == 0 {
				grid = s.Grid() // which is the same on all
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return c, grid
	}
	device := gpu.Sim(gpu.SimOptions{})
	defer device.Close()
	want, _ := product([]Options{{}})
	for name, ranks := range map[string][]Options{
		"sim":         {{Device: device}, {}},
		"threads":     {{}, {Threads: 2}, {}},
		"isa":         {{ISA: simd.Go}, {}},
		"sim of four": {{}, {}, {Device: device}, {ISA: simd.Go}},
	} {
		got, grid := product(ranks)
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%s, on a grid of %+v: element %d, %d is %x, want %x", name, grid, i/p.N, i%p.N, got[i], want[i])
			}
		}
		// A simulated device is a thousand times as slow.
		if (name == "sim" || name == "sim of four") && grid.Cols != 1 {
			t.Errorf("%s: a grid of %+v does not let rows differ", name, grid)
		}
	}
}
