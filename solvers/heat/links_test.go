package heat

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"hybrid/gpu"
	"hybrid/halo"
	"hybrid/internal/pathtest"
	"hybrid/mpi"
)

// Halos have the same bits by every path, and where no peer access can be had they go
// through the host, or end the run where peer access was asked for.
func TestDeviceHaloPaths(t *testing.T) {
	p := problem(20, 30, Periodic)
	u := randomField[float64](p, 3)
	want := naive(p, u, 13)
	for _, c := range pathtest.Cases {
		got := make([]float64, len(u))
		err := mpi.Run(4, func(comm *mpi.Comm) error {
			o := Options{Rows: 2, Columns: 2, HaloDepth: 3, DeviceHalos: c.Path}
			o.Device = c.Device(comm.Rank())
			defer o.Device.Close()
			before, _, err := o.Device.MemoryInfo()
			if err != nil {
				return err
			}
			s, err := New[float64](comm, p, o)
			if err != nil {
				return err
			}
			for _, l := range s.Links() {
				takes := c.Takes
				if c.Refuse && comm.Rank() != 1 && l.Rank != 1 {
					takes = halo.Peer
				}
				if l.Path != takes || (l.Reason != "") != (c.Refuse && takes == halo.Staged) {
					t.Errorf("%+v: ranks %d and %d: %+v", c, comm.Rank(), l.Rank, l)
				}
			}
			if len(s.Links()) != 3 {
				t.Errorf("%+v: links %v", c, s.Links())
			}
			err = s.Fill(func(i int, row []float64) error { copy(row, u[i*p.NX:]); return nil })
			if err == nil {
				err = errors.Join(s.Run(context.Background(), 6), s.Run(context.Background(), 7))
			}
			if err == nil {
				err = s.inOrder(func(i int, row []float64) error { copy(got[i*p.NX:], row); return nil })
			}
			if err := errors.Join(err, s.Close()); err != nil {
				return err
			}
			if after, _, err := o.Device.MemoryInfo(); err != nil || after != before {
				t.Errorf("%+v: %d bytes are free, %d were before, error %v", c, after, before, err)
			}
			return nil
		})
		switch {
		case c.Wrong != "":
			if err == nil || !strings.Contains(err.Error(), c.Wrong) {
				t.Errorf("%+v: error %v", c, err)
			}
		case err != nil:
			t.Errorf("%+v: %v", c, err)
		case !slices.Equal(got, want):
			t.Errorf("%+v: other bits", c)
		}
	}
}

// Columns of a halo cross the bus in one line: no copy goes row by row.
func TestDeviceColumnsInOneLine(t *testing.T) {
	p := problem(20, 30, Dirichlet)
	for _, path := range []halo.Path{"", halo.Staged} {
		var rows, lines atomic.Int32
		running := make([]atomic.Bool, 2)
		err := mpi.Run(2, func(comm *mpi.Comm) error {
			o := Options{Rows: 1, Columns: 2, HaloDepth: 3, DeviceHalos: path}
			o.Device = gpu.Sim(gpu.SimOptions{Index: comm.Rank(), Fail: func(call string) error {
				if !running[comm.Rank()].Load() {
					return nil
				}
				switch call {
				case "cuMemcpy2DAsync":
					rows.Add(1)
				case "cuMemcpyAsync":
					lines.Add(1)
				}
				return nil
			}})
			defer o.Device.Close()
			s, err := New[float64](comm, p, o)
			if err != nil {
				return err
			}
			running[comm.Rank()].Store(true)
			err = s.Run(context.Background(), 7)
			running[comm.Rank()].Store(false)
			return errors.Join(err, s.Close())
		})
		if err != nil {
			t.Fatal(err)
		}
		if rows.Load() > 0 || lines.Load() == 0 {
			t.Errorf("halos %q: %d copies of rows and %d of lines", path, rows.Load(), lines.Load())
		}
	}
}
