package heat

// A Schedule is how a run is divided into computing and meeting, as New would choose
// it: for those who want to know what a run would cost that they cannot make.
type Schedule struct {
	Rows    int // of points, of the rank that has the most
	Columns int // of points, of the same
	Ranks   int // that have rows
	// GridRows and GridColumns are the grid in which these ranks stand.
	GridRows, GridColumns int
	Bands                 int // of the rank that has the most
	Depth                 int // of the halo, and steps between exchanges: no more than there are
	// Cost is what a step costs each thread of the rank that has the most rows, in
	// updates of points in sweeps so deep that memory does not count. It compares
	// schedules.
	Cost float64
	// Ahead is the part of the computing between two exchanges that is done before
	// halo rows are needed, on a rank between two others.
	Ahead float64
}

// Schedule is that of even rows and columns on so many ranks, all without a device, with
// so many threads each, for so many steps. Ranks stand in the grid for which a step takes
// the least time, by what points, threads and messages are assumed to cost: each rank
// makes its points and, in the place of messages, twice the halo's depth of rows and
// columns more; waits for columns, while none of its work goes on; and for rows, while
// some does. On more than one column they stand only where that saves more than 8 % over
// one, on which rows can be divided by the speed of ranks.
func (p Problem) Schedule(ranks, threads, steps int) Schedule {
	c := &planner{problem: p, workers: make([]worker, ranks)}
	for i := range c.workers {
		c.workers[i] = worker{threads: threads, cost: assumed(p, false), most: p.NY - 2}
	}
	s := Schedule{GridColumns: c.grid(), Columns: p.NX - 2}
	if s.GridColumns > 1 {
		c = c.inColumns(s.GridColumns)
		s.Columns, _ = c.across()
	}
	part := Even(p.NY, len(c.workers))
	s.Rows, s.GridRows = part[1]-part[0], part.ranks()
	s.Ranks = s.GridRows * s.GridColumns
	s.Depth, _ = c.depth(part)
	w := &c.workers[0] // which has the most
	s.Bands, _ = w.bands(s.Rows, s.Depth, between(p, s.GridRows))
	s.Depth = min(s.Depth, steps)
	threads = min(threads, s.Bands)
	s.Cost = float64(s.Rows+s.Depth*s.Bands) / float64(threads) * float64(p.NX) * c.width(s.Depth) * shallow(s.Depth)
	// A band meets another rank's rows at the end of its sweep forth, which is half of
	// what it does; a single band between two ranks has to begin with them.
	if s.Bands > 1 || s.GridRows <= 2 {
		s.Ahead = float64(threads) / float64(s.Bands) / 2
	}
	return s
}
