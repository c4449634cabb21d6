package heat

// A Schedule is how a run is divided into computing and meeting, as New would choose
// it: for those who want to know what a run would cost that they cannot make.
type Schedule struct {
	Rows  int // of the rank that has the most
	Ranks int // that have rows
	Bands int // of the rank that has the most
	Depth int // halo rows, and steps between halo exchanges: no more than there are
	// Cost is what a step costs each thread of the rank that has the most rows, in
	// updates of points in sweeps so deep that memory does not count. It compares
	// schedules.
	Cost float64
	// Ahead is the part of the computing between two exchanges that is done before
	// halo rows are needed, on a rank between two others.
	Ahead float64
}

// Schedule is that of even rows on so many ranks, all without a device, with so many
// threads each, for so many steps.
func (p Problem) Schedule(ranks, threads, steps int) Schedule {
	c := crew{problem: p, workers: make([]worker, ranks)}
	for i := range c.workers {
		c.workers[i] = worker{threads: threads, cost: assumed(p, false), most: p.NY - 2}
	}
	part := Even(p.NY, ranks)
	s := Schedule{Rows: part[1] - part[0], Ranks: part.ranks()}
	s.Depth, _ = c.depth(part)
	w := &c.workers[0] // which has the most
	s.Bands, _ = w.bands(s.Rows, s.Depth, between(p, s.Ranks))
	s.Depth = min(s.Depth, steps)
	threads = min(threads, s.Bands)
	s.Cost = float64(s.Rows+s.Depth*s.Bands) / float64(threads) * float64(p.NX) * shallow(s.Depth)
	// A band meets another rank's rows at the end of its sweep forth, which is half of
	// what it does; a single band between two ranks has to begin with them.
	if s.Bands > 1 || s.Ranks <= 2 {
		s.Ahead = float64(threads) / float64(s.Bands) / 2
	}
	return s
}
