package heat

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"hybrid/gpu"
	"hybrid/internal/shorttest"
	"hybrid/mpi"
	"hybrid/simd"
	"hybrid/solvers/task"
)

// devices are simulated ones, one for each rank of a test. They remember the PTX that
// they have loaded, so that a test of many cases reads it once.
type devices []*gpu.Device

func newDevices(t *testing.T, n int) devices {
	var d devices
	for i := range n {
		d = append(d, gpu.Sim(gpu.SimOptions{Index: i}))
		t.Cleanup(func() {
			if err := d[i].Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return d
}

// run calls f on so many ranks, of which some have a device in their options.
func (d devices) run(ranks int, has func(rank int) bool, o Options, f func(c *mpi.Comm, o Options) error) error {
	return mpi.Run(ranks, func(c *mpi.Comm) error {
		o := o
		if has(c.Rank()) {
			o.Device = d[c.Rank()]
		}
		return f(c, o)
	})
}

func every(int) bool { return true }

// solveOnDevices is solve with devices.
func solveOnDevices[T Real](d devices, p Problem, u []T, ranks int, has func(int) bool, o Options, pieces ...int) ([]T, error) {
	out := make([]T, len(u))
	var mu sync.Mutex
	err := d.run(ranks, has, o, func(c *mpi.Comm, o Options) error {
		s, err := New[T](c, p, o)
		if err != nil {
			return err
		}
		defer s.Close()
		if err := s.Fill(func(i int, row []T) error { copy(row, u[i*p.NX:]); return nil }); err != nil {
			return err
		}
		for _, n := range pieces {
			if err := s.Run(context.Background(), n); err != nil {
				return err
			}
		}
		return s.inOrder(func(i int, row []T) error {
			mu.Lock()
			defer mu.Unlock()
			copy(out[i*p.NX:], row)
			return nil
		})
	})
	return out, err
}

// TestDeviceSameBits compares with the plain solver over everything that may not
// matter: which ranks have devices, halo depths, pieces of a run, on grids that divide
// badly.
func TestDeviceSameBits(t *testing.T) {
	test := func(t *testing.T, d devices) {
		t.Run("float64", func(t *testing.T) { deviceSameBits[float64](t, d) })
		t.Run("float32", func(t *testing.T) { deviceSameBits[float32](t, d) })
	}
	test(t, newDevices(t, 5))
	var real devices
	for i := range 5 {
		d, err := gpu.Open(i)
		if err != nil {
			t.Logf("not tested on a GPU: %v", err)
			return
		}
		defer d.Close()
		real = append(real, d)
	}
	t.Run("gpu", func(t *testing.T) { test(t, real) })
}

func deviceSameBits[T Real](t *testing.T, d devices) {
	rng := rand.New(rand.NewPCG(17, 18))
	mixes := []func(int) bool{every, func(r int) bool { return r%2 == 1 }, func(r int) bool { return r%2 == 0 }}
	cases := shorttest.Every(17)
	grids := [][2]int{{3, 3}, {4, 9}, {17, 40}, {140, 90}, {271, 130}}
	if testing.Short() {
		grids = [][2]int{{3, 3}, {4, 9}, {17, 40}, {140, 41}}
	}
	for _, boundary := range []Boundary{Dirichlet, Neumann, Periodic} {
		for _, g := range grids {
			p := problem(g[0], g[1], boundary)
			u := randomField[T](p, uint64(g[0]))
			for _, ranks := range []int{1, 2, 3, 5} {
				for mix, has := range mixes {
					if mix > 0 && (ranks == 1 || rng.IntN(2) > 0) || cases.Skip() {
						continue
					}
					o := Options{Threads: 1 + rng.IntN(2), Partition: Even(p.NY, ranks)}
					if rng.IntN(2) > 0 {
						o.HaloDepth = 1 + rng.IntN(20)
					}
					pieces := []int{rng.IntN(9), rng.IntN(40)}
					if testing.Short() {
						pieces[1] /= 2
					}
					what := fmt.Sprintf("%v %v ranks %d mix %d depth %d pieces %v", boundary, g, ranks, mix, o.HaloDepth, pieces)
					got, err := solveOnDevices(d, p, u, ranks, has, o, pieces...)
					if err != nil {
						t.Fatalf("%s: %v", what, err)
					}
					want := naive(p, u, pieces[0]+pieces[1])
					for i := range want {
						if got[i] != want[i] {
							t.Fatalf("%s: [%d, %d] is %v, want %v", what, i/p.NX, i%p.NX, got[i], want[i])
						}
					}
				}
			}
		}
	}
}

// TestDeviceUnevenPartition gives ranks rows as no even division would, none to some.
func TestDeviceUnevenPartition(t *testing.T) {
	d := newDevices(t, 3)
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		p := problem(20, 32, b)
		u := randomField[float32](p, 4)
		want := naive(p, u, 17)
		for i, part := range []Partition{{1, 1, 20, 31}, {1, 31, 31, 31}, {1, 2, 30, 31}, {1, 1, 1, 31}, {1, 15, 15, 31}} {
			if testing.Short() && i%3 != int(b) {
				continue
			}
			got, err := solveOnDevices(d, p, u, 3, every, Options{Partition: part}, 11, 6)
			if err != nil {
				t.Fatal(err)
			}
			for k := range want {
				if got[k] != want[k] {
					t.Fatalf("%v %v: [%d, %d] is %v, want %v", b, part, k/p.NX, k%p.NX, got[k], want[k])
				}
			}
		}
	}
}

// TestDeviceSummary compares what a device's field says of itself with what the
// processor's does, bit for bit, and verifies the run.
func TestDeviceSummary(t *testing.T) {
	const steps = 19
	d := newDevices(t, 3)
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		if testing.Short() && b != Neumann {
			continue
		}
		p := problem(60, 50, b)
		u := randomField[float64](p, 5)
		summary := func(has func(int) bool) (out Summary) {
			err := d.run(3, has, Options{Threads: 2, ISA: simd.Auto}, func(c *mpi.Comm, o Options) error {
				s, err := New[float64](c, p, o)
				if err != nil {
					return err
				}
				defer s.Close()
				if zero, err := s.Summary(); err != nil || zero != (Summary{}) {
					t.Errorf("%v: a new field is %+v, error %v", b, zero, err)
				}
				if err := s.Fill(func(i int, row []float64) error { copy(row, u[i*p.NX:]); return nil }); err != nil {
					return err
				}
				v, err := s.RunVerified(context.Background(), steps)
				if err != nil {
					return err
				}
				if v.Answer != task.Yes || v.Points != p.NX*p.NY {
					t.Errorf("%v: verification %+v", b, v)
				}
				sum, err := s.Summary()
				if c.Rank() == 0 {
					out = sum
				}
				if costs := s.Costs(); costs.FieldBytes <= 0 || costs.Updates != float64(pointsOf(s))*steps {
					t.Errorf("%v: costs %+v", b, costs)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		device, host := summary(every), summary(func(int) bool { return false })
		if device != host {
			t.Errorf("%v: on devices %+v, on processors %+v", b, device, host)
		}
	}
}

func pointsOf[T Real](s *Solver[T]) int {
	rows, columns := s.Tile(s.comm.Rank())
	return (rows[1] - rows[0]) * (columns[1] - columns[0])
}

func TestDeviceRunStopsWithItsContext(t *testing.T) {
	d := newDevices(t, 2)
	for _, ranks := range []int{1, 2} {
		err := d.run(ranks, every, Options{}, func(c *mpi.Comm, o Options) error {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			o.Progress = func(int) { cancel() }
			s, err := New[float64](c, problem(50, 50, Dirichlet), o)
			if err != nil {
				return err
			}
			defer s.Close()
			return s.Run(ctx, 1_000_000_000)
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%d ranks: error %v, want %v", ranks, err, context.Canceled)
		}
	}
}

func TestDeviceMemory(t *testing.T) {
	p := problem(1000, 1000, Dirichlet)
	err := mpi.Run(2, func(c *mpi.Comm) error {
		o := Options{Partition: Even(p.NY, 2)}
		if c.Rank() == 1 {
			o.Device = gpu.Sim(gpu.SimOptions{Memory: 1 << 20})
			defer o.Device.Close()
		}
		_, err := New[float64](c, p, o)
		if err == nil || !strings.Contains(err.Error(), "1000 x 1000 float64 needs 8.2 MiB on device 0") {
			t.Errorf("rank %d: error %v, want one that names the device's memory", c.Rank(), err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestDeviceMemoryIsGivenBack makes and closes solvers, and looks at what is free.
func TestDeviceMemoryIsGivenBack(t *testing.T) {
	d := gpu.Sim(gpu.SimOptions{})
	defer d.Close()
	before, _, err := d.MemoryInfo()
	if err != nil {
		t.Fatal(err)
	}
	err = mpi.Run(1, func(c *mpi.Comm) error {
		s, err := New[float32](c, problem(100, 100, Periodic), Options{Device: d})
		if err != nil {
			return err
		}
		if free, _, err := d.MemoryInfo(); err != nil || free >= before {
			t.Errorf("free: %d before, %d with a solver, error %v", before, free, err)
		}
		if l, err := s.Limit(0); err != nil || l != (Limit{}) {
			t.Errorf("limit of a simulated device: %+v, error %v", l, err)
		}
		return s.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	if free, _, err := d.MemoryInfo(); err != nil || free != before {
		t.Errorf("free: %d before, %d after, error %v", before, free, err)
	}
}

func TestPassesOf(t *testing.T) {
	for most, depths := range map[int][]int{16: {1, 2, 4, 8, 16}, 8: {1, 2, 4, 8}, 4: {1, 2, 4}, 1: {1}} {
		for steps := range 70 {
			passes := passesOf(steps, most)
			for i, n := range passes {
				if n > most || i > 0 && n < passes[i-1] || !strings.Contains(fmt.Sprint(depths), fmt.Sprint(n)) {
					t.Errorf("%d steps, at most %d: %v", steps, most, passes)
				}
			}
			if sum(passes) != steps {
				t.Errorf("%d steps, at most %d: %v", steps, most, passes)
			}
		}
	}
}
