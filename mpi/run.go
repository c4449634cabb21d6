package mpi

import (
	"errors"
	"runtime/debug"
	"time"

	"hybrid/internal/launchers"
	"hybrid/internal/units"
)

// Run calls f once on every rank, each call with its own Comm, and returns when
// all have returned, with the error of the lowest rank that has one. It is
// Runner{Ranks: ranks}.Run(f): ranks goroutines of this process or, where a launcher
// started it as one of several tasks, these tasks, which must be as many; 0 is as many
// as there are. Main is Run for a main function.
func Run(ranks int, f func(*Comm) error) error {
	return Runner{Ranks: ranks}.Run(f)
}

// Runner says how to run.
type Runner struct {
	// Ranks is the number of ranks, 0 for as many as there are tasks.
	//
	// Where a launcher started this process as one of several tasks, the ranks
	// are these tasks, over MPI, and another number than theirs is refused:
	// every task would do the whole job, alone. Elsewhere they are goroutines of
	// this process, one for 0.
	Ranks int

	// Local has the ranks be goroutines of this process wherever it runs: in a task
	// of a launcher, too, which then does this part of its work alone.
	Local bool

	// Report is called with every error that is not a *RemoteError, on the rank
	// that has it, before the job ends: the place to print it. A process that
	// prints after Run may have been ended by then. Where it is nil, the error of
	// a rank over MPI is printed to standard error, a panic with its stack.
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
	l, launched := Detect()
	switch {
	case r.Local || !launched || l.Size == 1 && (!realMPI || r.Ranks > 0):
		return r.report(runLocal(max(r.Ranks, 1), f))
	case r.Ranks > 0 && l.Size > 0 && r.Ranks != l.Size:
		return refuseRanks(l, r.report, r.Ranks, l.Size)
	}
	return runReal(l, r, f)
}

// report passes err on, after Report has seen it.
func (r Runner) report(err error) error {
	var remote *RemoteError
	if err != nil && r.Report != nil && !errors.As(err, &remote) {
		r.Report(err)
	}
	return err
}

// refuseRanks is the error of a task that is asked to be another number of ranks
// than there are tasks.
func refuseRanks(l Launcher, report func(error) error, want, tasks int) error {
	return refuse(l, report, "%s started %d tasks of this program, and each is asked to be %s by itself, which does the whole job %d times: "+
		"start %s, or ask for %d or 0 ranks, which are the tasks, or start it without a launcher",
		l.Name, tasks, units.Count(want, "rank"), tasks, units.Count(want, "task"), tasks)
}

func runLocal(ranks int, f func(*Comm) error) error {
	w := newLocalWorld(ranks)
	errs := make([]error, ranks)
	finished := make(chan struct{})
	for rank := range ranks {
		go protect(rank, func() error {
			w.turns.take()
			return f(w.comm(rank))
		}, func(err error) {
			errs[rank] = err
			w.turns.give()
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
// message included, as soon as one ends with a status. Where no launcher is above this process, its
// variables were left over from another job, and there is no first task to print it.
func refuse(l Launcher, report func(error) error, format string, args ...any) error {
	prints := l.First
	if launchers.None() {
		prints = true
		format += ". No launcher is above this process: if its variables are left over from another job, unset those that begin with OMPI_, PMIX_, PMI_ or SLURM_"
	}
	return refuseAs(prints, report, fail("Run", ClassLaunch, format, args...))
}

// refuseAs is refuse with an error of its own, on the task that is to print it.
func refuseAs(prints bool, report func(error) error, err error) error {
	if prints {
		return report(err)
	}
	time.Sleep(min(max(refusalDelay, 4*time.Since(began)), 10*time.Second))
	return &RemoteError{0, err.Error(), asksFor(err)}
}

const refusalDelay = 300 * time.Millisecond

// began is when this process did. A machine that was slow since then is as slow to the first
// task, whose message the others wait for.
var began = time.Now()
