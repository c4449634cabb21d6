package heat

import (
	"math"

	"hybrid/internal/cores"
	kernels "hybrid/kernels_cuda"
)

// A plan is how a run is cut up. It changes the speed and nothing else.
type plan struct {
	bands  int  // of each rank that has rows; the same on all, save where a rank has fewer rows
	depth  int  // halo rows, and steps between halo exchanges
	groups int  // of a strip, see geometry; 0 to choose
	block  int  // rows of a block of a sweep; 0 for as many as the first-level cache takes
	plain  bool // messages have rows in the order of their columns, see halos
}

// The deepest halo that a plan chooses by itself. One exchange in 32 steps makes
// messages rare; a sweep of 16 steps makes memory traffic rare.
const maxDepth = 32

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

// newPlan finds the bands and the depth with the least work a step, by counting
// the rows that are computed twice, beside the cost of meeting:
//
//	(rows/bands + depth) * columns * update + meeting / depth
//
// All arguments must be the same on all ranks.
func newPlan(p Problem, part Partition, threads int, o Options) plan {
	const (
		update  = 0.15e-9 // seconds a point
		barrier = 2e-6    // seconds, two barriers between threads
		message = 15e-6   // seconds, a halo exchange between ranks
	)
	rows, few := part.most(), part.fewest()
	ranks := 0
	for r := range len(part) - 1 {
		if part[r] < part[r+1] {
			ranks++
		}
	}
	best, least := plan{bands: 1, depth: 1}, math.Inf(1)
	for bands := 1; bands <= min(threads, few); bands++ {
		// A rank between two others needs two bands to meet both halos at the
		// end of a sweep.
		n := bands
		if ranks > 2 || ranks == 2 && p.Boundary == Periodic {
			n = min(max(n, 2), few)
		}
		for depth := 1; depth <= min(max(maxDepth, o.HaloDepth), few/n); depth++ {
			if o.HaloDepth > 0 && depth != min(o.HaloDepth, few/n) {
				continue
			}
			meeting := 0.0
			if bands > 1 {
				meeting += barrier
			}
			if ranks > 1 {
				meeting += message
			}
			work := (float64(rows)/float64(bands) + float64(depth)*float64(n)/float64(bands)) * float64(p.NX) * update
			// A sweep of few steps is bound by memory, not by arithmetic.
			work *= 1 + 6/float64(depth)
			if t := work + meeting/float64(depth); t < least {
				best, least = plan{bands: n, depth: depth}, t
			}
		}
	}
	best.groups, best.block = o.StripGroups, o.BlockRows
	return best
}

// newDevicePlan is newPlan for ranks that all have devices. There the exchange is
// free as long as it takes less time than the steps between, and halo rows cost what
// other rows cost.
func newDevicePlan(p Problem, part Partition, o Options) plan {
	const (
		update  = 0.6e-12 // seconds a point
		message = 60e-6   // seconds, a halo exchange through host memory
		deepest = 64
	)
	rows, few := part.most(), part.fewest()
	most := min(deepest, few)
	best, least := plan{bands: 1, depth: most}, math.Inf(1)
	if o.HaloDepth > 0 {
		best.depth = min(o.HaloDepth, few)
		return best
	}
	depths := kernels.HeatDepths()
	unit := depths[len(depths)-1]
	for depth := unit; depth <= most; depth += unit {
		work := float64(rows+depth) * float64(p.NX) * update * float64(depth)
		if t := max(work, message) / float64(depth); t < least {
			best.depth, least = depth, t
		}
	}
	return best
}
