package threads

import (
	"sync/atomic"
	"testing"
	"time"

	"hybrid/internal/cores"
)

func TestFastest(t *testing.T) {
	for _, n := range []int{1, 3} {
		calls := make([]int64, n)
		rate := Fastest(n, 5*time.Millisecond, func(thread int) func() int64 {
			return func() int64 {
				calls[thread]++
				time.Sleep(10 * time.Microsecond)
				return 5
			}
		})
		// A call takes at least its sleep.
		if most := 5 * float64(n) / 10e-6; !(rate > 0 && rate <= 2*most) {
			t.Errorf("%d threads: %g units a second, at most %g can be", n, rate, most)
		}
		for i, c := range calls {
			if i < cores.Usable() && c == 0 {
				t.Errorf("thread %d of %d did nothing", i, n)
			}
		}
	}
	// Work that outlasts the time counts once.
	if rate := Fastest(1, 0, func(int) func() int64 { return func() int64 { time.Sleep(time.Millisecond); return 1 } }); !(rate > 0 && rate <= 1000) {
		t.Errorf("%g units a second", rate)
	}
}

// TestProbesTakeNoMoreThreadsThanCores counts the threads that are made ready.
func TestProbesTakeNoMoreThreadsThanCores(t *testing.T) {
	var ready atomic.Int32
	rate := Fastest(5000, 0, func(int) func() int64 {
		ready.Add(1)
		return func() int64 { return 1 }
	})
	if n := int(ready.Load()); n != cores.Usable() || !(rate > 0) {
		t.Errorf("%d threads on %d cores, %g a second", n, cores.Usable(), rate)
	}
}
