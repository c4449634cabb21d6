package schedule

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"hybrid/mpi"
)

func each(t *testing.T, f func(t *testing.T, s Schedule)) {
	for s := range Schedule(len(schedules)) {
		t.Run(s.String(), func(t *testing.T) { f(t, s) })
	}
}

// TestOnce has every tile come once, whatever the numbers of tiles, ranks and workers.
func TestOnce(t *testing.T) {
	each(t, func(t *testing.T, s Schedule) {
		for _, ranks := range []int{1, 2, 3, 7, few + 8} {
			for _, tiles := range []int{0, 1, 5, 1000} {
				seen := make([]atomic.Int32, tiles)
				err := mpi.Run(ranks, func(c *mpi.Comm) error {
					for range 2 { // one run must leave nothing behind for the next
						o := Options{Schedule: s, Workers: 1 + c.Rank()%3, Want: 2, Chunk: 2, AtOnce: func(left int) int { return left / 2 }}
						err := Run(context.Background(), c, tiles, o, func(worker int, some Tiles, useful func() bool) error {
							if worker < 0 || worker >= o.Workers || some.Len() < 1 {
								t.Errorf("worker %d of %d has tiles %v", worker, o.Workers, some)
							}
							for tile := some.From; tile < some.To; tile++ {
								seen[tile].Add(1)
							}
							return nil
						})
						if err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				for tile := range seen {
					if n := seen[tile].Load(); n != 2 {
						t.Fatalf("%d ranks took tile %d of %d %d times in two runs", ranks, tile, tiles, n)
					}
				}
			}
		}
	})
}

// TestSlow has a rank that stays with its first tile until all others are done, but for one
// that it may have asked for: it gets hardly any.
func TestSlow(t *testing.T) {
	for _, s := range []Schedule{Dynamic, Stealing} {
		t.Run(s.String(), func(t *testing.T) {
			const tiles, held = 400, 2
			var done atomic.Int32
			own := make([]int, 3)
			err := mpi.Run(3, func(c *mpi.Comm) error {
				return Run(context.Background(), c, tiles, Options{Schedule: s, Workers: 1, Want: 1}, func(_ int, some Tiles, useful func() bool) error {
					own[c.Rank()] += some.Len()
					if c.Rank() != 1 {
						done.Add(int32(some.Len()))
						return nil
					}
					for began := time.Now(); done.Load() < tiles-held && useful() && time.Since(began) < 5*time.Minute; {
						time.Sleep(betweenLooks)
					}
					return nil
				})
			})
			if err != nil {
				t.Fatal(err)
			}
			if sum := own[0] + own[1] + own[2]; sum != tiles || own[1] > 1+held {
				t.Errorf("%v tiles, %d in all; want %d, and few of the slow rank", own, sum, tiles)
			}
		})
	}
}

// TestEnds ends the work of all by an error or a context of one rank.
func TestEnds(t *testing.T) {
	boom := errors.New("boom")
	each(t, func(t *testing.T, s Schedule) {
		for _, how := range []string{"error", "context"} {
			errs := make([]error, 3)
			var ended atomic.Bool
			err := mpi.Run(3, func(c *mpi.Comm) error {
				ctx, cancel := context.WithCancelCause(context.Background())
				defer cancel(nil)
				errs[c.Rank()] = Run(ctx, c, 3000, Options{Schedule: s, Workers: 1}, func(_ int, some Tiles, useful func() bool) error {
					if c.Rank() != 1 {
						// Or these two would have done all before that one has its first tile.
						for began := time.Now(); !ended.Load() && useful() && time.Since(began) < 5*time.Minute; {
							time.Sleep(betweenLooks)
						}
						return nil
					}
					ended.Store(true)
					if how == "error" {
						return boom
					}
					cancel(boom)
					return nil
				})
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if !errors.Is(errs[1], boom) {
				t.Errorf("%s: rank 1 has %v", how, errs[1])
			}
			for _, r := range []int{0, 2} {
				var remote *mpi.RemoteError
				if !errors.As(errs[r], &remote) || remote.Rank != 1 {
					t.Errorf("%s: rank %d has %v", how, r, errs[r])
				}
			}
		}
	})
}

func TestEven(t *testing.T) {
	for _, n := range []int{0, 1, 2, 5, 1000, 1<<32 + 1, 1<<62 - 1} {
		for _, size := range []int{1, 2, 3, 7, 1000} {
			at := 0
			for r := range size {
				lo, hi := Even(n, r, size)
				if lo != at || hi < lo || hi-lo < n/size || hi-lo > n/size+1 {
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

func TestNames(t *testing.T) {
	for i, name := range Names() {
		var s Schedule
		if err := s.UnmarshalText([]byte(name)); err != nil || s != Schedule(i) || fmt.Sprint(s) != name {
			t.Errorf("%q is %v, %v", name, s, err)
		}
	}
	if err := new(Schedule).UnmarshalText([]byte("magic")); err == nil || Schedule(99).Valid() || Schedule(-1).Valid() {
		t.Error("there is a schedule that there is not")
	}
}
