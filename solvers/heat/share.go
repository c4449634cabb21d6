package heat

import (
	"math"

	"hybrid/internal/share"
)

// divide finds the partition that takes the least time for a step: rows in proportion
// to speed, where the ranks have the memory. A rank that is too slow for the fewest
// rows that a halo of some depth can be cut from gets none. It tries each depth,
// since few rows on one rank make the halo of all shallow. It gives nil where the
// memory is too small for the rows.
func (c *planner) divide() (best Partition, depth int, seconds float64) {
	seconds = math.Inf(1)
	last := maxDepth
	if c.options.HaloDepth > 0 {
		last = c.options.HaloDepth
	}
	for _, d := range [...]int{1, 2, 4, 8, 16, 24, 32, 64} {
		part := c.share(min(d, last))
		if part == nil {
			continue
		}
		if deepest, t := c.depth(part); t < seconds {
			best, depth, seconds = part, deepest, t
		}
		if d >= last {
			break
		}
	}
	return best, depth, seconds
}

// share divides the rows so that all ranks need the same time for a step with a halo
// of some depth, and each has the rows that the depth takes, or none.
func (c *planner) share(depth int) Partition {
	between := between(c.problem, len(c.workers))
	lines := make([]share.Line, len(c.workers))
	for i := range c.workers {
		lines[i] = c.workers[i].line(depth, between)
	}
	rows := share.Divide(c.problem.NY-2, lines)
	if rows == nil {
		return nil
	}
	part := make(Partition, 1, len(rows)+1)
	part[0] = 1
	for _, n := range rows {
		part = append(part, part[len(part)-1]+n)
	}
	return part
}

// line is a rank's time for a step, with all its threads.
func (w *worker) line(depth int, between bool) share.Line {
	l := share.Line{Least: w.least(depth, between), Most: w.most}
	if w.device {
		l.Slope = w.cost
		l.Base = float64(depth) * w.cost
		return l
	}
	bands := w.threads
	if between {
		bands = max(bands, 2)
	}
	l.Slope = w.cost * shallow(depth) / float64(w.threads)
	l.Base = float64(depth*bands) * l.Slope
	return l
}
