package sorting

import (
	stdsort "sort"
	"sync"

	"hybrid/internal/guard"
	"hybrid/internal/radix"
)

// mergeRuns merges sorted runs of so many of Keys, the last of which may be shorter, by
// pairs: each time that reads and writes all keys once, on all threads.
func (s *Solver[K]) mergeRuns(run int) {
	for ; run < len(s.Keys); run *= 2 {
		for first := 0; first < len(s.Keys); first += 2 * run {
			middle, end := min(first+run, len(s.Keys)), min(first+2*run, len(s.Keys))
			mergePair(s.room[first:end], s.Keys[first:middle], s.Keys[middle:end], s.options.Threads)
		}
		s.Keys, s.room = s.room, s.Keys
		s.costs.Moved += float64(2 * len(s.Keys) * s.size())
	}
}

// mergePair merges two runs, each thread an equal part of what comes out.
func mergePair[K Key](to, a, b []K, threads int) {
	var wg sync.WaitGroup
	i := 0
	for t := range threads {
		end := (t + 1) * len(to) / threads
		next, first := corank(a, b, end), t*len(to)/threads
		a, b, to := a[i:next], b[first-i:end-next], to[first:end]
		guard.Go(&wg, func() { mergeInto(to, a, b) })
		i = next
	}
	wg.Wait()
}

// corank is how many of the first n keys of two merged runs are the first one's (Siebert
// and Träff, "Efficient MPI implementation of a parallel, stable merge algorithm",
// EuroMPI 2012).
func corank[K Key](a, b []K, n int) int {
	least := max(0, n-len(b))
	return least + stdsort.Search(min(n, len(a))-least, func(i int) bool {
		return radix.Rank(a[least+i]) > radix.Rank(b[n-least-i-1])
	})
}

func mergeInto[K Key](to, a, b []K) {
	for len(a) > 0 && len(b) > 0 {
		if radix.Rank(b[0]) < radix.Rank(a[0]) {
			to[0], b = b[0], b[1:]
		} else {
			to[0], a = a[0], a[1:]
		}
		to = to[1:]
	}
	copy(to[copy(to, a):], b)
}
