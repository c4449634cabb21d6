package montecarlo

import (
	"context"
	"fmt"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"

	"hybrid/gpu"
	"hybrid/internal/guard"
	"hybrid/internal/tally"
	"hybrid/mpi"
	"hybrid/simd"
)

// Options choose how to compute. They change the speed and nothing else; the
// zero value is one thread of the best instruction set.
type Options struct {
	Threads int      // of this rank; 0 for one
	ISA     simd.ISA // instruction set; simd.Auto for the best one
	// Device, if set, does this rank's work. Other ranks may have none.
	Device *gpu.Device
	// Progress, if set, is called by every rank between passes, with the number
	// of samples or walks that all ranks together have done.
	Progress func(done uint64)
	// Costs, if set, is added what this rank spends.
	Costs *Costs
}

// Costs is what a rank has spent.
type Costs struct {
	Compute time.Duration // in drawing and counting; the rest is waiting for other ranks
}

// since adds the time since then.
func (c *Costs) since(began time.Time) {
	if c != nil {
		c.Compute += time.Since(began)
	}
}

// kernel checks the options.
func (o Options) kernel() (*tally.Kernel, error) {
	if o.Threads < 0 {
		return nil, fmt.Errorf("montecarlo: %d threads: want 1 or more, or 0 for one", o.Threads)
	}
	return tally.New(o.ISA)
}

func (o Options) threads() int { return max(o.Threads, 1) }

// share is the run of indices [lo, hi) of n that a rank has.
func share(n uint64, rank, size int) (lo, hi uint64) {
	cut := func(r int) uint64 {
		high, low := bits.Mul64(n, uint64(r))
		q, _ := bits.Div64(high, low, uint64(size)) // r <= size, so the quotient is at most n
		return q
	}
	return cut(rank), cut(rank + 1)
}

// spread has this rank's share of the indices 0 to n taken, in passes of p indices
// of each rank. take leaves early, without an error, when the context ends.
// Collective; the error is every rank's if the context of one has ended or its take
// has failed.
func spread(ctx context.Context, c *mpi.Comm, n uint64, p pace, o Options, take func(ctx context.Context, lo, hi uint64) error) error {
	lo, hi := share(n, c.Rank(), c.Size())
	most := n/uint64(c.Size()) + 1 // of the indices of any rank
	var failed error
	for done := uint64(0); done < most; {
		if err := c.Agree(orEnded(failed, ctx)); err != nil {
			return err
		}
		pass := min(p.next, most-done)
		from := lo + min(done, hi-lo)
		to := from + min(pass, hi-from)
		began := time.Now()
		failed = take(ctx, from, to)
		took := time.Since(began)
		o.Costs.since(began)
		done += pass
		if p.grows() {
			d, err := longest(c, took)
			if err != nil {
				return err
			}
			p.took(d)
		}
		if o.Progress != nil {
			all := uint64(0)
			for r := range c.Size() {
				rlo, rhi := share(n, r, c.Size())
				all += min(rhi-rlo, done)
			}
			o.Progress(all)
		}
	}
	return c.Agree(orEnded(failed, ctx))
}

// from takes indices that begin at first.
func from(first uint64, take func(ctx context.Context, lo, hi uint64) error) func(ctx context.Context, lo, hi uint64) error {
	return func(ctx context.Context, lo, hi uint64) error { return take(ctx, first+lo, first+hi) }
}

func orEnded(err error, ctx context.Context) error {
	if err != nil {
		return err
	}
	return context.Cause(ctx)
}

// each calls work for the pieces of [lo, hi), on so many threads.
func each(ctx context.Context, lo, hi, piece uint64, threads int, work func(thread int, lo, hi uint64)) {
	pieces := (hi - lo + piece - 1) / piece
	var next atomic.Uint64
	run := func(thread int) {
		for ctx.Err() == nil {
			i := next.Add(1) - 1
			if i >= pieces {
				return
			}
			from := lo + i*piece
			work(thread, from, from+min(piece, hi-from))
		}
	}
	var wg sync.WaitGroup
	for thread := 1; thread < int(min(uint64(threads), pieces)); thread++ {
		guard.Go(&wg, func() { run(thread) })
	}
	run(0)
	wg.Wait()
}

// perThread is a value of each thread, on cache lines of its own.
type perThread[T any] []struct {
	v T
	_ [64]byte
}
