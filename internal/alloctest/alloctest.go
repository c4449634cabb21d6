// Package alloctest measures what a call takes of memory, for tests that readers of
// files do not believe what a file claims.
package alloctest

import "runtime"

// Bytes returns how many bytes the heap gave out while f ran, those that were free
// again included, and those of other goroutines.
func Bytes(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
