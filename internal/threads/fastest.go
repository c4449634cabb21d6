package threads

import (
	"sync"
	"sync/atomic"
	"time"

	"hybrid/internal/cores"
)

// window is how long threads are watched at once: shorter than the turns that a
// busy system gives them.
const window = time.Millisecond

// Fastest has n threads, or as many as the process can keep busy where that is less,
// work at once for about d, and returns the units a second
// that they did together in their fastest window of a millisecond: what other
// processes take from them does not lower it as long as they let them be that long.
// start makes a thread ready and returns its work, which does some microseconds' worth
// of units and says how many.
func Fastest(n int, d time.Duration, start func(thread int) (work func() int64)) float64 {
	type counter struct {
		units atomic.Int64
		_     [120]byte // a cache line, and its neighbour, for each thread
	}
	n = min(n, cores.Usable()) // more would only take turns, and keep everything else from its turn
	counters := make([]counter, n)
	var begun sync.WaitGroup
	begun.Add(n)
	all := func() (units int64) {
		for i := range counters {
			units += counters[i].units.Load()
		}
		return units
	}
	best, over := 0.0, atomic.Bool{}
	watch := func(work func() int64) {
		defer over.Store(true)
		const least = 32 // calls in a window, or the parts of calls would count
		begin := time.Now()
		from, units, calls := begin, all(), 0
		for {
			counters[0].units.Add(work())
			calls++
			now := time.Now()
			last := now.Sub(begin) >= d
			if took := now.Sub(from); took > 0 && (calls >= least && took >= window || last && best == 0) {
				// What is counted is done within the window, wherever this thread is
				// stopped: its clock is read before the first count and after the last.
				sum := all()
				now = time.Now()
				best = max(best, float64(sum-units)/now.Sub(from).Seconds())
				from, units, calls = now, all(), 0
			}
			if last && best > 0 {
				return
			}
		}
	}
	team := New(n)
	defer team.Close()
	team.Run(func(thread int) {
		work := start(thread)
		counters[thread].units.Add(work())
		begun.Done()
		begun.Wait() // for those that have to wait for a core
		if thread == 0 {
			watch(work)
			return
		}
		for !over.Load() {
			counters[thread].units.Add(work())
		}
	})
	return best
}
