package heat

import "math"

// divide finds the partition that takes the least time for a step: rows in proportion
// to speed, where the ranks have the memory. A rank that is too slow for the fewest
// rows that a halo of some depth can be cut from gets none. It tries each depth,
// since few rows on one rank make the halo of all shallow. It gives nil where the
// memory is too small for the rows.
func (c *crew) divide() (best Partition, depth int, seconds float64) {
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
// of some depth, and each has the rows that the depth takes, or none. The number of
// rows that a rank does in a time t,
//
//	(t - seconds for halo rows) / (seconds for a row)
//
// grows with t, and the least t in which all ranks together do all rows is found by
// bisection (Kalinov and Lastovetsky, "Heterogeneous distribution of computations
// solving linear algebra problems on networks of heterogeneous computers", 2001, have
// the case without halo).
func (c *crew) share(depth int) Partition {
	rows := c.problem.NY - 2
	between := between(c.problem, len(c.workers))
	lines := make([]line, len(c.workers))
	room := 0.0
	for i := range c.workers {
		lines[i] = c.workers[i].line(depth, between)
		if lines[i].most >= lines[i].least {
			room += float64(lines[i].most)
		}
	}
	if room < float64(rows) {
		return nil
	}
	enough := func(t float64) bool { return total(lines, t) >= rows }
	t, least := leastTime(enough), 0
	for i := range lines {
		l := &lines[i]
		if l.rows(t) == 0 {
			l.most = 0
		} else {
			least += l.least
		}
	}
	// Ranks that came in at the same time may be more than there are rows for.
	for least > rows {
		slowest := -1
		for i, l := range lines {
			if l.most > 0 && (slowest < 0 || l.slope >= lines[slowest].slope) {
				slowest = i
			}
		}
		lines[slowest].most = 0
		least -= lines[slowest].least
	}
	// The last one to come in may leave the others less to do.
	for i := range lines {
		lines[i].always = true
	}
	t = leastTime(enough)
	surplus := total(lines, t) - rows
	part := make(Partition, len(lines)+1)
	part[len(lines)] = rows + 1
	for i := len(lines) - 1; i >= 0; i-- {
		n := lines[i].rows(t)
		if surplus > 0 && n > lines[i].least {
			n--
			surplus--
		}
		part[i] = part[i+1] - n
	}
	if part[0] != 1 {
		return nil
	}
	return part
}

// A line is a rank's time for a step over its number of rows: base + rows * slope.
type line struct {
	base, slope float64
	least, most int
	always      bool // it has the least at any time
}

// line is a rank's time for a step, with all its threads.
func (w *worker) line(depth int, between bool) line {
	l := line{least: w.least(depth, between), most: w.most}
	if w.device {
		l.slope = w.cost
		l.base = float64(depth) * w.cost
		return l
	}
	bands := w.threads
	if between {
		bands = max(bands, 2)
	}
	l.slope = w.cost * shallow(depth) / float64(w.threads)
	l.base = float64(depth*bands) * l.slope
	return l
}

// rows is how many rows the rank does in a time.
func (l *line) rows(t float64) int {
	n := math.Floor((t - l.base) / l.slope)
	switch {
	case l.most < l.least:
		return 0
	case n >= float64(l.most):
		return l.most
	case n >= float64(l.least):
		return int(n)
	case l.always:
		return l.least
	}
	return 0
}

// total is how many rows all ranks do in a time.
func total(lines []line, t float64) int {
	n := 0
	for i := range lines {
		n += lines[i].rows(t)
	}
	return n
}

// leastTime finds the least t > 0, to the last bits, for which enough holds, as it
// does for all that are greater.
func leastTime(enough func(t float64) bool) float64 {
	hi := 1e-9
	for !enough(hi) && hi < math.MaxFloat64/2 {
		hi *= 2
	}
	lo := 0.0
	for range 60 {
		if t := lo + (hi-lo)/2; enough(t) {
			hi = t
		} else {
			lo = t
		}
	}
	return hi
}
