package membw

import (
	"runtime"
	"time"
)

// team is a number of operating-system threads, each with its own range of the elements, which it also touches first, so
// that the memory lies near the core that uses it.
type team struct {
	start []chan func(lo, hi int)
	done  chan struct{}
}

// newTeam divides n elements over threads, at multiples of a cache line.
func newTeam(threads, n int) *team {
	t := &team{start: make([]chan func(lo, hi int), threads), done: make(chan struct{}, threads)}
	const line = 8 // elements
	bound := func(i int) int {
		if i == threads {
			return n
		}
		return n / line * i / threads * line
	}
	for i := range threads {
		t.start[i] = make(chan func(lo, hi int), 1)
		go func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			for f := range t.start[i] {
				f(bound(i), bound(i+1))
				t.done <- struct{}{}
			}
		}()
	}
	return t
}

// run has every thread apply f to its range and returns the time from the first start to the last end.
func (t *team) run(f func(lo, hi int)) time.Duration {
	begin := time.Now()
	for _, start := range t.start {
		start <- f
	}
	for range t.start {
		<-t.done
	}
	return time.Since(begin)
}

func (t *team) stop() {
	for _, start := range t.start {
		close(start)
	}
}
