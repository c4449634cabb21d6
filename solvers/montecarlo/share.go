package montecarlo

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"hybrid/gpu"
	"hybrid/internal/tally"
	"hybrid/mpi"
	"hybrid/mpi/schedule"
	"hybrid/simd"
)

// Options choose how to compute. They change the speed and nothing else; the
// zero value is one thread of the best instruction set.
type Options struct {
	Threads int      // of this rank; 0 for one
	ISA     simd.ISA // instruction set; simd.Auto for the best one
	// Even keeps the equal shares that ranks begin with; it is the same on all ranks.
	Even bool
	// Device, if set, does this rank's work. Other ranks may have none.
	Device *gpu.Device
	// Progress, if set, is called by every rank now and then with the number of samples or
	// walks that all ranks together have done, by its own, and in the end with all.
	Progress func(done uint64)
	// Costs, if set, is added what this rank spends.
	Costs *Costs
}

// Costs is what a rank has spent.
type Costs struct {
	Compute time.Duration // in drawing and counting, the mean of its threads; the rest is waiting for other ranks
	Done    uint64        // samples or walks
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

// A cut is how indices are taken: in tiles of so many, several tiles at a time.
type cut struct {
	tile    uint64 // the same on all ranks
	workers int
	// atOnce is how many tiles a worker takes of so many that the rank has left, and took
	// takes note of how long that took. A device has one worker.
	atOnce func(left int) int
	took   func(d time.Duration)
}

// threadsTake cuts indices for threads of a processor: a piece each, and less towards the
// end, so that they end together.
func (o Options) threadsTake(tile, piece uint64) cut {
	n := o.threads()
	return cut{tile: tile, workers: n, atOnce: func(left int) int { return min(int(max(piece/tile, 1)), left/(4*n)) }}
}

// deviceTakes cuts indices for a device, of which p is the pace, in tiles.
func deviceTakes(tile uint64, p pace) cut {
	return cut{tile: tile, workers: 1, atOnce: func(left int) int { return min(int(p.next), (left+1)/2) }, took: p.record}
}

// manyRanks of one process share its cores, whoever has more to do: they keep their runs.
const manyRanks = 64

// spread has the indices 0 to n taken, each once, by whichever rank comes to it: ranks
// begin with equal runs, and one that has done its own takes half of what another has
// left. So unequal ranks end together, and equal ones have nothing to say to each other.
// take leaves early, without an error, when useful is false. Collective; the error is
// every rank's if the context of one has ended or its take has failed.
func spread(ctx context.Context, c *mpi.Comm, n uint64, how cut, o Options, take func(worker int, lo, hi uint64, useful func() bool) error) error {
	order := schedule.Stealing
	if o.Even || c.Transport() == "local" && c.Size() > manyRanks {
		order = schedule.Static
	}
	busy := make(perThread[time.Duration], how.workers)
	var done atomic.Uint64
	err := schedule.Run(ctx, c, int((n+how.tile-1)/how.tile), schedule.Options{
		Schedule: order, Workers: how.workers, Want: how.workers, AtOnce: how.atOnce,
	}, func(worker int, t schedule.Tiles, useful func() bool) error {
		began := time.Now()
		lo, hi := uint64(t.From)*how.tile, min(uint64(t.To)*how.tile, n)
		err := take(worker, lo, hi, useful)
		d := time.Since(began)
		busy[worker].v += d
		if how.took != nil {
			how.took(d)
		}
		all := done.Add(hi - lo)
		if worker == 0 && o.Progress != nil && useful() {
			others := (n - all) / 2
			if ranks := uint64(c.Size()); all < others/ranks {
				others = all * (ranks - 1)
			}
			o.Progress(all + others)
		}
		return err
	})
	if o.Costs != nil {
		for i := range busy {
			o.Costs.Compute += busy[i].v / time.Duration(how.workers)
		}
		o.Costs.Done += done.Load()
	}
	if err == nil && o.Progress != nil {
		o.Progress(n)
	}
	return err
}

// perThread is a value of each thread, on cache lines of its own.
type perThread[T any] []struct {
	v T
	_ [64]byte
}
