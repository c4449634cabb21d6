package sorting

// passes is how many times a sort of so many keys on each of some ranks reads or
// writes all keys in memory, at least, each counted as STREAM counts it.
//
//	count the keys of every cell     read
//	move them to their buckets       read, write
//	sort the buckets in the cache    read, write
//
// Of several ranks, counting and moving come once more, before the exchange,
// which reads and writes. What fits a cache is read and written once.
func passes(ranks, keys int) int {
	n := 5
	if keys <= 1<<16 {
		n = 2
	}
	if ranks > 1 {
		n += 5
	}
	return n
}
