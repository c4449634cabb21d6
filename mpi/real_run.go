//go:build mpi

package mpi

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	empi "github.com/emer/empi/mpi"
)

const realMPI = true

// runReal runs f on this process's rank of the launcher's world. The rank's
// goroutine keeps its thread, the only one that calls MPI, for good.
func runReal(l Launcher, r Runner, f func(*Comm) error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		w, c, err := realStart(l, r.Ranks, r.report)
		if err != nil {
			done <- err
			return
		}
		protect(c.rank, func() error { return f(c) }, func(err error) {
			done <- w.finish(c, r.reportOrPrint(c.rank, err))
		})
	}()
	return <-done
}

// reportOrPrint passes the error of a rank on, to standard error where there is no
// Report.
func (r Runner) reportOrPrint(rank int, err error) error {
	if r.Report == nil {
		r.Report = func(err error) {
			text := fmt.Sprintf("rank %d: %v\n", rank, err)
			var p *PanicError
			if errors.As(err, &p) {
				text = fmt.Sprintf("%v\n\n%s", err, p.Stack) // which names the rank
			}
			io.WriteString(os.Stderr, text) // Run returns the error too, if it does
		}
	}
	return r.report(err)
}

// realStart initializes MPI and makes the communicator of all ranks: a copy
// of MPI_COMM_WORLD, which keeps other users of MPI in this process apart.
func realStart(l Launcher, want int, report func(error) error) (*realRun, *Comm, error) {
	if empi.IsOn() {
		return nil, nil, report(fail("Run", ClassLaunch, "MPI was started in this process before, which can be done once; want one Run for all"))
	}
	file, err := realInit()
	switch {
	case err == nil:
	case noLibrary(err):
		return nil, nil, refuseLibrary(l, report, fmt.Errorf("%s started this process as one of its tasks, but there is %w", l.Name, err))
	default:
		return nil, nil, report(err)
	}
	w, err := newRealWorld(file)
	if err != nil {
		return nil, nil, report(err)
	}
	if size := empi.WorldSize(); l.Size > 0 && size != l.Size {
		w.finalize()
		return nil, nil, refuse(l, report, "%s started this process as task %d of %d, but %s, %s, sees %d: "+
			"start it with the mpirun of that library, or %s; "+
			"under srun choose a plugin that the library knows (srun --mpi=list, then --mpi=pmi2 or --mpi=pmix)",
			l.Name, l.Rank, l.Size, w.about.library, origin, size, otherLibrary)
	}
	if size := empi.WorldSize(); want > 0 && size != want { // the launcher did not say how many
		w.finalize()
		return nil, nil, refuseRanks(l, report, want, size)
	}
	user, err := hyDup(worldHandle())
	if err != nil {
		return nil, nil, report(err)
	}
	last, err := hyDup(worldHandle())
	if err != nil {
		return nil, nil, report(err)
	}
	rank, size := empi.WorldRank(), empi.WorldSize()
	c := newComm(&realComm{w, user, rank, size}, rank, size)
	c.world = true
	return &realRun{w, last}, c, nil
}

// A realRun is what it takes to end one.
type realRun struct {
	world *realWorld
	last  commHandle // of the agreement at the end alone
}

// finalize ends MPI. Open MPI needs nothing of C's exit, at which a GPU's driver would end
// too.
func (w *realWorld) finalize() {
	empi.Finalize()
	if w.about.name != "openmpi" {
		hyCallExitHandlers()
	}
}

// grace is how long a rank that has failed waits for the others to return too.
const grace = time.Second

// finish ends this rank's part: by MPI_Finalize when every rank has returned,
// by MPI_Abort when this one has failed and another one does not return.
func (r *realRun) finish(c *Comm, err error) error {
	status := 0
	if err != nil {
		status = exitStatus(err)
	}
	open := 0
	if r.world.open != nil {
		open = 1
	}
	request, e := hyLast(status, open, r.last)
	if e != nil {
		c.Abort(max(status, 1))
	}
	deadline := time.Now().Add(grace)
	for pause := time.Duration(0); ; pause = min(pause+10*time.Microsecond, time.Millisecond) {
		_, all, e := hyTest(request)
		if all {
			break
		}
		if e != nil || err != nil && time.Now().After(deadline) {
			c.Abort(max(status, 1))
		}
		time.Sleep(pause)
	}
	// Messages that a failed rank has left under way may have no other side
	// any more, and MPI_Finalize may wait for them.
	if worst, open := hyLastValues(); worst > 0 && open > 0 {
		c.Abort(worst)
	}
	r.world.finalize()
	return err
}
