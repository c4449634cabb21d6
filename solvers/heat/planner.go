package heat

import (
	"math"
	"slices"

	kernels "hybrid/kernels_cuda"
)

// A planner knows all ranks of a run, and plans for them.
type planner struct {
	problem Problem
	options Options
	workers []worker // of each row of ranks
	columns int      // of ranks, of which those of a row are equal; 0 is one
}

// across is the number of columns of points of the widest tile, and of the narrowest.
func (c *planner) across() (widest, narrowest int) {
	n, columns := c.problem.NX-2, max(c.columns, 1)
	return (n + columns - 1) / columns, n / columns
}

// inColumns plans for the ranks in so many columns: each of its rows is as slow as its
// slowest rank.
func (c *planner) inColumns(columns int) *planner {
	in := *c
	in.columns = columns
	in.workers = nil
	for row := range slices.Chunk(c.workers, columns) {
		w := row[0]
		for _, other := range row {
			w.threads, w.cost = min(w.threads, other.threads), max(w.cost, other.cost)
			w.device = w.device && other.device
		}
		in.workers = append(in.workers, w)
	}
	return &in
}

// grid is the number of columns of ranks with which a step takes the least time, with
// even rows and columns. Since rows can be divided anew by speed as long as the ranks
// have all columns, and columns cannot, they are cut only where that promises more than
// speeds differ by. The cost is a plan for each divisor of the number of ranks.
func (c *planner) grid() int {
	p, ranks := c.problem, len(c.workers)
	best, least := 1, math.Inf(1)
	for columns := 1; columns <= min(ranks, p.NX-2); columns++ {
		if ranks%columns != 0 || columns > 1 && ranks/columns > p.NY-2 {
			continue
		}
		in := c.inColumns(columns)
		_, seconds := in.depth(Even(p.NY, ranks/columns))
		if columns > 1 {
			seconds *= evidence[len(evidence)-1].gain
		}
		if seconds < least {
			best, least = columns, seconds
		}
	}
	return best
}

// devices tells whether all rows are on devices, and whether some are.
func (c *planner) devices(part Partition) (all, some bool) {
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
func (c *planner) depth(part Partition) (depth int, seconds float64) {
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
func (c *planner) depths(part Partition) []int {
	between, deepest := between(c.problem, part.ranks()), math.MaxInt
	for r := range c.workers {
		if lo, hi := part.Rows(r); lo < hi {
			deepest = min(deepest, c.workers[r].deepest(hi-lo, between))
		}
	}
	if _, narrowest := c.across(); c.columns > 1 {
		deepest = min(deepest, narrowest)
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

// width is how much longer a row of a tile takes, with the columns of its halo, than one
// of the whole field.
func (c *planner) width(depth int) float64 {
	if c.columns <= 1 {
		return 1
	}
	widest, _ := c.across()
	return float64(widest+2*depth) / float64(c.problem.NX)
}

// sides is the time for a step in which columns are exchanged: nothing is computed
// meanwhile.
func (c *planner) sides(rows, depth int) float64 {
	if c.columns <= 1 {
		return 0
	}
	once := message
	if _, some := c.devices(Even(c.problem.NY, len(c.workers))); some {
		once = deviceMessage
	}
	return once/float64(depth) + 4*float64(rows)*edgePoint
}

// step is the time that all ranks together need for a step, infinite if a rank has
// too few rows for the depth.
func (c *planner) step(part Partition, depth int) float64 {
	ranks := part.ranks()
	between := between(c.problem, ranks)
	longest, rows, last := 0.0, 0, worker{}
	for r, w := range c.workers {
		lo, hi := part.Rows(r)
		if lo == hi || hi-lo == rows && w == last {
			continue // as many ranks are alike
		}
		rows, last = hi-lo, w
		w.cost *= c.width(depth)
		_, t := w.bands(rows, depth, between)
		longest = max(longest, t)
	}
	longest += c.sides(rows, depth)
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
