package cli

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"hybrid/mpi"
	"hybrid/solvers/task"
)

// An interruption is the signal that ended a run.
type interruption struct {
	signal   syscall.Signal
	complete bool // all was computed and every output file written
}

func (i *interruption) Error() string {
	if i.complete {
		return fmt.Sprintf("ended by %s after the run was complete, before all was printed", SignalName(i.signal))
	}
	return fmt.Sprintf("ended by %s before the run was complete", SignalName(i.signal))
}

// ExitCode is what a shell reports of a process that a signal ended.
func (i *interruption) ExitCode() int { return 128 + int(i.signal) }

// patience is how long a run that was told to stop may take to do it: longer than
// package mpi waits for the other ranks before it ends the job, which is the
// better end, since it leaves no rank behind.
const patience = 1250 * time.Millisecond

// softPatience is how long all ranks of a run that saves itself first may take to agree to
// stop, if that is more than a few pieces of the run take. Then it may take as long as the
// disk does: whoever does not want to wait sends another signal.
const softPatience = 10 * time.Second

// An interrupter ends the program when it is told to. A run that stops by
// itself has its context cancelled, and some time; whatever does not end then, or
// gets a second signal, is cleaned up after and ended.
type interrupter struct {
	ctx     context.Context
	cancel  context.CancelCauseFunc
	signals chan os.Signal
	over    chan struct{}
	stopped sync.Once
	exit    func(status int)
	report  func(error)

	// silent is set where this process is one of the tasks of a launcher. A
	// launcher signals all as soon as one ends, whatever for: those that wait in
	// vain for the others need not say so.
	silent bool

	running  atomic.Bool  // there is a run that stops by itself
	keeps    atomic.Bool  // it keeps checkpoints, as soon as it has begun: SIGUSR1 does not end it
	soft     atomic.Bool  // which keeps checkpoints: it is asked to stop, and does so behind one
	save     atomic.Bool  // it is asked for a checkpoint
	asked    atomic.Int32 // the signal that asks it to stop; 0 is none
	piece    atomic.Int64 // how long its last piece took
	stopping atomic.Bool  // all ranks have agreed to stop
	complete atomic.Bool  // what it was for is done

	mu      sync.Mutex
	cleanup []func()
}

func newInterrupter(exit func(int), report func(error)) *interrupter {
	l, launched := mpi.Detect()
	i := &interrupter{
		signals: make(chan os.Signal, 2), over: make(chan struct{}),
		exit: exit, report: report, silent: launched && l.Size != 1,
	}
	i.ctx, i.cancel = context.WithCancelCause(context.Background())
	signal.Notify(i.signals, Endings...)
	go i.watch()
	return i
}

func (i *interrupter) watch() {
	first, ok := i.next()
	for ok && i.keeps.Load() && asksToSave(first) {
		i.save.Store(true)
		first, ok = i.next()
	}
	if !ok {
		return
	}
	cause := &interruption{signal: first}
	soft := i.soft.Load() && asksToStop(first)
	if soft {
		i.asked.Store(int32(first))
	} else {
		i.cancel(cause)
	}
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for began, waiting := time.Now(), true; waiting; {
		select {
		case <-i.over:
			return
		case s := <-i.signals:
			waiting = soft && asksToSave(s.(syscall.Signal)) // it will save anyway
		case <-look.C:
			waiting = time.Since(began) < i.wait(soft)
		}
	}
	i.cancel(cause)
	i.clean()
	if !i.silent {
		i.report(&interruption{cause.signal, i.complete.Load()})
	}
	i.exit(cause.ExitCode())
}

// next is the next signal; ok is false when the watch is over.
func (i *interrupter) next() (s syscall.Signal, ok bool) {
	select {
	case s := <-i.signals:
		return s.(syscall.Signal), true
	case <-i.over:
		return 0, false
	}
}

// wait is how long to wait for the run to end.
func (i *interrupter) wait(soft bool) time.Duration {
	switch {
	case !i.running.Load():
		return 0
	case !soft:
		return patience
	case i.stopping.Load():
		return math.MaxInt64
	}
	return max(softPatience, 4*time.Duration(i.piece.Load()))
}

// request is what signals have asked of a run that keeps checkpoints, the last piece of which
// took so long.
func (i *interrupter) request(piece time.Duration) task.Request {
	i.piece.Store(int64(piece))
	return task.Request{Save: i.save.Swap(false), Stop: int(i.asked.Load())}
}

// end cleans up, as far as that can be done soon, and ends the process.
func (i *interrupter) end(status int) {
	cleaned := make(chan struct{})
	go func() {
		i.clean()
		close(cleaned)
	}()
	select {
	case <-cleaned:
	case <-time.After(patience):
	}
	i.exit(status)
}

// onEnd adds something to do before a run that was told to stop ends.
func (i *interrupter) onEnd(f func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.cleanup = append(i.cleanup, f)
}

func (i *interrupter) clean() {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, f := range i.cleanup {
		f()
	}
}

// cause is why the run must stop, nil if it need not.
func (i *interrupter) cause() error {
	if i.ctx.Err() == nil {
		return nil
	}
	return context.Cause(i.ctx)
}

// stop ends the watch.
func (i *interrupter) stop() {
	i.stopped.Do(func() {
		signal.Stop(i.signals)
		close(i.over)
	})
}
