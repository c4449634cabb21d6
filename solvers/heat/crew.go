package heat

import (
	"math"

	kernels "hybrid/kernels_cuda"
)

// A crew is the ranks of a run, as those plan who know them all.
type crew struct {
	problem Problem
	options Options
	workers []worker
}

// devices tells whether all rows are on devices, and whether some are.
func (c *crew) devices(part Partition) (all, some bool) {
	all = true
	for r, w := range c.workers {
		if lo, hi := part.Rows(r); lo < hi {
			all, some = all && w.device, some || w.device
		}
	}
	return all, some
}

// between tells whether there are ranks that lie between two others, where so many
// have rows.
func between(p Problem, ranks int) bool {
	return ranks > 2 || ranks == 2 && p.Boundary == Periodic
}

// depth is the halo depth with the least time for a step, and that time. All ranks
// must agree on it.
func (c *crew) depth(part Partition) (depth int, seconds float64) {
	depth, seconds = 1, math.Inf(1)
	for _, d := range c.depths(part) {
		if t := c.step(part, d); t < seconds {
			depth, seconds = d, t
		}
	}
	return depth, seconds
}

// depths are the depths that the rows allow, ascending: all or, on devices, those of
// whole passes.
func (c *crew) depths(part Partition) []int {
	between, deepest := between(c.problem, part.ranks()), math.MaxInt
	for r := range c.workers {
		if lo, hi := part.Rows(r); lo < hi {
			deepest = min(deepest, c.workers[r].deepest(hi-lo, between))
		}
	}
	if d := c.options.HaloDepth; d > 0 {
		return []int{min(d, deepest)}
	}
	unit, last := 1, maxDepth
	if all, _ := c.devices(part); all {
		passes := kernels.HeatDepths()
		unit, last = passes[len(passes)-1], maxDeviceDepth
	}
	if deepest < unit {
		return []int{deepest}
	}
	var depths []int
	for d := unit; d <= min(last, deepest); d += unit {
		depths = append(depths, d)
	}
	return depths
}

// step is the time that all ranks together need for a step, infinite if a rank has
// too few rows for the depth.
func (c *crew) step(part Partition, depth int) float64 {
	ranks := part.ranks()
	between := between(c.problem, ranks)
	longest, rows, last := 0.0, 0, worker{}
	for r, w := range c.workers {
		lo, hi := part.Rows(r)
		if lo == hi || hi-lo == rows && w == last {
			continue // as many ranks are alike
		}
		rows, last = hi-lo, w
		_, t := w.bands(rows, depth, between)
		longest = max(longest, t)
	}
	all, some := c.devices(part)
	switch {
	case all:
		// The exchange is free as long as it takes less time than the steps between.
		return max(longest, deviceMessage/float64(depth))
	case ranks < 2:
		return longest
	case some:
		return longest + deviceMessage/float64(depth)
	}
	return longest + message/float64(depth)
}
