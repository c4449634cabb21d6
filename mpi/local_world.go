package mpi

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// A localWorld is a set of ranks that are goroutines of this process.
type localWorld struct {
	boxes    []mailbox
	all      []int // the numbers of all ranks
	about    description
	spin     bool         // there are processors enough for every rank to wait by looking
	contexts atomic.Int32 // message spaces given out
	groups   sync.Map     // of communicators that are being made, by number; see split
	ended    atomic.Bool
	open     []openList // requests of each rank
	turns    turns      // to run; nil: all ranks have one

	mu       sync.Mutex
	cause    error        // why it ended
	who      int          // the rank whose error that was, or -1
	waits    [][]*localOp // what each rank is parked on
	returned []bool
	stopped  int // ranks that are parked or have returned
}

func newLocalWorld(size int) *localWorld {
	host, _ := os.Hostname() // a host without a name is shown without one
	w := &localWorld{
		boxes: make([]mailbox, size),
		all:   make([]int, size),
		about: description{
			name:    "local",
			library: "goroutines of one process, " + runtime.Version(),
			host:    host,
			tagUB:   1<<31 - 1,
		},
		spin:     size > 1 && size <= runtime.GOMAXPROCS(0),
		open:     make([]openList, size),
		waits:    make([][]*localOp, size),
		returned: make([]bool, size),
		turns:    newTurns(size),
	}
	for i := range w.boxes {
		w.all[i] = i
		w.boxes[i].patience.Store(maxLooks)
	}
	return w
}

// comm is the communicator of all ranks, as one of them sees it.
func (w *localWorld) comm(rank int) *Comm {
	c := newComm(newLocalComm(w, rank, w.all, 0), rank, len(w.all))
	c.world = true
	return c
}

// park notes that a rank is about to sleep on o, and unpark that it sleeps no more. Once
// the world has ended nobody sleeps.
func (w *localWorld) park(o *localOp) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.waits[o.owner]) == 0 {
		w.stopped++
	}
	w.waits[o.owner] = append(w.waits[o.owner], o)
	if w.ended.Load() {
		w.release(o)
	} else {
		w.findDeadlock()
	}
}

func (w *localWorld) unpark(o *localOp) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.waits[o.owner]
	i := slices.Index(list, o)
	w.waits[o.owner] = slices.Delete(list, i, i+1)
	if len(list) == 1 {
		w.stopped--
	}
}

// leave notes that a rank has returned.
func (w *localWorld) leave(rank int, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.returned[rank] = true
	w.stopped++
	if err != nil {
		w.end(rank, err)
	} else {
		w.findDeadlock()
	}
}

// findDeadlock ends the world when every rank is parked or has returned and
// none of what they are parked on is done. A rank that completes another's
// operation does so before it parks itself, so nothing can be under way then.
func (w *localWorld) findDeadlock() {
	if w.stopped < len(w.boxes) || w.ended.Load() {
		return
	}
	parked := false
	for _, list := range w.waits {
		for _, o := range list {
			if o.done() {
				return
			}
			parked = true
		}
	}
	if !parked {
		return
	}
	found := &DeadlockError{make([]string, len(w.boxes))}
	for rank := range w.boxes {
		if w.returned[rank] {
			found.Ranks[rank] = "has returned"
		} else {
			found.Ranks[rank] = w.waits[rank][0].waitsFor()
		}
	}
	w.end(-1, found)
}

// end makes every call fail from now on; the first cause stays. w.mu is held.
func (w *localWorld) end(who int, cause error) {
	if w.ended.Load() {
		return
	}
	w.who, w.cause = who, cause
	w.ended.Store(true)
	for _, list := range w.waits {
		for _, o := range list {
			w.release(o)
		}
	}
}

// release completes what a rank is parked on, unless another rank is about to. w.mu is
// held.
func (w *localWorld) release(o *localOp) {
	if o.box.withdraw(o) {
		o.err = w.aborted()
		o.complete()
	}
}

// abortedError is what calls return after the end.
func (w *localWorld) abortedError() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.aborted()
}

// aborted is abortedError where w.mu is held.
func (w *localWorld) aborted() error {
	if w.who < 0 {
		return fmt.Errorf("%w: %v", ErrAborted, w.cause)
	}
	return fmt.Errorf("%w: rank %d: %v", ErrAborted, w.who, w.cause)
}

// verdict is the error of a finished run: that of the lowest rank that has one
// of its own, else whatever ended the world, else what was left unfinished.
func (w *localWorld) verdict(errs []error) error {
	var remote *RemoteError
	for _, err := range errs {
		if err != nil && !errors.Is(err, ErrAborted) && !errors.As(err, &remote) {
			return err
		}
	}
	if w.cause != nil {
		return w.cause
	}
	if left := w.unfinished(); len(left) > 0 {
		return &UnfinishedError{left}
	}
	return nil
}
