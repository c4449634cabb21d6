package quadrature

import (
	"context"
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"hybrid/internal/guard"
	"hybrid/internal/integrand"
	"hybrid/mpi"
	"hybrid/simd"
)

// Options choose how to compute. They change the speed and nothing else; the
// zero value is one thread of the best instruction set.
type Options struct {
	Threads int      // of this rank; 0 for one
	ISA     simd.ISA // instruction set; simd.Auto for the best one
	// Progress, if set, is called now and then, by several threads at once, with
	// about how many values of the function all ranks together have computed. The
	// adaptive rule, which does not know how many there will be, does not call it.
	Progress func(points uint64)
}

// An engine computes on the ranks of a communicator and their threads.
type engine struct {
	ctx     context.Context
	comm    *mpi.Comm
	kernel  *integrand.Kernel
	threads int

	progress func(points uint64) // may be nil
	done     *atomic.Uint64      // values that this rank has computed

	coarse bool     // an infinite value makes a sum infinite, and is no error
	lo, hi float64  // the interval
	none   *float64 // in it, the first place found over which there is no integral
}

func newEngine(ctx context.Context, c *mpi.Comm, o Options) (*engine, error) {
	if o.Threads < 0 {
		return nil, fmt.Errorf("quadrature: %d threads: want 1 or more, or 0 for one", o.Threads)
	}
	k, err := integrand.New(o.ISA)
	return &engine{ctx: ctx, comm: c, kernel: k, threads: max(o.Threads, 1), progress: o.Progress, done: new(atomic.Uint64)}, err
}

// all returns f(0) ... f(n-1), each of so many numbers, on every rank. Ranks have
// equal runs of them, threads take them one by one. The error is that of the
// lowest number that has one.
func (t *engine) all(n, width int, f func(i int, out []float64) error) ([]float64, error) {
	size := t.comm.Size()
	counts := make([]int, size)
	cut := func(r int) int { return int(int64(n) * int64(r) / int64(size)) }
	for r := range counts {
		counts[r] = width * (cut(r+1) - cut(r))
	}
	lo, hi := cut(t.comm.Rank()), cut(t.comm.Rank()+1)
	own := make([]float64, width*(hi-lo))
	err := t.each(lo, hi, func(i int) error { return f(i, own[width*(i-lo):width*(i-lo+1)]) })
	if err := t.comm.Agree(err); err != nil {
		return nil, err
	}
	every := make([]float64, width*n)
	return every, mpi.Allgatherv(t.comm, own, every, counts, nil)
}

// each calls f for lo to hi-1 on the threads of this rank. When a call has
// failed, no new ones begin; as they begin in order, the error of the lowest
// number is always found.
func (t *engine) each(lo, hi int, f func(i int) error) error {
	var (
		next, failed atomic.Int64
		mu           sync.Mutex
		first        error
		wg           sync.WaitGroup
	)
	next.Store(int64(lo))
	failed.Store(math.MaxInt64)
	run := func() {
		for failed.Load() == math.MaxInt64 && t.ctx.Err() == nil {
			i := next.Add(1) - 1
			if i >= int64(hi) {
				return
			}
			if err := f(int(i)); err != nil {
				mu.Lock()
				if i < failed.Load() {
					failed.Store(i)
					first = err
				}
				mu.Unlock()
			}
		}
	}
	for range min(t.threads, hi-lo) - 1 {
		guard.Go(&wg, run)
	}
	run()
	wg.Wait()
	if first == nil {
		first = context.Cause(t.ctx)
	}
	return first
}
