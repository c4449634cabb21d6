package heat

import (
	"context"
	"math"
	"slices"
	"time"

	"hybrid/mpi"
)

// A balancer is a rank's part in dividing the rows by speed.
type balancer struct {
	on      bool // several ranks, whose partition nobody gave
	arbiter arbiter
	left    int     // steps to the next checkpoint
	even    float64 // see Solver.EvenRows

	// Of this stretch.
	steps            int
	compute, elapsed time.Duration

	// Of a rank without rows: when it last measured its speed on a small field, and how
	// long it then waits.
	probed time.Time
	pause  time.Duration
}

// An arbiter decides on rank 0: a rebalancer, but in tests.
type arbiter interface {
	// hear decides after a stretch when to look again, and whether to ask for memory.
	hear(s stretch) order
	// settle decides whether rows move, where each rank has memory for so many.
	settle(most []int) order
	// moved tells it how long a move took.
	moved(d time.Duration)
}

// add counts steps.
func (b *balancer) add(steps int, compute, elapsed time.Duration) {
	b.steps += steps
	b.left = max(b.left-steps, 0)
	b.compute += compute
	b.elapsed += elapsed
}

// checkpoint lets rank 0 decide on the rows, and moves them if it says so. left is
// how many steps this run still has. It is collective.
func (s *Solver[T]) checkpoint(ctx context.Context, left int) error {
	b, began := &s.balance, time.Now()
	own := []float64{b.compute.Seconds(), s.idleCost()}
	if d := s.options.Device; d != nil && d.Lost() != nil {
		own[0] = -1
	}
	var all []float64
	if s.comm.Rank() == 0 {
		all = make([]float64, len(own)*s.comm.Size())
	}
	if err := mpi.Gather(s.comm, own, all, 0); err != nil {
		return err
	}
	var o order
	if s.comm.Rank() == 0 {
		st := stretch{at: s.Step, steps: b.steps, left: left, elapsed: b.elapsed + time.Since(began)}
		for r := range s.comm.Size() {
			st.ranks = append(st.ranks, account{compute: all[2*r], cost: all[2*r+1]})
		}
		if slices.ContainsFunc(st.ranks, func(a account) bool { return a.compute < 0 }) {
			o.next = left // a device is lost: the run is about to end
		} else {
			o = b.arbiter.hear(st)
		}
	}
	if err := o.give(s.comm); err != nil {
		return err
	}
	if o.ask {
		if err := s.settle(&o); err != nil {
			return err
		}
	}
	b.left, b.even = o.next, o.even
	b.steps, b.compute, b.elapsed = 0, 0, 0
	s.costs.Halo += time.Since(began)
	if o.part == nil {
		return nil
	}
	began = time.Now()
	rows, err := s.move(ctx, o)
	took := time.Since(began)
	s.costs.Moving += took
	if err != nil {
		return err
	}
	s.costs.Moves++
	s.costs.RowsMoved += rows
	if s.comm.Rank() == 0 {
		b.arbiter.moved(took)
	}
	return nil
}

// settle tells rank 0 for how many rows each rank has the memory, and gets its order.
func (s *Solver[T]) settle(o *order) error {
	var all []int64
	if s.comm.Rank() == 0 {
		all = make([]int64, s.comm.Size())
	}
	if err := mpi.Gather(s.comm, []int64{int64(s.fits())}, all, 0); err != nil {
		return err
	}
	if s.comm.Rank() == 0 {
		most := make([]int, len(all))
		for r, n := range all {
			most[r] = int(n)
		}
		*o = s.balance.arbiter.settle(most)
	}
	return o.give(s.comm)
}

// idleCost measures the speed again of a rank that has no rows, more and more rarely:
// what slowed it may be gone. It is 0 if it did not.
func (s *Solver[T]) idleCost() float64 {
	b := &s.balance
	if lo, hi := s.Partition.Rows(s.comm.Rank()); lo < hi || time.Since(b.probed) < b.pause {
		return 0
	}
	b.probed = time.Now()
	b.pause = min(2*b.pause, time.Minute)
	cost, err := s.probe()
	if err != nil {
		return 0 // nothing depends on this rank
	}
	return cost
}

