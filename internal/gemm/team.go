package gemm

import (
	"runtime"
	"sync/atomic"
	"time"

	"hybrid/internal/guard"
)

// A team is the goroutines that help those that call. One that has finished
// spins for a short time, for the next region, before it ends, because waking
// a thread takes longer than many a small product.
type team struct {
	slots []atomic.Pointer[region] // nil: nobody; &idle: a goroutine spins there; else: what it is to do
}

// A region is what several threads do together, as in OpenMP: each calls run once,
// with its own number, and the last to leave calls done. The caller of start is
// number 0.
type region struct {
	run   func(id int)
	done  func()
	ids   atomic.Int32
	users atomic.Int32
}

var idle region

// spinTime is how long a goroutine spins for another region.
const spinTime = 100 * time.Microsecond

func newTeam(threads int) *team { return &team{make([]atomic.Pointer[region], threads-1)} }

// start lets so many threads run e, this goroutine among them, and returns when
// this one has.
func (t *team) start(e *region, threads int) {
	e.ids.Store(0)
	e.users.Store(int32(threads))
	slot := 0
	for range threads - 1 {
		for ; slot < len(t.slots); slot++ {
			if p := &t.slots[slot]; p.Load() == &idle && p.CompareAndSwap(&idle, e) {
				break
			}
		}
		if slot == len(t.slots) {
			go guard.Run(func() { t.help(e) })
		}
	}
	e.run(0)
}

// leave is called once by every thread that ran e, when it looks at it no more.
func (e *region) leave() {
	if e.users.Add(-1) == 0 {
		e.done()
	}
}

// help runs e and what comes soon after it.
func (t *team) help(e *region) {
	for e != nil {
		e.run(int(e.ids.Add(1)))
		e.leave()
		e = t.spin()
	}
}

// spin returns the next region, or nil when none came in time or enough others spin.
func (t *team) spin() *region {
	for i := range t.slots {
		p := &t.slots[i]
		if p.Load() != nil || !p.CompareAndSwap(nil, &idle) {
			continue
		}
		for began := time.Now(); time.Since(began) < spinTime; runtime.Gosched() {
			for range 100 {
				if e := p.Load(); e != &idle {
					p.Store(nil)
					return e
				}
			}
		}
		if !p.CompareAndSwap(&idle, nil) {
			return p.Swap(nil)
		}
		return nil
	}
	return nil
}
