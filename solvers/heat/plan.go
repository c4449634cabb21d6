package heat

import (
	"math"

	"hybrid/internal/cores"
)

// A plan is how a run is cut up. It changes the speed and nothing else.
type plan struct {
	bands  int  // of this rank
	depth  int  // halo rows, and steps between halo exchanges; the same on all ranks
	groups int  // of a strip, see geometry; 0 to choose
	block  int  // rows of a block of a sweep; 0 for as many as the first-level cache takes
	plain  bool // messages have rows in the order of their columns, see halos
}

// The deepest halo that a plan chooses by itself. One exchange in 32 steps makes
// messages rare; a sweep of 16 steps makes memory traffic rare. On devices a deeper
// one hides the way of the rows through the host.
const (
	maxDepth       = 32
	maxDeviceDepth = 64
)

// The first-level cache that a plan reckons with where the machine does not tell.
const defaultCache = 32 << 10

// blockRows is the number of rows of a block: with those of the two steps that
// it touches, and room for what else comes by, they fill the first-level cache.
func blockRows(rowBytes int) int {
	cache := defaultCache
	for _, c := range cores.Caches() {
		if c.Level == 1 {
			cache = c.Bytes
		}
	}
	return max(cache*7/8/rowBytes-4, 4)
}

// What things cost, in seconds, where nothing was measured.
const (
	hostUpdate    = 0.15e-9 // of a point, one thread
	deviceUpdate  = 0.6e-12 // of a point, a device
	barriers      = 2e-6    // two between threads
	message       = 15e-6   // a halo exchange between ranks
	deviceMessage = 60e-6   // a halo exchange through host memory
	edgePoint     = 2e-9    // of a column at an edge, packed, sent and unpacked
)

// A worker is what a plan knows of a rank.
type worker struct {
	threads int     // of its processor
	device  bool    // which has the rows then
	cost    float64 // seconds for a row and step, of one thread or the device, in deep sweeps
	most    int     // rows for which it has the memory
}

// assumed is what a row and step cost where nothing was measured.
func assumed(p Problem, device bool) float64 {
	if device {
		return deviceUpdate * float64(p.NX)
	}
	return hostUpdate * float64(p.NX)
}

// bands is how many bands a rank makes of so many rows, and how long it computes for
// a step, by counting the rows that are computed twice, beside the cost of meeting;
// infinitely long where the rows are too few for the depth:
//
//	(rows/threads + depth bands/threads) * cost + barriers / depth
//
// A rank between two others needs two bands to meet both halos at the end of a
// sweep. A device has its rows in one piece.
func (w *worker) bands(rows, depth int, between bool) (bands int, seconds float64) {
	if rows == 0 {
		return 0, 0
	}
	if rows < depth {
		return 0, math.Inf(1)
	}
	if w.device {
		return 1, float64(rows+depth) * w.cost
	}
	bands, seconds = 1, math.Inf(1)
	for threads := 1; threads <= min(w.threads, rows); threads++ {
		n := threads
		if between {
			n = min(max(n, 2), rows)
		}
		if n*depth > rows {
			break
		}
		// A sweep of few steps is bound by memory, not by arithmetic.
		t := float64(rows+depth*n) / float64(threads) * w.cost * shallow(depth)
		if threads > 1 {
			t += barriers / float64(depth)
		}
		if t < seconds {
			bands, seconds = n, t
		}
	}
	return bands, seconds
}

// shallow is how many times as long a row takes in sweeps of few steps.
func shallow(depth int) float64 { return 1 + 6/float64(depth) }

// least is the number of rows that a rank has to have for a depth, if it has some.
func (w *worker) least(depth int, between bool) int {
	if between && !w.device && depth > 1 {
		return 2 * depth
	}
	return depth
}

// deepest is the greatest depth that so many rows allow.
func (w *worker) deepest(rows int, between bool) int {
	if between && !w.device {
		return max(rows/2, 1)
	}
	return rows
}
