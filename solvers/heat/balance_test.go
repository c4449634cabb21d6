package heat

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// plannerOf is ranks of one thread each whose rows take so many microseconds.
func plannerOf(rows int, b Boundary, micros ...float64) planner {
	c := planner{problem: problem(100, rows+2, b)}
	for _, m := range micros {
		c.workers = append(c.workers, worker{threads: 1, cost: m * 1e-6, most: rows})
	}
	return c
}

func counts(p Partition) []int {
	var n []int
	for r := range len(p) - 1 {
		n = append(n, p[r+1]-p[r])
	}
	return n
}

func TestDivide(t *testing.T) {
	for name, c := range map[string]struct {
		planner
		most []int // nil: no limit
		want []int // nil: cannot be divided
	}{
		"one rank":                    {plannerOf(50, Dirichlet, 3), nil, []int{50}},
		"equal ranks":                 {plannerOf(1000, Dirichlet, 3, 3), nil, []int{500, 500}},
		"equal ranks, one row more":   {plannerOf(1001, Dirichlet, 3, 3, 3), nil, []int{334, 334, 333}},
		"the interpreter":             {plannerOf(1000, Dirichlet, 10000, 1), nil, []int{0, 1000}},
		"the interpreter in between":  {plannerOf(1000, Periodic, 1, 20000, 1), nil, []int{500, 0, 500}},
		"memory for half":             {plannerOf(1000, Dirichlet, 1, 1e6), []int{600, 500}, []int{600, 400}},
		"memory for all on the slow":  {plannerOf(1000, Dirichlet, 1, 1e6), []int{0, 1000}, []int{0, 1000}},
		"too little memory":           {plannerOf(1000, Dirichlet, 1, 1), []int{500, 499}, nil},
		"fewer rows than ranks":       {plannerOf(2, Dirichlet, 1, 1, 1, 1), nil, []int{1, 1, 0, 0}},
		"fewer rows than ranks, fast": {plannerOf(2, Neumann, 9, 9, 1, 1), nil, []int{0, 0, 1, 1}},
	} {
		for r, n := range c.most {
			c.workers[r].most = n
		}
		part, depth, seconds := c.divide()
		if c.want == nil {
			if part != nil {
				t.Errorf("%s: %v, want none", name, part)
			}
			continue
		}
		if got := counts(part); !slices.Equal(got, c.want) {
			t.Errorf("%s: rows %v, want %v", name, got, c.want)
		}
		if s := c.step(part, depth); s != seconds || depth < 1 {
			t.Errorf("%s: depth %d, %g seconds, but a step takes %g", name, depth, seconds, s)
		}
	}
}

// TestDivideIsProportional divides many rows over ranks of any speed: the times of
// those that have rows differ by no more than a row, and a rank that is as fast has as
// many.
func TestDivideIsProportional(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		ranks, rows := 1+rng.IntN(9), 20000+rng.IntN(20000)
		c := plannerOf(rows, Boundary(rng.IntN(3)))
		for range ranks {
			c.workers = append(c.workers, worker{threads: 1 + rng.IntN(8), cost: 1e-6 * math.Exp(2*rng.Float64()), most: rows})
		}
		part, depth, _ := c.divide()
		if err := part.Validate(rows+2, ranks); err != nil {
			t.Fatal(err)
		}
		if even, _ := c.depth(Even(rows+2, ranks)); c.step(part, depth) > c.step(Even(rows+2, ranks), even)*(1+1e-3) {
			t.Errorf("%v: slower than even rows", c.workers)
		}
		between := between(c.problem, part.ranks())
		for r, n := range counts(part) {
			for q, m := range counts(part) {
				a, b := c.workers[r], c.workers[q]
				_, ta := a.bands(n, depth, between)
				_, tb := b.bands(m, depth, between)
				if a.threads == b.threads && a.cost < b.cost && n < m-1 {
					t.Errorf("the faster rank %d has %d rows, rank %d %d", r, n, q, m)
				}
				// A row more or less, and the meeting of threads, which no one plans for.
				if slack := 2*a.cost*shallow(depth) + 2*b.cost*shallow(depth) + 2*barriers; math.Abs(ta-tb) > slack {
					t.Errorf("%+v: %v at depth %d: rank %d takes %g, rank %d %g", c.workers, counts(part), depth, r, ta, q, tb)
				}
			}
		}
	}
}

// TestDivideIsMonotone makes one rank faster and faster: it never has less rows.
func TestDivideIsMonotone(t *testing.T) {
	for _, rows := range []int{30, 500, 7001} {
		last := 0
		for cost := 5000.0; cost > 0.01; cost /= 1.3 {
			c := plannerOf(rows, Dirichlet, 2, cost, 3)
			part := c.share(8)
			n := counts(part)[1]
			if n < last {
				t.Errorf("%d rows, cost %g: %d rows, with less speed %d", rows, cost, n, last)
			}
			if n > 0 && n < 16 {
				t.Errorf("%d rows, cost %g: %d rows, too few for a depth of 8", rows, cost, n)
			}
			last = n
		}
		if last < rows*9/10 {
			t.Errorf("the fastest has %d of %d rows", last, rows)
		}
	}
}

// A trial has a rebalancer decide for ranks whose real costs are given, step after step.
type trial struct {
	*rebalancer
	real  []float64 // of a row on each rank
	noise float64   // the greatest part that a stretch may be off by
	rng   *rand.Rand
	next  int
	steps int // done
	moves []int
	took  time.Duration // of a move
}

