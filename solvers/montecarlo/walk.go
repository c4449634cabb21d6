package montecarlo

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"time"

	"hybrid/internal/philox"
	"hybrid/internal/tally"
	"hybrid/mpi"
	"hybrid/mpi/memcheck"
)

const (
	// MaxSteps is the greatest length of a walk: 2^32 blocks of 128 steps.
	MaxSteps = blockSteps << 32

	// MaxAllSteps is the greatest number of steps of all walks together, so that
	// the sum of their ends is an int64.
	MaxAllSteps = 1 << 62

	blockSteps = 128
)

// WalkProblem is a number of random walks on the integers. Each begins at 0 and
// takes steps of +1 or -1 with equal probability.
type WalkProblem struct {
	Walks, Steps uint64 // Steps of each walk
	Seed         uint64 // of the random numbers
	Bins         int    // of the histogram, at most; 0 for 100
}

// Walks is where the walks of a problem have ended.
type Walks struct {
	Sum        int64    // of the end positions
	SumSquares *big.Int // of the same
	Mean       float64  // Sum / Walks; 0 is expected
	// StdDev is the standard deviation of the end positions of these walks, with
	// divisor Walks; the square root of Steps is expected.
	StdDev    float64
	Histogram Histogram
}

// Validate reports whether p can be run.
func (p WalkProblem) Validate() error {
	switch hi, lo := bits.Mul64(p.Walks, p.Steps); {
	case p.Walks == 0:
		return fmt.Errorf("montecarlo: 0 walks: want 1 or more")
	case p.Steps == 0 || p.Steps > MaxSteps:
		return fmt.Errorf("montecarlo: walks of %d steps: want 1 to 2^39 = %d", p.Steps, uint64(MaxSteps))
	case hi > 0 || lo > MaxAllSteps:
		return fmt.Errorf("montecarlo: %d walks of %d steps: want at most 2^62 = %d steps in all", p.Walks, p.Steps, uint64(MaxAllSteps))
	case p.Bins < 0:
		return fmt.Errorf("montecarlo: %d bins: want 1 or more, or 0 for %d", p.Bins, defaultBins)
	}
	return nil
}

// Run takes the walks. Step s of walk i is +1 if bit s%32 of word s/32%4 of
// block s/128 of index i of the seed's stream is one, and -1 if it is zero. All
// sums are exact, and the same on any number of ranks and threads.
//
// It is collective and gives every rank the result. The error is that of the
// problem, on every rank, or of the context or the device of any rank. 128 steps cost a Philox
// block; walks, not steps, are shared out over ranks and threads.
func (p WalkProblem) Run(ctx context.Context, c *mpi.Comm, o Options) (Walks, error) {
	if err := c.Agree(p.Validate()); err != nil {
		return Walks{}, err
	}
	return p.runFrom(ctx, c, 0, o)
}

// runFrom takes p.Walks walks, the first of which has the index first.
func (p WalkProblem) runFrom(ctx context.Context, c *mpi.Comm, first uint64, o Options) (Walks, error) {
	w, err := newWalkers(c, p, o)
	if err != nil {
		return Walks{}, err
	}
	defer w.close()
	if err := w.take(ctx, first, first+p.Walks); err != nil {
		return Walks{}, err
	}
	return w.ends(p.Walks)
}

// walkers take walks in as many pieces as one likes. Their methods are collective.
type walkers struct {
	comm    *mpi.Comm
	options Options
	engine  walkEngine
	how     cut
}

func newWalkers(c *mpi.Comm, p WalkProblem, o Options) (*walkers, error) {
	began := time.Now()
	k, err := o.kernel()
	if err := c.Agree(err); err != nil {
		return nil, err
	}
	if err := p.reserve(c, o); err != nil {
		return nil, err
	}
	w := &walkers{comm: c, options: o, how: o.threadsTake(p.tile(c.Size()), min(max(walkPiece/p.Steps, 4*lanes), maxPiece))}
	if o.Device != nil {
		atOnce := min(max(p.Walks/uint64(c.Size()), w.how.tile), walksAtOnce)
		w.how = deviceTakes(w.how.tile, walkPace.each(p.Steps*w.how.tile, atOnce/w.how.tile))
		w.engine, err = newWalkDevice(o.Device, p, atOnce)
	} else {
		w.engine = newWalkThreads(k, p, o.threads())
	}
	o.Costs.since(began)
	made := err == nil
	if err := c.Agree(err); err != nil {
		if made {
			w.close()
		}
		return nil, err
	}
	return w, nil
}

// take takes the walks from first on, below end.
func (w *walkers) take(ctx context.Context, first, end uint64) error {
	return spread(ctx, w.comm, end-first, w.how, w.options, func(worker int, lo, hi uint64, useful func() bool) error {
		return w.engine.take(worker, first+lo, first+hi, useful)
	})
}

// ends is where all n walks that were taken have ended.
func (w *walkers) ends(n uint64) (Walks, error) {
	began := time.Now()
	all := w.engine.all()
	w.options.Costs.since(began)
	return all.reduce(w.comm, n)
}

func (w *walkers) close() { w.engine.close() }

// tile is the fewest walks that are taken on so many ranks: those of a vector, unless
// ranks would then have none.
func (p WalkProblem) tile(ranks int) uint64 {
	if p.Walks < lanes*uint64(ranks) {
		return 1
	}
	return lanes
}

