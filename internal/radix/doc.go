// Package radix sorts numbers in memory, on the cores of one machine, with the
// same bytes on any number of threads and every instruction set.
//
// Keys are turned into unsigned integers of the same order, their ranks, on the
// first pass over them, and back on the last. A sort has two levels:
//
//	split   all keys, on all threads, into up to two thousand or so buckets of
//	        neighbouring ranks that fit a second-level cache: the cells of a grid
//	        over the span of a sample are counted, joined to buckets of equal size,
//	        and the keys moved there. They are collected in the cache, two lines a
//	        bucket, and written past it: without that each key would cost the
//	        reading of a line and its address's translation.
//	leaf    a bucket, on one thread, into a cell for every few keys, or dozens, in room
//	        that stays in the cache; the run of each is sorted in registers, on its
//	        way to its final place.
//
// A bucket or cell that holds more than its share, because keys are not spread
// evenly over its ranks, is a problem of its own; what is in order
// already, or in the reverse one, is found out by a look that stops where it is not,
// and keys of a few values, told by a sample, are counted and written.
//
// Sources: the first pass that splits by the highest digit and combines writes is
// that of Wassenberg and Sanders, "Engineering a multi-core radix sort", Euro-Par
// 2011, and Polychroniou and Ross, "A comprehensive study of main-memory
// partitioning and its application to large-scale comparison- and radix-sort",
// SIGMOD 2014; a grid over a sample's span in the place of digits bounds their
// skew as samplesort does. The networks of the last step are in gen/network.go
// and gen/lanes.go.
package radix
