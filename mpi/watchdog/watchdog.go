// Package watchdog ends a job in which nothing moves any more, and says which ranks
// stand still and what they do: one whose process was stopped or does not answer, one
// that computes without coming further, and all of them where each waits for another.
// A rank that waits for one that still moves is left alone, however long it waits.
//
// Ranks of one process are looked at from a goroutine beside them. Over MPI each process
// listens on a TCP port, which the ranks tell each other at the start together with a
// random word that a caller must know, and rank 0's process asks the others how far they
// are; where it is the one that does not answer, the lowest rank that does takes its place. MPI
// itself is not called: a rank that hangs in it is found too.
//
// Time counts only while the watcher runs: a job that was suspended as a whole goes on as
// if it had not been.
package watchdog

import (
	"sync"
	"time"

	"hybrid/mpi"
)

// Options say when a rank stands still and what is done then.
type Options struct {
	After time.Duration // how long a rank may stand still; above 0

	// Warn prints a line for people: when a process cannot be reached.
	Warn func(format string, args ...any)
	// Report prints an error. It is called once, in the process that has found it.
	Report func(error)
	// End ends this process with the error's status, and says nothing. It is called in every process
	// that answers.
	End func()
}

// A Watchdog watches over the ranks of a job from one of its processes.
type Watchdog struct {
	o    Options
	tick time.Duration

	over  chan struct{} // closed when nobody is left to watch
	ended sync.Once
	apart bool // a test has ranks of one process be watched as if each had one of its own

	mu               sync.Mutex
	states           []rankState     // of all ranks
	own              []*mpi.Activity // of ranks that are goroutines of this process
	joined, returned int
	barked, warned   bool

	peer *peer // over MPI
}

// New makes the watchdog of a process, before its ranks begin.
func New(o Options) *Watchdog {
	return &Watchdog{o: o, tick: min(max(o.After/20, 50*time.Millisecond), time.Second), over: make(chan struct{})}
}

// Join has the watchdog look after a rank, until it calls leave. c is the communicator that Run has handed
// out, before anything was made of it. It is collective. The cost is that of Comm.Watch, in
// which every call of the rank becomes a little dearer, and over MPI, at the start, that
// of an Allgatherv and a Bcast.
func (d *Watchdog) Join(c *mpi.Comm) (leave func(), err error) {
	activity := c.Watch()
	if c.Transport() == "local" && !d.apart {
		d.add(c, activity)
	} else if err := d.listen(c, activity); err != nil {
		return func() {}, err
	}
	return func() {
		activity.Return()
		d.mu.Lock()
		defer d.mu.Unlock()
		// Over MPI the process answers for as long as it lives: others may still
		// compute, and its end is for them to see.
		if d.returned++; d.returned == len(d.own) {
			d.stop()
		}
	}, nil
}

func (d *Watchdog) stop() { d.ended.Do(func() { close(d.over) }) }

// add takes a rank of this process; the last one to come lets the watch begin.
func (d *Watchdog) add(c *mpi.Comm, a *mpi.Activity) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.own == nil {
		d.own, d.states = make([]*mpi.Activity, c.Size()), make([]rankState, c.Size())
	}
	d.own[c.Rank()] = a
	d.states[c.Rank()] = rankState{rank: c.Rank()}
	if d.joined++; d.joined == c.Size() {
		go d.watch(func() {
			for r, a := range d.own {
				d.states[r].hear(beat{a.Moves(), a.Doing()})
			}
		})
	}
}

// watch looks at all ranks again and again. look is called with the lock held.
func (d *Watchdog) watch(look func()) {
	d.each(func(passed time.Duration) {
		for r := range d.states {
			d.states[r].wait(passed)
		}
		look()
		if found := diagnose(d.states, d.o.After, 3*d.tick); found != nil {
			d.announce(found)
		}
	})
}

// each calls f again and again, with the time since it did so last, until all is over. A
// time in which the process did not run does not count. f is called with the lock held.
func (d *Watchdog) each(f func(passed time.Duration)) {
	t := time.NewTicker(d.tick)
	defer t.Stop()
	for last := time.Now(); ; {
		select {
		case <-d.over:
			return
		case <-t.C:
		}
		now := time.Now()
		d.mu.Lock()
		if !d.barked {
			f(min(now.Sub(last), 2*d.tick))
		}
		d.mu.Unlock()
		last = now
	}
}

// announce tells of the ranks that stand still, and has all processes end. The lock is held.
func (d *Watchdog) announce(found *StallError) {
	d.barked = true
	go func() {
		d.explain(found)
		d.o.Report(found)
		d.end()
		d.o.End()
	}()
}
