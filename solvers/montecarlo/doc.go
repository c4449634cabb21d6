// Package montecarlo estimates by random numbers: pi from points in a square, and
// where random walks end.
//
// A sample is a function of the seed and of its own index (package philox), and
// what is added up are integers, so a result is the same on any number of ranks
// and threads, on every instruction set and on GPUs. Ranks have equal runs of indices, one
// longer where they do not divide, and the threads of a rank take pieces of its
// run as they come:
//
//	samples   0 ........................................... n
//	rank      |      0      |      1      |      2          |
//	pass      | 0 | 1 | 2 | | 0 | 1 | 2 | | 0 | 1 | 2 |     |
//	thread      0 1 0 0 1 ..
//
// A rank with a device has it take the pass in place of its threads; only sums come
// back. Between passes the ranks agree whether to go on, and where there are
// devices, how long the next pass is; within one they do not talk.
package montecarlo
