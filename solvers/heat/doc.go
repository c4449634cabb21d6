// Package heat solves the two-dimensional heat equation
//
//	u_t = alpha (u_xx + u_yy)
//
// by forward Euler in time and the 5-point stencil in space, on any number of
// ranks and threads, with the same bits on all of them.
//
// # The grid
//
// A field is an array of ny rows and nx columns. Its outermost ring is the
// boundary; steps update the interior.
//
//	            columns (x ->)
//	        0   1   2   ...  nx-1
//	   0    r   r   r    r    r
//	   1    r   .   .    .    r        r  ring
//	   2    r   .   .    .    r        .  interior
//	  ...   r   .   .    .    r
//	 ny-1   r   r   r    r    r
//	rows (y down)
//
// The ring keeps its initial values (Dirichlet), mirrors the point beside it, so
// that no heat passes between the two (Neumann), or repeats the opposite edge of
// the interior (Periodic). With rx = alpha dt/dx², ry = alpha dt/dy² and
// k = 1 - 2rx - 2ry, one update is fma(rx, w+e, fma(ry, n+s, k*c)), in exactly
// that order on every instruction set. The method is of first order in time, of
// second in space, and stable up to StableDT.
//
// # Absolute zero
//
// Behind every step whose number is a multiple of a period P, an update v with
// |v| < S 2^-500 (float32: S 2^-80) becomes +0; a ring that keeps its values, NaN and the
// infinities stay. S is the power of two not above the largest magnitude of the initial
// field, ring and all, and State.Scale. P is the largest of 16, 8, 4, 2 and 1 for which
// that bound, times the P-th power of the lesser of rx and ry (rounded down to a power of
// two), is a normal number. So heat that spreads into zeros has no rim of subnormal
// numbers, with which processors take up to a hundred times as long.
//
// # How it is cut up
//
// Ranks stand in a grid of rows and columns, by package halo, and have a rectangle of
// the field each. Each rank's threads have runs of its rows: bands. A
// band keeps t halo rows beyond each end, and t columns on each side that has others
// beyond it, and renews them every t steps; with every step the halo loses one row
// and column of meaning from the outside in. Columns are waited for before a band
// begins; messages of rows and corners are in flight while bands work their way towards
// the halo. Within a band, sweep takes the steps in blocks that stay in the first-level
// cache, half of them forth and half back, in place. One column of ranks, with whole
// rows, is the rule where there are few:
//
//	rank 0   band 0   | sweeps down, then up
//	         band 1   | sweeps down, then up
//	         - - - - -  halo rows, by message
//	rank 1   band 0   | sweeps up, then down
//	         band 1   | sweeps down, then up
//	         - - - - -
//
// # On a device
//
// A rank whose Options name a device has its part in the device's memory from Fill
// on, and only its edges leave it while it runs: t rows and columns every t steps, through
// pinned memory and a stream of their own. Columns go first, where they are cut; while
// rows do, kernels work on those that need none. Each pass of a kernel over the memory does up to 16 steps. Ranks with and
// without devices can be mixed: the messages are the same.
//
// # Ranks of different speed
//
// Where ranks have whole rows and Options give no Partition, rows are divided so that all ranks need the same
// time for a step, halo rows counted; a rank that is too slow for the rows that a halo
// is cut from has none. Ranks of several kinds (a device here and none there, another
// instruction set, more threads) measure their speed on a small field before they get
// rows. While it runs, every rank adds up the time that it computes, and at checkpoints
// rank 0 hears of it and weighs what a better partition saves in the rest of the run
// against what moving takes. A large gain moves rows at once, a small one when several
// stretches in a row agree on it, so that noise does not. Rows move in plain order
// from the old ranks to the new, whose engines are made anew.
//
//	checkpoints   |--|----|--------|----------------| ...   up to two seconds apart
//	rank 0        gather times, decide, broadcast
//	all           if rows move: out of the engine, messages, into a new one
package heat