// arrange divides the rows, by speed if ranks are of several kinds, and agrees on the
// halo depth. It is collective.
func (s *Solver[T]) arrange() error {
	c, p := s.comm, s.Problem
	chosen := s.Partition == nil && c.Size() > 1 && s.options.Columns <= 1
	s.balance.on = chosen && !s.options.Even
	w := worker{threads: s.threads, device: s.options.Device != nil, most: p.NY - 2}
	w.cost = assumed(p, w.device)
	differ := false
	if chosen {
		var err error
		if differ, err = s.kindsDiffer(); err != nil {
			return err
		}
	}
	if differ && s.balance.on {
		cost, err := s.probe()
		if err = c.Agree(err); err != nil {
			return err
		}
		w.cost, w.most = cost, s.fits()
	}
	own := []float64{float64(w.threads), 0, w.cost, float64(w.most)}
	if w.device {
		own[1] = 1
	}
	var all []float64
	if c.Rank() == 0 {
		all = make([]float64, len(own)*c.Size())
	}
	if err := mpi.Gather(c, own, all, 0); err != nil {
		return err
	}
	o := order{part: s.Partition}
	if c.Rank() == 0 {
		team := planner{problem: p, options: s.options}
		for r := range c.Size() {
			a := all[len(own)*r:]
			team.workers = append(team.workers, worker{threads: int(a[0]), device: a[1] > 0, cost: a[2], most: int(a[3])})
		}
		s.begin(&o, team, differ)
	}
	if err := o.give(c); err != nil {
		return err
	}
	b := &s.balance
	b.left, b.even, b.probed, b.pause = o.next, o.even, time.Now(), time.Second
	s.adopt(o)
	// With more ranks than rows some are idle whatever their speed, thousands perhaps,
	// and to measure theirs would hold up the others.
	b.on = b.on && c.Size() <= p.NY-2 && o.columns == 1
	return nil
}

// begin is the order that a run begins with, on rank 0.
func (s *Solver[T]) begin(o *order, team planner, differ bool) {
	o.columns = max(s.options.Columns, 1)
	if s.options.Partition == nil && s.options.Rows == 0 && s.options.StripGroups == 0 && !differ {
		o.columns = team.grid()
	}
	mixed := slices.ContainsFunc(team.workers, func(w worker) bool { return w.device })
	if o.columns > 1 {
		team = *team.inColumns(o.columns)
	}
	if o.part == nil {
		o.part = Even(s.Problem.NY, len(team.workers))
	}
	step := 0.0
	o.depth, step = team.depth(o.part)
	if differ && s.balance.on {
		// Ranks that are as good as equal keep even rows.
		enough := evidence[len(evidence)-1].gain
		if part, depth, seconds := team.divide(); part != nil && step >= enough*seconds {
			o.even = step / seconds
			o.part, o.depth, step = part, depth, seconds
		}
	}
	_, some := team.devices(o.part)
	o.plain = some || mixed && o.columns > 1
	o.next = stepsOf(firstStretch.Seconds()/4, step, o.depth)
	points, threads := float64(s.Problem.Interior()), math.MaxInt
	for _, w := range team.workers {
		threads = min(threads, w.threads)
	}
	s.balance.arbiter = &rebalancer{planner: team, part: o.part, depth: o.depth, moving: guess(points / float64(len(team.workers)*threads))}
}

// guess is the time that a move takes, by the points that a thread has in the mean.
func guess(points float64) time.Duration {
	const each, once = 20 * time.Nanosecond, 2 * time.Millisecond
	return once + time.Duration(points*float64(each))
}

// adopt makes a partition and a depth this rank's plan.
func (s *Solver[T]) adopt(o order) {
	s.Partition = o.part
	if o.columns > 0 {
		s.Columns = Even(s.Problem.NX, o.columns)
	}
	lo, hi := o.part.Rows(s.comm.Rank() / s.columns())
	w := worker{threads: s.threads, cost: assumed(s.Problem, false)}
	s.plan = plan{depth: o.depth, plain: o.plain, groups: s.options.StripGroups, block: s.options.BlockRows}
	s.plan.bands, _ = w.bands(hi-lo, o.depth, between(s.Problem, o.part.ranks()))
}
