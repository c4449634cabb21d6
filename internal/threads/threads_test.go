package threads

import (
	"sync/atomic"
	"testing"
	"time"
)

func TestTeam(t *testing.T) {
	for _, n := range []int{1, 2, 5} {
		team := New(n)
		calls := make([]int, n)
		var inside atomic.Int32
		for range 3 {
			took := team.Run(func(thread int) {
				inside.Add(1)
				for inside.Load()%int32(n) != 0 { // all threads are there at once
					time.Sleep(time.Microsecond)
				}
				calls[thread]++
			})
			if took <= 0 {
				t.Errorf("%d threads took %v", n, took)
			}
		}
		team.Close()
		for i, c := range calls {
			if c != 3 {
				t.Errorf("thread %d of %d was called %d times, want 3", i, n, c)
			}
		}
		if team.Size() != n {
			t.Errorf("size %d, want %d", team.Size(), n)
		}
	}
}
