package gemm

import (
	"runtime"
	"sync/atomic"
	"time"

	"hybrid/internal/guard"
)

// A team is the goroutines that help those that call. One that has finished
// looks out for the next errand for a short time before it ends, because waking
// a thread takes longer than many a small product.
type team struct {
	places []atomic.Pointer[errand] // nil: nobody; &waiting: somebody looks out; else: what that one is to do
}

// An errand is something that several threads do together: each calls run once,
// with its own number, and the last to leave calls done. The caller of start is
// number 0.
type errand struct {
	run   func(id int)
	done  func()
	ids   atomic.Int32
	users atomic.Int32
}

var waiting errand

// patience is how long a goroutine looks out for another errand.
const patience = 100 * time.Microsecond

func newTeam(threads int) *team { return &team{make([]atomic.Pointer[errand], threads-1)} }

// start lets so many threads run e, this goroutine among them, and returns when
// this one has.
func (t *team) start(e *errand, threads int) {
	e.ids.Store(0)
	e.users.Store(int32(threads))
	place := 0
	for range threads - 1 {
		for ; place < len(t.places); place++ {
			if p := &t.places[place]; p.Load() == &waiting && p.CompareAndSwap(&waiting, e) {
				break
			}
		}
		if place == len(t.places) {
			go guard.Run(func() { t.help(e) })
		}
	}
	e.run(0)
}

// leave is called once by every thread that ran e, when it looks at it no more.
func (e *errand) leave() {
	if e.users.Add(-1) == 0 {
		e.done()
	}
}

// help runs e and what comes soon after it.
func (t *team) help(e *errand) {
	for e != nil {
		e.run(int(e.ids.Add(1)))
		e.leave()
		e = t.lookOut()
	}
}

// lookOut returns the next errand, or nil when none came in time or enough
// others look out.
func (t *team) lookOut() *errand {
	for i := range t.places {
		p := &t.places[i]
		if p.Load() != nil || !p.CompareAndSwap(nil, &waiting) {
			continue
		}
		for began := time.Now(); time.Since(began) < patience; runtime.Gosched() {
			for range 100 {
				if e := p.Load(); e != &waiting {
					p.Store(nil)
					return e
				}
			}
		}
		if !p.CompareAndSwap(&waiting, nil) {
			return p.Swap(nil)
		}
		return nil
	}
	return nil
}
