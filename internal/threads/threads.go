// Package threads runs a function on several operating-system threads at once, for
// measurements: what a machine does, as opposed to what Go's scheduler does.
package threads

import (
	"math"
	"runtime"
	"time"

	"hybrid/internal/guard"
)

// A Team is a number of operating-system threads, each with a goroutine of its own.
type Team struct {
	start []chan func(thread int)
	done  chan struct{}
}

// New makes a team of n threads, which are to be given back by Close.
func New(n int) *Team {
	t := &Team{start: make([]chan func(thread int), n), done: make(chan struct{}, n)}
	for i := range n {
		t.start[i] = make(chan func(thread int), 1)
		go func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			for f := range t.start[i] {
				guard.Run(func() { f(i) })
				t.done <- struct{}{}
			}
		}()
	}
	return t
}

// Size is the number of threads.
func (t *Team) Size() int { return len(t.start) }

// Run has every thread call f with its number, from 0, and returns the time from
// the first start to the last end. Starting a thread takes some microseconds.
func (t *Team) Run(f func(thread int)) time.Duration {
	begin := time.Now()
	for _, start := range t.start {
		start <- f
	}
	for range t.start {
		<-t.done
	}
	return time.Since(begin)
}

// Close ends the threads.
func (t *Team) Close() {
	for _, start := range t.start {
		close(start)
	}
}

// Times is how often something is to be done for it to take about the time d: run
// does it n times and returns how long that took. It takes the time d or two. Each
// n is tried more than once, so that a moment in which other work had the core does
// not count.
func Times(d time.Duration, run func(n int) (time.Duration, error)) (int, error) {
	for n := 1; ; n *= 2 {
		fastest := time.Duration(math.MaxInt64)
		for range 3 {
			took, err := run(n)
			if err != nil {
				return 0, err
			}
			if fastest = min(fastest, took); fastest < d/4 {
				break
			}
		}
		if fastest >= d/4 {
			return max(1, int(float64(n)*float64(d)/float64(max(fastest, 1)))), nil
		}
	}
}
