package halo

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"hybrid/gpu"
	"hybrid/mpi"
)

// A field on a device has the halo of one on the host.
func TestDevice(t *testing.T) {
	for i, c := range trials(60) {
		err := mpi.Run(c.ranks, func(comm *mpi.Comm) error {
			g, err := New(comm, c.size, c.o)
			if err != nil {
				return err
			}
			d := gpu.Sim(gpu.SimOptions{Index: comm.Rank()})
			defer d.Close()
			s, err := d.NewStream()
			if err != nil {
				return err
			}
			defer s.Close()
			l, err := Connect(g, d, []Path{"", Staged}[i%2])
			if err != nil {
				return err
			}
			on, err := NewDeviceField[int64](g, d, l)
			if err != nil {
				return err
			}
			defer on.Close()
			f := NewField[int64](g)
			f.Fill(func(at []int) int64 { v, _ := value(g, at); return v })
			for _, update := range []bool{false, true, true, false, true} {
				if err := on.Write(f); err != nil {
					return err
				}
				cells := 0
				if update {
					if err := on.Update(s, func(b Box) error { cells += b.Cells(); return nil }); err != nil {
						return err
					}
					if cells != g.Own().Cells() {
						return fmt.Errorf("%d cells are made of %d", cells, g.Own().Cells())
					}
				} else {
					if err := on.Start(s); err != nil {
						return err
					}
					if err := on.Finish(s); err != nil {
						return err
					}
				}
				got := NewField[int64](g)
				if err := on.Read(got); err != nil {
					return err
				}
				if err := wantHalo(got); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
	}
}

// A message of short rows goes over the bus in one piece, in and out.
func TestDeviceShortRows(t *testing.T) {
	err := mpi.Run(2, func(comm *mpi.Comm) error {
		g, err := New(comm, []int{5, 6, 40}, Options{Depth: 2, Ranks: []int{1, 1, 2}})
		if err != nil {
			return err
		}
		var lines atomic.Int32
		d := gpu.Sim(gpu.SimOptions{Index: comm.Rank(), Fail: func(call string) error {
			if call == "cuMemcpyAsync" {
				lines.Add(1)
			}
			return nil
		}})
		defer d.Close()
		s, err := d.NewStream()
		if err != nil {
			return err
		}
		defer s.Close()
		f, err := NewDeviceField[int64](g, d, nil)
		if err != nil {
			return err
		}
		defer f.Close()
		for want := range int32(3) {
			if n := lines.Load(); n != 2*want {
				t.Errorf("%d copies of one piece after %d exchanges with one neighbour, want one in and one out for each", n, want)
			}
			if err := errors.Join(f.Start(s), f.Finish(s)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
