package montecarlo

import (
	"context"
	"errors"
	"math/big"
	"reflect"
	"testing"
	"time"

	"hybrid/gpu"
	"hybrid/mpi"
)

// simulated returns a device that the interpreter plays.
func simulated(t testing.TB) *gpu.Device {
	t.Helper()
	d := gpu.Sim(gpu.SimOptions{})
	t.Cleanup(func() { d.Close() })
	return d
}

// mixtures are what ranks may have: true is a device.
var mixtures = [][]bool{{true}, {true, true, true}, {true, false}, {false, true, false}}

// devices gives each rank its own device, or none.
func devices(t testing.TB, mixture []bool) []*gpu.Device {
	all := make([]*gpu.Device, len(mixture))
	for r, has := range mixture {
		if has {
			all[r] = simulated(t)
		}
	}
	return all
}

// TestPiDevice has the same count on devices, processors and both.
func TestPiDevice(t *testing.T) {
	for _, samples := range []uint64{1, 2, 3, 1001, 1<<18 + 7} {
		want := estimate(t, 1, samples, 5, Options{Threads: 2})
		for _, mixture := range mixtures {
			d := devices(t, mixture)
			err := mpi.Run(len(mixture), func(c *mpi.Comm) error {
				got, err := EstimatePi(context.Background(), c, samples, 5, Options{Device: d[c.Rank()]})
				if err == nil && got != want {
					t.Errorf("%d samples, devices %v: rank %d has %+v, want %+v", samples, mixture, c.Rank(), got, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestWalkDevice has the same sums and histograms on devices, processors and both.
func TestWalkDevice(t *testing.T) {
	for _, p := range []WalkProblem{
		{Walks: 1, Steps: 1}, {Walks: 2, Steps: 1000}, {Walks: 3001, Steps: 129, Bins: 7}, {Walks: 500, Steps: 4000, Bins: 20_000},
	} {
		p.Seed = 3 << 33
		want := walk(t, 1, p, Options{Threads: 2})
		for _, mixture := range mixtures {
			d := devices(t, mixture)
			err := mpi.Run(len(mixture), func(c *mpi.Comm) error {
				got, err := p.Run(context.Background(), c, Options{Device: d[c.Rank()]})
				if err == nil && !reflect.DeepEqual(got, want) {
					t.Errorf("%+v, devices %v: rank %d has %+v, want %+v", p, mixture, c.Rank(), got, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestCancelDevice ends the context of a rank in runs that would take years.
func TestCancelDevice(t *testing.T) {
	d := devices(t, []bool{true, false})
	for name, run := range map[string]func(ctx context.Context, c *mpi.Comm, o Options) error{
		"pi": func(ctx context.Context, c *mpi.Comm, o Options) error {
			_, err := EstimatePi(ctx, c, MaxSamples, 1, o)
			return err
		},
		"many walks": func(ctx context.Context, c *mpi.Comm, o Options) error {
			_, err := WalkProblem{Walks: 1 << 40, Steps: 1000}.Run(ctx, c, o)
			return err
		},
		"long walks": func(ctx context.Context, c *mpi.Comm, o Options) error {
			_, err := WalkProblem{Walks: 2, Steps: MaxSteps}.Run(ctx, c, o)
			return err
		},
	} {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		err := mpi.Run(2, func(c *mpi.Comm) error {
			own := context.Background()
			if c.Rank() == 1 || name == "long walks" {
				own = ctx
			}
			return run(own, c, Options{Device: d[c.Rank()]})
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s returned %v", name, err)
		}
	}
}

// TestPace grows to what takes long enough.
func TestPace(t *testing.T) {
	p := pace{next: 3, most: 100, enough: time.Second}
	for _, v := range []struct {
		took time.Duration
		next uint64
	}{{0, 12}, {time.Second, 12}, {time.Second - 1, 48}, {time.Millisecond, 100}, {0, 100}} {
		if p.record(v.took); p.next != v.next {
			t.Fatalf("after %v the next is %d, want %d", v.took, p.next, v.next)
		}
	}
	if got, want := (pace{next: 1000, most: 1 << 40, enough: 1}).each(7, 99), (pace{next: 99, most: 99, enough: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := (pace{next: 1000, most: 1 << 40}).each(2000, 99).next; got != 1 {
		t.Errorf("the pace of long walks is %d", got)
	}
}

// TestWideSquares adds up squares beyond 64 bits as a device hands them over.
func TestWideSquares(t *testing.T) {
	e := newEnds(WalkProblem{Walks: 1, Steps: 100})
	parts := [3]uint64{1<<63 + 5, 1<<63 + 7, 9}
	e.addParts(parts)
	e.addParts(parts)
	want := new(big.Int)
	for i, p := range parts {
		want.Add(want, new(big.Int).Lsh(new(big.Int).SetUint64(p), uint(32*i)))
	}
	want.Lsh(want, 1)
	got := new(big.Int).SetUint64(e.squares[1])
	got.Lsh(got, 64).Add(got, new(big.Int).SetUint64(e.squares[0]))
	if got.Cmp(want) != 0 {
		t.Errorf("the sum is %v, want %v", got, want)
	}
}
