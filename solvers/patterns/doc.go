// Package patterns checks and times the algorithms of package mpi/pattern, which
// are written on point-to-point messages, beside the collectives of the library.
//
// # How time is taken
//
// A barrier, then the pattern; a barrier, then the library; and so on, so that
// both meet the same mood of the machine. On each rank the time of an operation
// runs from when the barrier lets the rank go to when the rank has its result. The
// time of the operation is that of its slowest rank; least, mean and greatest are
// over the iterations, and the ratio is that of the medians, which a single
// disturbance does not move. Ranks leave a barrier one after the other, by about
// the time of a short message, which is part of the figures. The table has the
// columns of the OSU micro-benchmarks (D. K. Panda et al., osu_allreduce), whose
// least and greatest are over the ranks.
//
// # What is checked
//
// Before it is timed every pattern runs once on known data. What it moves is compared
// with what was sent, and what it computes of integers with the library's, bit by
// bit, on every rank. A sum of floating-point numbers depends on its order, so the patterns' is
// documented, and computed again by one loop, bit by bit; the library's may have any
// order, and is compared within its rounding errors. For p ranks with x(0), ...,
// x(p-1):
//
//	ring              piece c of p, from rank c on around the ring:
//	                  ((x(c) + x(c+1)) + ...) + x(c-1)
//	doubling          pairs of neighbours, pairs of pairs and so on; where p is no power
//	                  of two, so many first ranks are added in pairs before that
//	                  one is left
//	rabenseifner      as doubling
//	pipeline          ((x(0) + x(1)) + ...) + x(p-1)
package patterns
