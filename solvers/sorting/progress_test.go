package sorting

import (
	"context"
	"sync/atomic"
	"testing"

	"hybrid/mpi"
)

func TestProgressEndsAtTheKeysOfARank(t *testing.T) {
	const n = 600_000
	for _, ranks := range []int{1, 3} {
		err := mpi.Run(ranks, func(c *mpi.Comm) error {
			var most, calls atomic.Int64
			s, err := New[int64](c, n, Options{Threads: 2, Progress: func(keys int) {
				calls.Add(1)
				for old := most.Load(); int64(keys) > old && !most.CompareAndSwap(old, int64(keys)); old = most.Load() {
				}
			}})
			if err != nil {
				return err
			}
			keys, err := Values[int64]("uniform", 1, n)
			if err != nil {
				return err
			}
			if err := s.Fill(keys); err != nil {
				return err
			}
			if err := s.Sort(context.Background()); err != nil {
				return err
			}
			// What a rank has before and after the exchange is the same number of keys.
			if most.Load() != n/int64(ranks) || calls.Load() < 4 {
				t.Errorf("%d ranks: %d calls up to %d, want %d", ranks, calls.Load(), most.Load(), n/ranks)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}
