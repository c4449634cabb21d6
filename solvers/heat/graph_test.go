package heat

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"

	"hybrid/gpu"
	"hybrid/mpi"
)

// Periods that come again are done as graphs, where the driver makes some, with the same bits
// as call by call.
func TestDeviceGraphs(t *testing.T) {
	none := &gpu.Error{Call: "cuStreamBeginCapture", Code: 801, Name: "CUDA_ERROR_NOT_SUPPORTED", Text: "operation not supported"}
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		p := problem(20, 30, b)
		u := randomField[float64](p, 3)
		want := naive(p, u, 101)
		for _, refused := range []error{nil, none} {
			var mu sync.Mutex
			calls := map[string]int{}
			got := make([]float64, len(u))
			err := mpi.Run(1, func(comm *mpi.Comm) error {
				o := Options{HaloDepth: 5}
				o.Device = gpu.Sim(gpu.SimOptions{Fail: func(call string) error {
					mu.Lock()
					defer mu.Unlock()
					calls[call]++
					if call == "cuStreamBeginCapture" {
						return refused
					}
					return nil
				}})
				defer o.Device.Close()
				s, err := New[float64](comm, p, o)
				if err != nil {
					return err
				}
				err = s.Fill(func(i int, row []float64) error { copy(row, u[i*p.NX:]); return nil })
				if err == nil {
					err = errors.Join(s.Run(context.Background(), 83), s.Run(context.Background(), 18))
				}
				if err == nil {
					err = s.inOrder(func(i int, row []float64) error { copy(got[i*p.NX:], row); return nil })
				}
				return errors.Join(err, s.Close())
			})
			if err != nil {
				t.Fatalf("boundary %d, graphs refused with %v: %v", b, refused, err)
			}
			if !slices.Equal(got, want) {
				t.Errorf("boundary %d, graphs refused with %v: other bits", b, refused)
			}
			if graphs := calls["cuGraphLaunch"]; (graphs > 0) != (refused == nil) {
				t.Errorf("boundary %d, graphs refused with %v: %d were launched; calls %v", b, refused, graphs, slices.Sorted(maps.Keys(calls)))
			}
			t.Logf("boundary %d, graphs refused with %v: %d kernels and %d graphs are launched", b, refused, calls["cuLaunchKernel"], calls["cuGraphLaunch"])
		}
	}
}
