package sorting

// passes is how many times a sort of so many keys on each of some ranks reads or
// writes all keys in memory, at least, each counted as STREAM counts it.
//
//	count the keys of every cell     read
//	move them to their buckets       read, write
//	sort the buckets in the cache    read, write
//
// Of several ranks, counting and moving come before the exchange, which reads and
// writes too. What one rank sorts in a cache is read and written once, and so is what
// goes to a device and comes back.
func passes(ranks, keys int, device bool) int {
	switch {
	case device && ranks > 1:
		return 7
	case device:
		return 2
	case ranks > 1:
		return 7
	case keys <= 1<<16:
		return 2
	}
	return 5
}
