package heat

import (
	"math"
	"slices"
	"time"

	"hybrid/mpi"
)

// Rows are divided by measured speed. Where ranks are of several kinds, New measures
// each on a small field and divides the rows by that. From then on every rank adds up
// how long it computes, without what it waits for, and at a checkpoint, rarely, rank 0
// hears of all: it decides whether rows move, and when to look again. What one rank
// decides, all do alike, whatever their processors make of the last bit of a number.

// Stretches between checkpoints, of time: the first that count, and the longest.
const (
	firstStretch = 20 * time.Millisecond
	lastStretch  = 2 * time.Second
)

// An order is what rank 0 has decided.
type order struct {
	ask   bool      // for the memory that ranks have, since rows may move
	part  Partition // nil: rows stay where they are
	depth int
	// columns is the number of columns of ranks, where the run begins.
	columns int
	plain   bool    // see plan
	next    int     // steps to the next checkpoint
	even    float64 // see Solver.EvenRows
}

// give gives all ranks the order of rank 0. It is collective.
func (o *order) give(c *mpi.Comm) error {
	said := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	head := []float64{said(o.ask), said(o.part != nil), float64(o.depth), said(o.plain), float64(o.next), o.even, float64(len(o.part)), float64(o.columns)}
	if err := mpi.Bcast(c, head, 0); err != nil {
		return err
	}
	*o = order{ask: head[0] > 0, part: o.part, depth: int(head[2]), plain: head[3] > 0, next: int(head[4]), even: head[5], columns: int(head[7])}
	if head[1] == 0 {
		return nil
	}
	bounds := make([]int64, int(head[6]))
	for i, row := range o.part {
		bounds[i] = int64(row)
	}
	if err := mpi.Bcast(c, bounds, 0); err != nil {
		return err
	}
	o.part = make(Partition, len(bounds))
	for i, row := range bounds {
		o.part[i] = int(row)
	}
	return nil
}

// A stretch is what the ranks did between two checkpoints, as rank 0 hears of it.
type stretch struct {
	at      int           // steps done, of all
	steps   int           // of the stretch
	left    int           // of this run
	elapsed time.Duration // on rank 0
	ranks   []account
}

// An account is a rank's part of a stretch.
type account struct {
	compute float64 // seconds that it computed
	cost    float64 // that a row would have, of a rank that had none; 0 where that was not measured again
}

// A rebalancer decides on rank 0 whether rows move. It knows nothing but the accounts that
// it was given, so that it can be tried on any.
type rebalancer struct {
	planner
	part  Partition
	depth int
	costs [][]float64 // of a row on each rank, see worker, in the last stretches; the newest last
	looks int         // stretches that counted
	// moving is the time that a move takes, or would.
	moving time.Duration
	last   stretch
	order  order
}

// Moving rows must promise so many times as fast a step, by the least of so many
// stretches: much at once, little only again and again. The speed of equal ranks
// differs from one stretch to the next, now on this one and now on that.
var evidence = [...]struct {
	stretches int
	gain      float64
}{{1, 2}, {2, 1.25}, {4, 1.08}}

// pays is how many times the time of a move the rest of the run must save.
const pays = 2

// hear decides after a stretch.
func (j *rebalancer) hear(s stretch) order {
	elapsed := s.elapsed.Seconds()
	for _, a := range s.ranks {
		elapsed = max(elapsed, a.compute) // rank 0 may have had nothing to do
	}
	j.last = s
	if elapsed >= firstStretch.Seconds()/2 {
		j.note(s)
		j.looks++
		part, _ := j.weigh(s)
		j.order = order{ask: part != nil, even: j.even(j.part, j.depth)}
	}
	wanted := min(firstStretch.Seconds()*math.Pow(2, float64(j.looks)), lastStretch.Seconds())
	j.order.next = stepsOf(wanted, elapsed/float64(s.steps), j.depth)
	return j.order
}

