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
	p, err := newPiCount(c, seed, o)
	if err != nil {
		return 0, err
	}
	defer p.close()
	if err := p.count(ctx, first, end); err != nil {
		return 0, err
	}
	return p.inside()
}

// A piCount counts points in as many pieces as one likes. Its methods are collective.
type piCount struct {
	comm    *mpi.Comm
	options Options
	engine  piEngine
	how     cut
}

func newPiCount(c *mpi.Comm, seed uint64, o Options) (*piCount, error) {
	began := time.Now()
	k, err := o.kernel()
	p := &piCount{comm: c, options: o, how: o.threadsTake(piTile, piPiece)}
	p.engine = &piThreads{k, philox.New(seed, philox.Pi), make(perThread[uint64], o.threads())}
	if err == nil && o.Device != nil {
		p.engine, err = newPiDevice(o.Device, seed, k)
		p.how = deviceTakes(piTile, piPace.each(piTile, piPace.most))
	}
	o.Costs.since(began)
	made := err == nil
	if err := c.Agree(err); err != nil {
		if made {
			p.close()
		}
		return nil, err
	}
	return p, nil
}

// count counts the points from first on, below end.
func (p *piCount) count(ctx context.Context, first, end uint64) error {
	return spread(ctx, p.comm, end-first, p.how, p.options, func(worker int, lo, hi uint64, useful func() bool) error {
		return p.engine.take(worker, first+lo, first+hi, useful)
	})
}

// inside is how many of all that were counted are.
func (p *piCount) inside() (uint64, error) {
	began := time.Now()
	inside, err := p.engine.inside() // a device may have most of the work before it
	p.options.Costs.since(began)
	if err := p.comm.Agree(err); err != nil {
		return 0, err
	}
	all := []uint64{inside}
	err = mpi.Allreduce(p.comm, all, all, mpi.Sum)
	return all[0], err
}

func (p *piCount) close() { p.engine.close() }

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
