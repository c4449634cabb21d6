package schedule

import (
	"context"
	"sync"
	"time"

	"hybrid/internal/guard"
	"hybrid/mpi"
)

// Options say how a rank takes part. All ranks have the same Schedule and Chunk.
type Options struct {
	Schedule Schedule
	Workers  int // that take tiles, each on a goroutine; at least 1
	// Want is how many tiles keep the rank busy: with fewer left it asks for more.
	Want int
	// Chunk is the number of tiles, for each of Want, that rank 0 hands out at least where
	// the schedule is Dynamic or Guided; 0 for one.
	Chunk int
	// AtOnce says how many tiles a worker takes next, of so many that the rank has left;
	// nil is one. At most so many that follow each other are taken, at least one.
	AtOnce func(left int) int
}

// Run has work done on tiles 0 to n-1, each once, and returns on every rank when all are
// done. work is called by several workers at once. Now and then, some thousand times a
// second, it calls useful or returns, so that other ranks are answered, and gives up when
// useful is false. The error of any rank's context or work ends the work of all, where ranks
// take tiles from each other, and is every rank's.
//
// It is collective. The cost beside the work is next to nothing where all ranks are
// equally fast, and grows with the logarithm of n for each rank that is not.
func Run(ctx context.Context, c *mpi.Comm, n int, o Options, work func(worker int, t Tiles, useful func() bool) error) error {
	l := &leader{ctx: ctx, comm: c, queue: newQueue(), many: c.Transport() == "local" && c.Size() > few}
	l.schedule = o.Schedule.scheduler(c, l.queue, n, max(o.Chunk, 1), max(o.Want, 1))
	if o.AtOnce == nil {
		o.AtOnce = func(int) int { return 1 }
	}
	errs := make([]error, max(o.Workers, 1))
	var wg sync.WaitGroup
	for worker := 1; worker < len(errs); worker++ {
		guard.Go(&wg, func() {
			useful := func() bool { return ctx.Err() == nil && !l.queue.lost.Load() }
			for errs[worker] == nil {
				t, ok := l.queue.take(o.AtOnce, true)
				if !ok {
					return
				}
				if useful() {
					if errs[worker] = work(worker, t, useful); errs[worker] != nil {
						l.queue.lose()
					}
				}
			}
		})
	}
	errs[0] = l.lead(o.AtOnce, func(t Tiles) error { return work(0, t, l.useful) })
	l.queue.close()
	wg.Wait()
	for _, err := range append(errs, context.Cause(ctx)) {
		if err != nil {
			return c.Agree(err)
		}
	}
	return c.Agree(nil)
}

// A leader is the worker that sees to the messages of its rank.
type leader struct {
	ctx      context.Context
	comm     *mpi.Comm
	many     bool // ranks of this process: too many for each to look for messages now and then
	queue    *queue
	schedule scheduler
	looked   time.Time
	failed   error // of a message
}

// betweenLooks is the least time between two looks at the messages while there is work: a
// look costs some microseconds under MPI.
const betweenLooks = 250 * time.Microsecond

// useful sees to the messages and reports whether there is any use in working on.
func (l *leader) useful() bool {
	if time.Since(l.looked) >= betweenLooks {
		l.look()
	}
	return l.failed == nil && l.ctx.Err() == nil && !l.queue.lost.Load()
}

func (l *leader) look() {
	if l.failed == nil {
		l.failed = l.schedule.look()
	}
	l.looked = time.Now()
}

// lead works and sees to the messages until no tile is left anywhere.
func (l *leader) lead(atOnce func(left int) int, work func(t Tiles) error) (failed error) {
	for idle := 0; ; {
		if !l.useful() && l.failed != nil {
			return l.failed
		}
		if failed != nil || l.ctx.Err() != nil {
			l.queue.lose()
		}
		if t, ok := l.queue.take(atOnce, false); ok {
			idle = 0
			failed = work(t)
			continue
		}
		if l.look(); l.failed == nil && l.queue.len() == 0 && l.schedule.over() {
			return failed
		}
		// Nothing to do until a message comes: look often at first.
		if idle++; l.many && l.schedule.asked() {
			_, l.failed = l.comm.Probe(mpi.AnySource, mpi.AnyTag)
		} else if idle > 100 {
			time.Sleep(min(time.Duration(idle)*restTime/100, longestRest))
		}
	}
}

const (
	restTime    = 20 * time.Microsecond
	longestRest = time.Millisecond
)
