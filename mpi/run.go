package mpi

import (
	"errors"
	"runtime/debug"
	"time"
)

// Run calls f once on every rank, each call with its own Comm, and returns when
// all have returned. It is Runner{Ranks: ranks}.Run(f).
func Run(ranks int, f func(*Comm) error) error {
	return Runner{Ranks: ranks}.Run(f)
}

// Runner says how to run.
type Runner struct {
	// Ranks above 0 is the number of ranks, goroutines of this process. With 0
	// the ranks are the tasks of the launcher that started this process, over
	// MPI, and where there is none, one local rank.
	Ranks int

	// Report, where not nil, is called with every error that is not a
	// *RemoteError, on the rank that has it, before the job ends: the place to
	// print it. A process that prints after Run may have been ended by then.
	Report func(error)
}

// Run calls f once on every rank. An error or a panic on one rank ends all:
//
// Ranks of the local transport find their calls failing with ErrAborted, and
// Run returns the error of the lowest rank that has another one; a panic
// becomes a *PanicError. All ranks must return: one that computes on without
// ever calling anything here is waited for.
//
// Under MPI, if the other ranks return too within a second, MPI is finalized
// and each process's Run returns its own rank's error. Otherwise they are in
// the middle of something, or blocked for good, and the job is ended by
// MPI_Abort, with the status that the error's ExitCode method gives, else 1;
// Run does not return then.
//
// Under MPI Run can be called once in a process.
func (r Runner) Run(f func(*Comm) error) error {
	if r.Ranks < 0 {
		return r.report(fail("Run", ClassArg, "%d ranks; want 1 or more, or 0 for the launcher's", r.Ranks))
	}
	if r.Ranks > 0 {
		return r.report(runLocal(r.Ranks, f))
	}
	l, launched := Detect()
	if !launched || !realMPI && l.Size == 1 {
		return r.report(runLocal(1, f))
	}
	return runReal(l, r.report, f)
}

// report passes err on, after Report has seen it.
func (r Runner) report(err error) error {
	var remote *RemoteError
	if err != nil && r.Report != nil && !errors.As(err, &remote) {
		r.Report(err)
	}
	return err
}

func runLocal(ranks int, f func(*Comm) error) error {
	w := newLocalWorld(ranks)
	errs := make([]error, ranks)
	finished := make(chan struct{})
	for rank := range ranks {
		go protect(rank, func() error { return f(w.comm(rank)) }, func(err error) {
			errs[rank] = err
			w.leave(rank, err)
			finished <- struct{}{}
		})
	}
	for range ranks {
		<-finished
	}
	return w.verdict(errs)
}

// protect calls f and then finish, with f's error or what became of it.
func protect(rank int, f func() error, finish func(error)) {
	var err error
	returned := false
	defer func() {
		if !returned {
			if v := recover(); v != nil {
				err = &PanicError{rank, v, debug.Stack()}
			} else {
				err = fail("Run", ClassOther, "rank %d ended its goroutine by runtime.Goexit", rank)
			}
		}
		finish(err)
	}()
	err = f()
	returned = true
}

// refuse is the error of a process that cannot be one of the launcher's tasks:
// on the first with its command line the text, elsewhere a RemoteError, so that
// it is printed once. The others wait a moment, because a launcher ends all tasks, the first and its
// message included, as soon as one ends with a status.
func refuse(l Launcher, report func(error) error, format string, args ...any) error {
	err := fail("Run", ClassLaunch, format, args...)
	if l.First {
		return report(err)
	}
	time.Sleep(refusalDelay)
	return &RemoteError{0, err.Error(), exitStatus(err)}
}

const refusalDelay = 300 * time.Millisecond
