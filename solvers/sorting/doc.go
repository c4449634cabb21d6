// Package sorting sorts keys on any number of ranks and threads, with the same
// bytes on all of them. No rank ever holds all keys.
//
// # Method
//
// Ranks have equal shares of the keys, before and after. Which key goes to which
// rank is found out first, so that each key is sorted once, where it stays, and
// nothing is merged:
//
//	count      the keys in the cells of a grid over the span of a sample; added up
//	           over all ranks that tells in which cell each share begins
//	select     the key with which it begins, exactly, by bisection of the values of
//	           that cell, whose keys alone are sorted for it
//	move       every rank's keys into the order of the ranks they go to and, for each,
//	           into buckets of neighbouring cells that fit a cache
//	exchange   one Alltoallv
//	sort       the buckets of what each rank received (package radix)
//
// A rank with a device sorts there what it received (package kernels): digit by digit,
// in parts where the device has no room for all, which are merged by pairs.
//
// Selecting exactly is histogram sort (Kale and Krishnan, "A comparison based
// parallel sorting algorithm", ICPP 1993; Solomonik and Kale, "Highly scalable
// parallel sorting", IPDPS 2010) driven until the bound on the imbalance is 0; with
// keys ordered by value, rank and index, as Cheng, Shah, Gilbert and Edelman cut
// theirs ("A novel parallel sorting algorithm for contemporary architectures",
// 2007), any number of equal ones divides as well as different ones do: the
// shares of two ranks never differ by more than one key.
//
// # Order
//
// Keys are ordered by value; among floats -0 comes before +0, and NaNs come last:
// first those without a sign by rising bits, then those with one by falling bits.
// Nothing changes a key's bits, and this total order has one result.
//
// # Cost
//
// Memory is twice a rank's share of the keys and some megabytes. A rank reads or
// writes its share 5 times, and twice more to exchange it where there are several
// ranks; with a device 2 times in place of the 5, and 3 times more to divide them.
// The selection takes some 7 reductions of 255 integers a rank, where there are many
// ranks more of fewer, and 64 of one at most.
package sorting
