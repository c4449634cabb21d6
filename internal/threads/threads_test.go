package threads

import (
	"errors"
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
					time.Sleep(100 * time.Microsecond)
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

// TestTimes has a clock that is disturbed every second time.
func TestTimes(t *testing.T) {
	for _, c := range []struct {
		each, d time.Duration
		want    int
	}{
		{time.Microsecond, time.Millisecond, 1000},
		{3 * time.Microsecond, time.Millisecond, 333},
		{time.Second, time.Millisecond, 1},
		{time.Microsecond, 0, 1},
	} {
		calls := 0
		n, err := Times(c.d, func(n int) (time.Duration, error) {
			calls++
			took := time.Duration(n) * c.each
			if calls%2 == 1 {
				took += time.Hour
			}
			return took, nil
		})
		if n != c.want || err != nil {
			t.Errorf("%v each: %d times in %v, want %d (%v)", c.each, n, c.d, c.want, err)
		}
	}
	broken := errors.New("broken")
	if _, err := Times(time.Second, func(int) (time.Duration, error) { return 0, broken }); err != broken {
		t.Errorf("error %v", err)
	}
}
