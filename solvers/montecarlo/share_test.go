package montecarlo

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"hybrid/mpi"
)

func TestShare(t *testing.T) {
	for _, n := range []uint64{0, 1, 2, 5, 1000, 1<<32 + 1, 1<<62 - 1, 1 << 62, 1 << 63} {
		for _, size := range []int{1, 2, 3, 7, 1000} {
			at := uint64(0)
			for r := range size {
				lo, hi := share(n, r, size)
				if lo != at || hi < lo || hi-lo < n/uint64(size) || hi-lo > n/uint64(size)+1 {
					t.Fatalf("rank %d of %d has [%d, %d) of %d", r, size, lo, hi, n)
				}
				at = hi
			}
			if at != n {
				t.Errorf("%d ranks have %d of %d", size, at, n)
			}
		}
	}
}

// TestSpread takes note of every index, which must come once.
func TestSpread(t *testing.T) {
	for _, ranks := range []int{1, 2, 5} {
		for _, n := range []uint64{1, 4, 5, 97, 1000} {
			seen := make([]int, n)
			var mu sync.Mutex
			err := mpi.Run(ranks, func(c *mpi.Comm) error {
				last := uint64(0)
				o := Options{Threads: 3, Progress: func(done uint64) {
					if done <= last && done != n {
						t.Errorf("%d done after %d", done, last)
					}
					last = done
				}}
				err := spread(context.Background(), c, n, 40, 7, o, func(thread int, lo, hi uint64) {
					if lo >= hi || hi-lo > 7 || thread < 0 || thread >= 3 {
						t.Errorf("thread %d takes [%d, %d)", thread, lo, hi)
					}
					mu.Lock()
					defer mu.Unlock()
					for i := lo; i < hi; i++ {
						seen[i]++
					}
				})
				if last != n {
					t.Errorf("%d ranks: %d of %d reported", ranks, last, n)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			for i, times := range seen {
				if times != 1 {
					t.Fatalf("%d ranks: index %d of %d was taken %d times", ranks, i, n, times)
				}
			}
		}
	}
}

// TestCancel ends the context of one rank alone. All must return its error, long
// before their work is done.
func TestCancel(t *testing.T) {
	boom := errors.New("enough")
	for name, run := range map[string]func(context.Context, *mpi.Comm, Options) error{
		"pi": func(ctx context.Context, c *mpi.Comm, o Options) error {
			_, err := EstimatePi(ctx, c, MaxSamples, 1, o)
			return err
		},
		"many walks": func(ctx context.Context, c *mpi.Comm, o Options) error {
			_, err := WalkProblem{Walks: 1 << 42, Steps: 1 << 20}.Run(ctx, c, o)
			return err
		},
	} {
		errs := make([]error, 3)
		err := mpi.Run(3, func(c *mpi.Comm) error {
			ctx, cancel := context.WithCancelCause(context.Background())
			defer cancel(nil)
			o := Options{Threads: 2}
			if c.Rank() == 1 {
				o.Progress = func(uint64) { cancel(boom) }
			}
			errs[c.Rank()] = run(ctx, c, o)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if !errors.Is(errs[1], boom) || errs[0] == nil || errs[2] == nil {
			t.Errorf("%s: ranks returned %v", name, errs)
		}
	}
}

// TestCancelWithinPiece ends the context of a walk that would take years.
func TestCancelWithinPiece(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	err := mpi.Run(1, func(c *mpi.Comm) error {
		_, err := WalkProblem{Walks: 1 << 23, Steps: MaxSteps}.Run(ctx, c, Options{})
		return err
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the run returned %v", err)
	}
}
