package membw

import "hybrid/internal/cores"

// A Level is a level of the cache with data that it holds.
type Level struct {
	Level int
	Bytes int // of the three arrays of a thread together: half of the level at most
}

// Levels returns what to measure the levels of some caches with, on a node of so many threads at once: for the caches of
// a core half of their size, for one that cores share half of a thread's share. Virtual machines report caches of hundreds
// of megabytes that they share with others; no more than 8 times the level before is asked of them. A level whose
// share does not hold twice what the level before does is left out, because the data would lie there in part.
func Levels(caches []cores.Cache, threads int) []Level {
	var all []Level
	before := 0
	for _, c := range caches {
		bytes := c.Bytes / 2
		if c.Level > 2 {
			bytes = min(bytes/max(threads, 1), 8*before)
		}
		const least = 3 * 8 * group
		if bytes = bytes / least * least; bytes < max(least, 2*before) {
			continue
		}
		all = append(all, Level{c.Level, bytes})
		before = c.Bytes
	}
	return all
}

// OpenCache is Open for arrays of which every thread's parts fit a level; Repeat measures it.
func OpenCache(o Options, l Level) (*Arrays, error) {
	o.ArrayBytes = l.Bytes / 3 * max(o.Threads, 1)
	return Open(o)
}
