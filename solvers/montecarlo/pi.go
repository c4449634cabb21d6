package montecarlo

import (
	"context"
	"fmt"
	"math"
	"time"

	"hybrid/internal/philox"
	"hybrid/internal/tally"
	"hybrid/mpi"
)

// MaxSamples is the greatest number of samples that EstimatePi takes.
const MaxSamples = 1 << 62

// Pi is an estimate of pi.
type Pi struct {
	Samples uint64  // points in the unit square
	Inside  uint64  // those inside the quarter of the unit circle
	Value   float64 // 4 Inside/Samples
	// Stderr is the standard error of Value, estimated from the sample: with
	// p = Inside/Samples, 4 sqrt(p(1-p)/Samples). It is 0 where all points fell
	// on one side, which says nothing.
	Stderr float64
}

// Samples of the piece that a thread takes at a time, 0.1 ms of one with vectors, and the
// fewest that are taken.
const (
	piPiece = 1 << 17
	piTile  = 1 << 12
)

// EstimatePi estimates pi from samples points, uniform in the unit square: the
// part of them that lies inside the quarter of the unit circle is pi/4. Point i
// has the coordinates (r+1/2)/2^32, for r the words 0 and 1 of block i/2 of the
// seed's stream if i is even, words 2 and 3 if i is odd. The count is exact, and
// the same on any number of ranks and threads.
//
// It is collective and gives every rank the result. The error is that of the
// arguments, on every rank, or of the context or the device of any rank. A sample costs half a Philox block and two squares.
func EstimatePi(ctx context.Context, c *mpi.Comm, samples, seed uint64, o Options) (Pi, error) {
	var err error
	if samples == 0 || samples > MaxSamples {
		err = fmt.Errorf("montecarlo: %d samples: want 1 to 2^62 = %d", samples, uint64(MaxSamples))
	}
	if err := c.Agree(err); err != nil {
		return Pi{}, err
	}
	inside, err := countInside(ctx, c, 0, samples, seed, o)
	if err != nil {
		return Pi{}, err
	}
	return newPi(samples, inside), nil
}

// countInside counts the points from first on, below end, that are inside. It is
// collective.
func countInside(ctx context.Context, c *mpi.Comm, first, end, seed uint64, o Options) (uint64, error) {
	began := time.Now()
	k, err := o.kernel()
	stream := philox.New(seed, philox.Pi)
	var e piEngine = &piThreads{k, stream, make(perThread[uint64], o.threads())}
	how := o.threadsTake(piTile, piPiece)
	if err == nil && o.Device != nil {
		e, err = newPiDevice(o.Device, seed, k)
		how = deviceTakes(piTile, piPace.each(piTile, piPace.most))
	}
	if err == nil {
		defer e.close()
	}
	o.Costs.since(began)
	if err := c.Agree(err); err != nil {
		return 0, err
	}
	take := func(worker int, lo, hi uint64, useful func() bool) error {
		return e.take(worker, first+lo, first+hi, useful)
	}
	if err := spread(ctx, c, end-first, how, o, take); err != nil {
		return 0, err
	}
	began = time.Now()
	inside, err := e.inside() // a device may have most of the work before it
	o.Costs.since(began)
	if err := c.Agree(err); err != nil {
		return 0, err
	}
	all := []uint64{inside}
	if err := mpi.Allreduce(c, all, all, mpi.Sum); err != nil {
		return 0, err
	}
	return all[0], nil
}

// A piEngine counts the points of a rank inside the quarter of the circle.
type piEngine interface {
	take(worker int, lo, hi uint64, useful func() bool) error
	inside() (uint64, error) // among all that were taken
	close()
}

// piThreads are threads of the processor.
type piThreads struct {
	kernel *tally.Kernel
	stream philox.Stream
	counts perThread[uint64]
}

func (p *piThreads) take(thread int, lo, hi uint64, _ func() bool) error {
	p.counts[thread].v += p.kernel.Inside(p.stream, lo, hi-lo)
	return nil
}

func (p *piThreads) inside() (uint64, error) {
	n := uint64(0)
	for i := range p.counts {
		n += p.counts[i].v
	}
	return n, nil
}

func (p *piThreads) close() {}

func newPi(samples, inside uint64) Pi {
	n := float64(samples)
	p := float64(inside) / n
	q := float64(samples-inside) / n
	return Pi{samples, inside, 4 * p, 4 * math.Sqrt(p*q/n)}
}
