//go:build linux || darwin

package task

import (
	"context"
	"testing"
	"time"

	"hybrid/internal/bootcache"
	"hybrid/internal/membw"
	"hybrid/mpi"
)

// TestAShortRunHasTheBandwidthOfALongOne, as it was measured, on as many ranks and threads.
func TestAShortRunHasTheBandwidthOfALongOne(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir()+"/cache")
	ask := func(ranks int, spare time.Duration) (b Bandwidth) {
		t.Helper()
		err := mpi.Run(ranks, func(c *mpi.Comm) error {
			own := Place{Comm: c, Threads: 1}
			got, err := own.Bandwidth(context.Background(), spare)
			if c.Rank() == 0 {
				b = got
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	short := probeTime - 1
	if b := ask(1, short); b != (Bandwidth{}) || b.Why() == "" {
		t.Errorf("before anything was measured: %+v", b)
	}
	long := ask(1, probeTime)
	if !(long.Rate > 0) || long.Remembered || long.Why() != "" || long.String() != "measured" {
		t.Errorf("measured: %+v", long)
	}
	if b := ask(1, short); b != (Bandwidth{long.Rate, true}) || b.Why() != "" || b.String() != "measured earlier" {
		t.Errorf("remembered: %+v, want %+v", b, long)
	}
	if b := ask(2, short); b != (Bandwidth{}) {
		t.Errorf("of other ranks: %+v", b)
	}
	fast := bootcache.Store("memory", memoryKey(membw.Options{Threads: 1, Processes: 1}), 1e5)
	if busy := ask(1, probeTime); fast != nil || !(busy.Rate < 1e14) || ask(1, short) != (Bandwidth{1e14, true}) {
		t.Errorf("%+v, measured beside other programs, takes the place of a faster one (%v)", busy, fast)
	}
	for _, wrong := range []any{-1.0, 0.0, 1e300, "fast", nil} {
		if err := bootcache.Store("memory", memoryKey(membw.Options{Threads: 1, Processes: 1}), wrong); err != nil {
			t.Fatal(err)
		}
		if b := ask(1, short); b != (Bandwidth{}) {
			t.Errorf("%v was taken for a rate: %+v", wrong, b)
		}
	}
}
