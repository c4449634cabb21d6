package heat

import (
	"context"
	"slices"
	"testing"

	"hybrid/gpu"
	"hybrid/mpi"
)

// TestKindsAreMeasured gives one rank the interpreter: it has few rows or none from
// the beginning, and no bit changes. Ranks of one kind begin with even rows, and a
// partition that is given stays.
func TestKindsAreMeasured(t *testing.T) {
	const ranks, slow, steps = 3, 1, 17
	p := problem(200, 152, Periodic)
	u := randomField[float64](p, 6)
	want := naive(p, u, steps)
	for name, c := range map[string]struct {
		devices int // rank slow has one if 1, all ranks if 3
		memory  int64
		part    Partition
		even    bool
	}{
		"one device":              {1, 0, nil, false},
		"one device of no memory": {1, 64 << 10, nil, false},
		"processors":              {0, 0, nil, true},
		"given":                   {1, 0, Even(p.NY, ranks), true},
	} {
		got := make([]float64, len(u))
		err := mpi.Run(ranks, func(comm *mpi.Comm) error {
			o := Options{Partition: c.part}
			if comm.Rank() == slow && c.devices > 0 {
				o.Device = gpu.Sim(gpu.SimOptions{Memory: c.memory})
				defer o.Device.Close()
			}
			s, err := New[float64](comm, p, o)
			if err != nil {
				return err
			}
			defer func() { s.Close() }()
			lo, hi := s.Partition.Rows(slow)
			if even := slices.Equal(s.Partition, Even(p.NY, ranks)); even != c.even || !even && hi-lo >= (p.NY-2)/ranks {
				t.Errorf("%s: rows %v", name, s.Partition)
			}
			if e := s.EvenRows(); (e > 0) == c.even || e > 0 && e < 1 {
				t.Errorf("%s: even rows take %g times as long", name, e)
			}
			if err := s.Fill(func(i int, row []float64) error { copy(row, u[i*p.NX:]); return nil }); err != nil {
				return err
			}
			if err := s.Run(context.Background(), steps); err != nil {
				return err
			}
			for lo, hi := s.Rows(); lo < hi; lo++ {
				if err := s.Row(lo, got[lo*p.NX:(lo+1)*p.NX]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: another field than that of the plain solver", name)
		}
	}
}

// TestFits reckons with what a rank has already, and with what moves.
func TestFits(t *testing.T) {
	const memory = 8 << 20
	p := problem(1000, 3000, Dirichlet)
	err := mpi.Run(2, func(c *mpi.Comm) error {
		o := Options{Partition: Partition{1, 2899, 2999}}
		if c.Rank() == 1 {
			o.Device = gpu.Sim(gpu.SimOptions{Memory: memory})
			defer o.Device.Close()
		}
		s, err := New[float64](c, p, o)
		if err != nil {
			return err
		}
		defer s.Close()
		if n := s.fits(); c.Rank() == 1 && (n < 100 || deviceBytes[float64](p, s.between(n), maxDeviceDepth) > memory) || n > p.NY-2 {
			t.Errorf("rank %d has memory for %d rows", c.Rank(), n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