// reserve checks that the nodes have the memory for the histograms: two of each thread,
// for Verify takes walks again, those that are added up over the threads and ranks and with those of a checkpoint, and on rank 0
// the rows and the text of a file. It is collective.
func (p WalkProblem) reserve(c *mpi.Comm, o Options) error {
	bins := float64(len(newHistogram(p.Steps, p.Bins).all))
	threads := float64(o.threads())
	if o.Device != nil {
		threads = 1
	}
	need := 2 * threads * (8*bins + 8*maxPiece)
	need += 5 * 8 * bins
	if c.Rank() == 0 {
		const row = 3*8 + 2*40 // numbers, and text that grows
		need += row * bins
	}
	return memcheck.Check(c, memcheck.Need{
		What: fmt.Sprintf("montecarlo: %.0f bins for each of %.0f threads need", bins, threads), Instead: "fewer bins or threads", Bytes: need,
		Fits: func(part float64) string { return fmt.Sprintf("%d bins", int(bins*part)) },
	})
}

// A walkEngine takes the walks of a rank.
type walkEngine interface {
	take(worker int, lo, hi uint64, useful func() bool) error
	all() *ends // of all that were taken
	close()
}

// walkThreads are threads of the processor.
type walkThreads struct {
	kernel  *tally.Kernel
	problem WalkProblem
	found   perThread[*ends]
}

func newWalkThreads(k *tally.Kernel, p WalkProblem, threads int) *walkThreads {
	w := &walkThreads{k, p, make(perThread[*ends], threads)}
	for i := range w.found {
		w.found[i].v = newEnds(p)
	}
	return w
}

func (w *walkThreads) take(thread int, lo, hi uint64, useful func() bool) error {
	w.found[thread].v.take(useful, w.kernel, w.problem, lo, hi)
	return nil
}

func (w *walkThreads) all() *ends {
	all := &ends{histogram: newHistogram(w.problem.Steps, w.problem.Bins)}
	for i := range w.found {
		all.merge(w.found[i].v)
	}
	return all
}

func (w *walkThreads) close() {}

const (
	lanes = 8 // walks that the widest kernel takes at once

	// Of the piece that a thread takes at a time: steps, and walks at most, which are
	// counted in half a first-level cache.
	walkPiece, maxPiece = 1 << 25, 2048
)

// ends is what is known of the walks that a thread has taken.
type ends struct {
	sum       int64
	squares   [2]uint64 // their sum, low and high: at most 2^62 steps times 2^39
	histogram Histogram
	ones      []uint64 // of each walk of a piece
}

func newEnds(p WalkProblem) *ends {
	return &ends{histogram: newHistogram(p.Steps, p.Bins), ones: make([]uint64, maxPiece)}
}

// take takes the walks [lo, hi), at most maxPiece. It gives up when that is of no use.
func (e *ends) take(useful func() bool, k *tally.Kernel, p WalkProblem, lo, hi uint64) {
	// A few walks more than asked for are cheaper than a vector that is not full.
	ones := e.ones[:(hi-lo+lanes-1)/lanes*lanes]
	clear(ones)
	stream := philox.New(p.Seed, philox.Walk)
	const atOnce = 1 << 10 * blockSteps // between two looks around
	for done := uint64(0); done < p.Steps; done += atOnce {
		if !useful() {
			return
		}
		k.Ones(stream, lo, uint32(done/blockSteps), min(atOnce, p.Steps-done), ones)
	}
	for _, n := range ones[:hi-lo] {
		e.add(2*int64(n) - int64(p.Steps))
	}
}

func (e *ends) add(end int64) {
	e.sum += end
	hi, lo := bits.Mul64(uint64(max(end, -end)), uint64(max(end, -end)))
	e.addSquares(lo, hi)
	e.histogram.add(end)
}

func (e *ends) addSquares(lo, hi uint64) {
	var carry uint64
	e.squares[0], carry = bits.Add64(e.squares[0], lo, 0)
	e.squares[1] += hi + carry
}

// addParts adds parts that are 32 bits apart and have 64 bits each.
func (e *ends) addParts(parts [3]uint64) {
	e.addSquares(parts[0], 0)
	e.addSquares(parts[1]<<32, parts[1]>>32)
	e.addSquares(0, parts[2])
}

func (e *ends) merge(o *ends) {
	e.sum += o.sum
	e.addSquares(o.squares[0], o.squares[1])
	for i, n := range o.histogram.all {
		e.histogram.all[i] += n
	}
}

// reduce adds up all ranks', n walks in all. The sum of squares travels in parts of 32 bits.
func (e *ends) reduce(c *mpi.Comm, n uint64) (Walks, error) {
	const low = math.MaxUint32
	parts := []uint64{uint64(e.sum), e.squares[0] & low, e.squares[0] >> 32, e.squares[1] & low, e.squares[1] >> 32}
	parts = append(parts, e.histogram.all...)
	if err := mpi.Allreduce(c, parts, parts, mpi.Sum); err != nil {
		return Walks{}, err
	}
	w := Walks{Sum: int64(parts[0]), SumSquares: new(big.Int), Histogram: e.histogram}
	for i := 4; i >= 1; i-- {
		w.SumSquares.Lsh(w.SumSquares, 32).Add(w.SumSquares, new(big.Int).SetUint64(parts[i]))
	}
	w.Histogram.set(parts[5:])
	w.Mean, w.StdDev = moments(n, w.Sum, w.SumSquares)
	return w, nil
}

// moments returns sum/n and sqrt(squares/n - (sum/n)²), the difference exact; 0 of none.
func moments(n uint64, sum int64, squares *big.Int) (mean, stdDev float64) {
	if n == 0 {
		return 0, 0
	}
	count, s := new(big.Int).SetUint64(n), big.NewInt(sum)
	mean, _ = new(big.Rat).SetFrac(s, count).Float64()
	v := new(big.Int).Mul(count, squares)
	v.Sub(v, new(big.Int).Mul(s, s))
	variance, _ := new(big.Rat).SetFrac(v, new(big.Int).Mul(count, count)).Float64()
	return mean, math.Sqrt(variance)
}