// settle decides again, if hear asked how many rows each rank has the memory for.
func (j *rebalancer) settle(most []int) order {
	for r, n := range most {
		j.workers[r].most = n
	}
	o := j.order
	o.ask = false
	if part, depth := j.weigh(j.last); part != nil {
		o.part, o.depth, o.even = part, depth, j.even(part, depth)
		_, o.plain = j.devices(part)
		j.part, j.depth, j.costs = part, depth, nil
	}
	j.order = order{even: o.even}
	return o
}

// moved keeps what a move took.
func (j *rebalancer) moved(d time.Duration) { j.moving = d }

// stepsOf is how many steps take so many seconds, in whole periods of the halo.
func stepsOf(seconds, perStep float64, depth int) int {
	n := math.Min(seconds/math.Max(perStep, 1e-12), 1e12)
	return max((int(n)+depth-1)/depth, 1) * depth
}

// note keeps what the rows cost in a stretch.
func (j *rebalancer) note(s stretch) {
	between := between(j.problem, j.part.ranks())
	costs := make([]float64, len(j.workers))
	for r, a := range s.ranks {
		w := &j.workers[r]
		lo, hi := j.part.Rows(r)
		if lo < hi {
			w.cost = w.measured(hi-lo, j.depth, between, a.compute/float64(s.steps))
		} else if a.cost > 0 {
			w.cost = a.cost
		}
		costs[r] = w.cost
	}
	j.costs = append(j.costs, costs)
	if most := evidence[len(evidence)-1].stretches; len(j.costs) > most {
		j.costs = j.costs[1:]
	}
}

// measured is the cost of a row that so many seconds for a step, of all rows, tell of:
// the inverse of bands.
func (w *worker) measured(rows, depth int, between bool, seconds float64) float64 {
	if w.device {
		return max(seconds, 1e-12) / float64(rows+depth)
	}
	bands, _ := w.bands(rows, depth, between)
	threads := min(bands, w.threads)
	return max(seconds, 1e-12) * float64(threads) / (float64(rows+depth*bands) * shallow(depth))
}

// weigh finds a partition that is worth moving to, or nil.
func (j *rebalancer) weigh(s stretch) (Partition, int) {
	rest := float64(s.left)
	if j.options.Steps > 0 {
		rest = max(rest, float64(j.options.Steps-s.at))
	} else {
		rest = max(rest, float64(s.at)) // as many again
	}
	for _, e := range evidence {
		if len(j.costs) < e.stretches {
			break
		}
		last := j.costs[len(j.costs)-e.stretches:]
		mean := j.with(means(last))
		part, depth, seconds := mean.divide()
		if part == nil || slices.Equal(part, j.part) {
			continue
		}
		saved := mean.step(j.part, j.depth) - seconds
		if saved*rest < pays*j.moving.Seconds() {
			continue
		}
		gain := math.Inf(1)
		for _, costs := range last {
			then := j.with(costs)
			gain = min(gain, then.step(j.part, j.depth)/then.step(part, depth))
		}
		if gain >= e.gain {
			return part, depth
		}
	}
	return nil, 0
}

// with is the planner at other costs.
func (j *rebalancer) with(costs []float64) *planner {
	c := j.planner
	c.workers = slices.Clone(j.workers)
	for r := range c.workers {
		c.workers[r].cost = costs[r]
	}
	return &c
}

// even is how many times as long a step takes on even rows as on others, by what the
// stretches that are kept say.
func (j *rebalancer) even(part Partition, depth int) float64 {
	c := &j.planner
	if len(j.costs) > 0 {
		c = j.with(means(j.costs))
	}
	_, even := c.depth(Even(j.problem.NY, len(j.workers)))
	return even / c.step(part, depth)
}

// means are the means of each rank's numbers.
func means(all [][]float64) []float64 {
	m := make([]float64, len(all[0]))
	for _, v := range all {
		for r := range m {
			m[r] += v[r] / float64(len(all))
		}
	}
	return m
}
