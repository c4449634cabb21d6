package montecarlo

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hybrid/mpi"
)

// TestSpread takes note of every index, which must come once.
func TestSpread(t *testing.T) {
	for _, ranks := range []int{1, 2, 5} {
		for _, n := range []uint64{1, 4, 5, 97, 1000} {
			seen := make([]int, n)
			var mu sync.Mutex
			var shared atomic.Uint64
			err := mpi.Run(ranks, func(c *mpi.Comm) error {
				last := uint64(0)
				o := Options{Threads: 3, Costs: new(Costs), Progress: func(done uint64) {
					if done <= last && done != n {
						t.Errorf("%d done after %d", done, last)
					}
					last = done
				}}
				err := spread(context.Background(), c, n, o.threadsTake(2, 7), o, func(thread int, lo, hi uint64, _ func() bool) error {
					if lo >= hi || hi-lo > 7 || thread < 0 || thread >= 3 {
						t.Errorf("thread %d takes [%d, %d)", thread, lo, hi)
					}
					mu.Lock()
					defer mu.Unlock()
					for i := lo; i < hi; i++ {
						seen[i]++
					}
					return nil
				})
				shared.Add(o.Costs.Done)
				if last != n {
					t.Errorf("%d ranks: %d of %d reported", ranks, last, n)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if shared.Load() != n {
				t.Errorf("%d ranks say they have done %d of %d", ranks, shared.Load(), n)
			}
			for i, times := range seen {
				if times != 1 {
					t.Fatalf("%d ranks: index %d of %d was taken %d times", ranks, i, n, times)
				}
			}
		}
	}
}

// TestCancel ends the context of one rank alone. All must stop with its error, long before
// all is done.
func TestCancel(t *testing.T) {
	boom := errors.New("enough")
	var taken atomic.Uint64
	errs := make([]error, 3)
	err := mpi.Run(3, func(c *mpi.Comm) error {
		ctx, cancel := context.WithCancelCause(context.Background())
		defer cancel(nil)
		o := Options{Threads: 2}
		if c.Rank() == 1 {
			o.Progress = func(uint64) { cancel(boom) }
		}
		errs[c.Rank()] = spread(ctx, c, MaxSamples, o.threadsTake(1, 9), o, func(_ int, lo, hi uint64, _ func() bool) error {
			taken.Add(hi - lo)
			return nil
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	checkStopped(t, "spread", errs, boom)
	if taken.Load() > MaxSamples/1000 {
		t.Errorf("%d indices were taken", taken.Load())
	}
}

// checkStopped looks for the error of rank 1 on all three.
func checkStopped(t *testing.T, what string, errs []error, want error) {
	t.Helper()
	if !errors.Is(errs[1], want) {
		t.Errorf("%s: rank 1 returned %v, want %v", what, errs[1], want)
	}
	for _, r := range []int{0, 2} {
		var remote *mpi.RemoteError
		if !errors.As(errs[r], &remote) || remote.Rank != 1 {
			t.Errorf("%s: rank %d returned %v, want the error of rank 1", what, r, errs[r])
		}
	}
}

// runs are two computations that would take years.
var runs = map[string]func(context.Context, *mpi.Comm) error{
	"pi": func(ctx context.Context, c *mpi.Comm) error {
		_, err := EstimatePi(ctx, c, MaxSamples, 1, Options{Threads: 2})
		return err
	},
	"walk": func(ctx context.Context, c *mpi.Comm) error {
		_, err := WalkProblem{Walks: 1 << 23, Steps: MaxSteps}.Run(ctx, c, Options{Threads: 2})
		return err
	},
}

// TestCancelled begins with a context that has ended on one rank.
func TestCancelled(t *testing.T) {
	for name, run := range runs {
		errs := make([]error, 3)
		err := mpi.Run(3, func(c *mpi.Comm) error {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			if c.Rank() == 1 {
				cancel()
			}
			errs[c.Rank()] = run(ctx, c)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		checkStopped(t, name, errs, context.Canceled)
	}
}

// TestCancelWithinPass ends the context in the middle of the work.
func TestCancelWithinPass(t *testing.T) {
	for name, run := range runs {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		defer cancel()
		err := mpi.Run(1, func(c *mpi.Comm) error { return run(ctx, c) })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s returned %v", name, err)
		}
	}
}
