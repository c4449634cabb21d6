package mpi_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"hybrid/mpi"
)

// TestNoMoreRanksRunAtOnceThanASignalCanWaitFor has more ranks than may run, of which each waits in every
// way: asleep for a message, and by asking for it.
func TestNoMoreRanksRunAtOnceThanASignalCanWaitFor(t *testing.T) {
	most := int64(16 * runtime.GOMAXPROCS(0))
	var running, highest atomic.Int64
	work := func() {
		n := running.Add(1)
		for h := highest.Load(); n > h && !highest.CompareAndSwap(h, n); h = highest.Load() {
		}
		for range 3 {
			runtime.Gosched()
		}
		running.Add(-1)
	}
	ranks := 4 * int(most)
	if err := mpi.Run(ranks, func(c *mpi.Comm) error {
		work()
		if err := c.Barrier(); err != nil {
			return err
		}
		work()
		if c.Rank() == c.Size()-1 { // behind all that ask
			for r := range c.Rank() {
				if err := mpi.Send(c, []int8{1}, r, 0); err != nil {
					return err
				}
			}
			return nil
		}
		r, err := mpi.Irecv(c, []int8{0}, c.Size()-1, 0)
		for done := false; err == nil && !done; {
			_, done, err = r.Test()
		}
		work()
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if h := highest.Load(); h > most || h < 2 {
		t.Errorf("%d of %d ranks ran at once, want %d at most", h, ranks, most)
	}
}