// trialOf begins with even rows.
func trialOf(rows int, real ...float64) *trial {
	c := plannerOf(rows, Dirichlet, real...)
	part := Even(rows+2, len(real))
	depth, _ := c.depth(part)
	t := &trial{rebalancer: &rebalancer{planner: c, part: part, depth: depth, moving: 10 * time.Millisecond}, rng: rand.New(rand.NewPCG(1, 2)), next: depth, took: 10 * time.Millisecond}
	for _, m := range real {
		t.real = append(t.real, m*1e-6)
	}
	return t
}

// stretch does the steps to the next checkpoint, of a run that has so many left then.
func (x *trial) stretch(left int) {
	s := stretch{steps: x.next, left: left}
	x.steps += x.next
	s.at = x.steps
	between := between(x.problem, x.part.ranks())
	for r, w := range x.workers {
		w.cost = x.real[r] * (1 + x.noise*(2*x.rng.Float64()-1))
		lo, hi := x.part.Rows(r)
		_, t := w.bands(hi-lo, x.depth, between)
		a := account{compute: t * float64(s.steps)}
		if lo == hi {
			a.cost = w.cost
		}
		s.ranks = append(s.ranks, a)
		s.elapsed = max(s.elapsed, time.Duration(a.compute*1e9))
	}
	o := x.hear(s)
	if o.ask {
		most := make([]int, len(x.workers))
		for r := range most {
			most[r] = x.workers[r].most
		}
		o = x.settle(most)
	}
	if o.part != nil {
		x.moves = append(x.moves, x.steps)
		x.moved(x.took)
	}
	x.next = o.next
}

// TestNoiseNeverMovesRows gives equal ranks times that differ at random, in thousands
// of stretches in all.
func TestNoiseNeverMovesRows(t *testing.T) {
	stretches := 20000
	if testing.Short() {
		stretches = 500
	}
	for _, ranks := range []int{2, 3, 16, 100} {
		x := trialOf(100*ranks, slices.Repeat([]float64{5}, ranks)...)
		x.noise = 0.1
		for range stretches / ranks {
			x.stretch(math.MaxInt32)
		}
		if len(x.moves) > 0 {
			t.Errorf("%d equal ranks: moves after %v steps", ranks, x.moves)
		}
	}
}

// TestJudge gives ranks speeds and changes them: rows move soon, to the rows that the
// speeds ask for, and then stay.
func TestJudge(t *testing.T) {
	for name, c := range map[string]struct {
		real, then []float64
		noise      float64
		first, all int // moves: until the speeds change, and in the end
	}{
		"much slower":        {[]float64{1, 5, 1}, []float64{1, 5, 1}, 0.05, 1, 1},
		"a little slower":    {[]float64{5, 6}, []float64{5, 6}, 0.02, 1, 1},
		"hardly slower":      {[]float64{100, 103}, []float64{100, 103}, 0.01, 0, 0},
		"slow later":         {[]float64{5, 5}, []float64{5, 15}, 0.05, 0, 1},
		"slow, then not":     {[]float64{2, 9}, []float64{2, 2}, 0.05, 1, 2},
		"all slow the same":  {[]float64{5, 5}, []float64{20, 20}, 0.05, 0, 0},
		"without rows":       {[]float64{1, 50000}, []float64{1, 50000}, 0.05, 1, 1},
		"without, then fast": {[]float64{1, 50000}, []float64{1, 1}, 0.05, 1, 2},
	} {
		x := trialOf(2000, c.real...)
		x.noise = c.noise
		for range 30 {
			x.stretch(math.MaxInt32)
		}
		first := len(x.moves)
		for i, m := range c.then {
			x.real[i] = m * 1e-6
		}
		for range 30 {
			x.stretch(math.MaxInt32)
		}
		if first != c.first || len(x.moves) != c.all {
			t.Errorf("%s: moves at %v, %d of them before the speeds changed; want %d and %d", name, x.moves, first, c.first, c.all)
		}
		ideal := x.with(x.real)
		if _, _, best := ideal.divide(); ideal.step(x.part, x.depth) > 1.08*best {
			t.Errorf("%s: rows %v take %g a step, the best %g", name, counts(x.part), ideal.step(x.part, x.depth), best)
		}
	}
}

// TestJudgeWeighsTheRest gives it a rank that is four times slower: rows stay where a
// move costs more than the rest of the run can save.
func TestJudgeWeighsTheRest(t *testing.T) {
	for _, c := range []struct {
		steps, left int // of all, as far as is known, and of this run
		took        time.Duration
		want        bool
	}{
		{0, math.MaxInt32, time.Second, true},
		{0, 100, 10 * time.Minute, false},
		{1 << 30, 0, time.Second, true},
		{1, 0, time.Second, false},
	} {
		x := trialOf(2000, 1, 4)
		x.options.Steps, x.moving, x.took = c.steps, c.took, c.took
		for range 8 {
			x.stretch(c.left)
		}
		if moved := len(x.moves) > 0; moved != c.want {
			t.Errorf("%+v: moved %v", c, moved)
		}
	}
}

// TestStretchesGrow looks again after longer and longer times, in whole periods of the
// halo, and not for ever longer ones.
func TestStretchesGrow(t *testing.T) {
	x := trialOf(2000, 5, 5)
	last := 0
	for i := range 20 {
		x.stretch(math.MaxInt32)
		if x.next < last || x.next%x.depth != 0 {
			t.Errorf("stretch %d: %d steps after %d, depth %d", i, x.next, last, x.depth)
		}
		last = x.next
	}
	step := x.with(x.real).step(x.part, x.depth)
	if got := step * float64(last); got < 0.9*lastStretch.Seconds() || got > 1.1*lastStretch.Seconds() {
		t.Errorf("the last stretch takes %g seconds, want about %v", got, lastStretch)
	}
}
