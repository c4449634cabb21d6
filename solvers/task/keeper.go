package task

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hybrid/gpu"
	"hybrid/mpi"
	"hybrid/mpi/checkpoint"
)

// A Resumable is the work of a run, unit by unit: steps, samples, rows. Its methods are
// collective, and all ranks are at the same unit.
type Resumable interface {
	// Progress is how many units are done, and how many there are.
	Progress() (done, all int)
	// Advance does n more.
	Advance(ctx context.Context, n int) error
	// Save puts what is needed to go on, on any ranks, into a checkpoint. Where
	// Job.Resume is not nil, Prepare is to get it from there.
	Save(w *checkpoint.Writer) error
}

// A Keeper keeps checkpoints of a run, and stops it in time.
type Keeper struct {
	Folder *checkpoint.Folder
	Header checkpoint.Header // Done and All are filled in

	Every      time.Duration // between checkpoints; 0: by units
	EveryUnits int           // a checkpoint at each multiple
	Have       int           // units done in the checkpoint of this folder that the run went on from; -1: none
	Deadline   time.Time     // by which the run has ended; zero: none

	// Asked is what this process was asked by signals since the last call. It is told how
	// long the last piece of the run took.
	Asked func(piece time.Duration) Request
	// Stopping is called when all ranks have agreed to stop, before the last checkpoint.
	Stopping func()
	// Tell says something to people on rank 0.
	Tell func(format string, args ...any)

	failed int           // checkpoints that could not be written since the last one that was
	last   time.Time     // when the last checkpoint was begun
	took   time.Duration // the longest from its beginning to its end
}

// A Request is what signals ask of a run.
type Request struct {
	Save bool
	Stop int // the signal that asks to stop; 0 is none
}

// A StoppedError is the error of a run that was stopped before its end, at a unit that all
// ranks agreed on.
type StoppedError struct {
	Signal     int // 0: the time was up
	Done, All  int
	Unit       string
	Checkpoint string // in which all that is done is; "" if it could not be written
	Why        error  // it could not be written
}

func (e *StoppedError) Error() string {
	return fmt.Sprintf("stopped with %d of %d %s done", e.Done, e.All, e.Unit)
}

// A fatalError is one in saving that the run does not outlive, on all ranks: what was to be
// saved is wrong, or a rank's device is lost.
type fatalError struct{ error }

func (e *fatalError) Unwrap() error { return e.error }

// fatal makes a rank's error in saving a *fatalError on all, if one rank's is.
func fatal(c *mpi.Comm, err error) error {
	var coder interface{ ExitCode() int }
	var lost *gpu.LostError
	const wrong, gone = 1, 2
	is := []int64{0}
	switch {
	case errors.As(err, &lost):
		is[0] = gone
	case errors.As(err, &coder) && coder.ExitCode() == Unverified:
		is[0] = wrong
	}
	e := mpi.Allreduce(c, is, is, mpi.Max)
	switch {
	case e != nil || is[0] == wrong:
		return &fatalError{errors.Join(err, e)}
	case is[0] == gone && lost == nil:
		return &fatalError{&LostError{}}
	case is[0] == gone:
		return &fatalError{&LostError{lost}}
	}
	return err
}

// ends tells whether an error ends the run: a *fatalError, or that the ranks do not reach each
// other.
func ends(err error) bool {
	var transport *mpi.Error
	var fatal *fatalError
	return errors.As(err, &fatal) || errors.Is(err, mpi.ErrAborted) || errors.As(err, &transport)
}

// Piece is how long a piece of a run that keeps checkpoints is, unless the problem has
// reason for another: signals wait so long, and the ranks agree so often.
const Piece = 100 * time.Millisecond

// Go takes a run to its end. Where the job has a Keeper, it goes in pieces of about
// piece, of a multiple of grain units where that is not 0, which is the same on all ranks, and the ranks agree after each
// whether to save or to stop: that costs an Allreduce of a few numbers. Otherwise it goes
// at once. A run that is stopped returns a *StoppedError. It is collective.
func (j *Job) Go(ctx context.Context, c Resumable, grain int, piece time.Duration) error {
	k := j.Keeper
	if k == nil {
		done, all := c.Progress()
		return c.Advance(ctx, all-done)
	}
	k.last = time.Now()
	for n := max(grain, 1); ; {
		done, all := c.Progress()
		n = min(n, k.next(done, all)-done)
		began := time.Now()
		if err := c.Advance(ctx, n); err != nil {
			return err
		}
		if done += n; done == all {
			// So that more units may follow, and nothing is lost if the output cannot be written.
			return k.save(j, c, true)
		}
		took := time.Since(began)
		d, err := k.agree(j, done, took, pieceOf(n, grain, took, piece))
		if err != nil {
			return err
		}
		n = d.next
		if err := k.attend(d.busy); err != nil {
			return err
		}
		if d.stop != 0 {
			return k.stop(j, c, d.stop)
		}
		if d.save {
			if err := k.save(j, c, false); err != nil {
				return err
			}
		}
	}
}

// Together does work in which the ranks exchange messages, and from which, in a run that keeps checkpoints, all come back
// where one loses its device on the way: with a *LostError, and nothing that was computed is to be used. It is
// collective.
func (j *Job) Together(work func() error) error {
	if j.Keeper == nil {
		return work()
	}
	lost := []int64{0}
	if d := j.Device; d != nil {
		d.Hold()
		defer d.Release()
	}
	if err := work(); err != nil {
		return err
	}
	var own error
	if j.Device != nil {
		own = j.Device.Lost()
	}
	if own != nil {
		lost[0] = 1
	}
	if err := mpi.Allreduce(j.Comm, lost, lost, mpi.Max); err != nil || lost[0] == 0 {
		return err
	}
	return &LostError{own}
}

// Everyones is the error of work that all ranks have ended with one. Where a rank has lost its device, and the run keeps
// checkpoints, it is a *LostError on all of them. It is collective where there is an error.
func (j *Job) Everyones(err error) error {
	if err == nil || j.Keeper == nil || ends(err) {
		return err
	}
	return fatal(j.Comm, err)
}

// pieceOf is how many units to do next, n having taken so long.
func pieceOf(n, grain int, took, want time.Duration) int {
	m := max(int(float64(n)*min(2, float64(want)/float64(max(took, time.Microsecond)))), 1)
	if grain > 1 {
		m = max(m-m%grain, grain)
	}
	return m
}

// next is the unit at which to stop for a checkpoint, at the latest.
func (k *Keeper) next(done, all int) int {
	if k.EveryUnits > 0 && all-done > k.EveryUnits-done%k.EveryUnits {
		return done + k.EveryUnits - done%k.EveryUnits
	}
	return all
}

// A decision is what the ranks have agreed on.
type decision struct {
	stop int // the signal; -1: the time is up; 0: go on
	save bool
	busy bool // a rank writes on the checkpoint that is under way
	next int  // units of the next piece
}

// timeUp stands for a signal where the time is up.
const timeUp = -1

// agree decides what to do next.
func (k *Keeper) agree(j *Job, done int, took time.Duration, next int) (d decision, err error) {
	const stop, save, busy, piece, late = 0, 1, 2, 3, 4
	own := [5]int64{}
	asked := k.Asked(took)
	own[stop] = int64(asked.Stop)
	flag := func(at int, is bool) {
		if is {
			own[at] = 1
		}
	}
	flag(save, asked.Save)
	flag(busy, k.Folder.Busy())
	if j.Comm.Rank() == 0 { // whose clock counts
		own[piece] = int64(next)
		due := k.Every > 0 && time.Since(k.last) >= k.Every || k.EveryUnits > 0 && done%k.EveryUnits == 0
		flag(save, asked.Save || due)
		flag(late, !k.Deadline.IsZero() && time.Until(k.Deadline) < k.margin())
	}
	if err := mpi.Allreduce(j.Comm, own[:], own[:], mpi.Max); err != nil {
		return d, err
	}
	d = decision{stop: int(own[stop]), save: own[save] > 0, busy: own[busy] > 0, next: int(own[piece])}
	if d.stop == 0 && own[late] > 0 {
		d.stop = timeUp
	}
	return d, nil
}

// margin is the time before the end of the run's in which to stop: twice what a checkpoint
// has taken, and a little.
func (k *Keeper) margin() time.Duration { return 2*k.took + 2*time.Second }

// attend goes on with a checkpoint that is under way, when no rank writes on it.
func (k *Keeper) attend(busy bool) error {
	if busy || k.Folder.Idle() {
		return nil
	}
	err := k.Folder.Attend()
	if err == nil && k.Folder.Idle() {
		k.took, k.failed = max(k.took, time.Since(k.last)), 0
	}
	return k.excuse(err)
}

// excuse lets the run go on without a checkpoint that could not be written, unless the
// ranks do not reach each other.
func (k *Keeper) excuse(err error) error {
	if err == nil || ends(err) {
		return err
	}
	k.failed++
	if k.failed&(k.failed-1) == 0 { // the first, the second, the fourth, ...
		k.Tell("no checkpoint was written%s: %v; %s", times(k.failed), err, k.have())
	}
	return nil
}

// times is how often, where it was not once.
func times(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(", %d times", n)
}

// have says which is the newest checkpoint.
func (k *Keeper) have() string {
	if k.Folder.Last == "" {
		return "there is none yet, and the run goes on"
	}
	return fmt.Sprintf("the newest is %s, and the run goes on", k.Folder.Last)
}

// save begins a checkpoint, behind the one that is under way. The last one is that of a run
// that goes on to its end, or stops.
func (k *Keeper) save(j *Job, c Resumable, last bool) error {
	if err := k.excuse(k.Folder.Wait()); err != nil {
		return err
	}
	if done, _ := c.Progress(); done == k.Have {
		return nil // it would take the place of the one that is there
	}
	return k.excuse(k.begin(j, c, last))
}

func (k *Keeper) begin(j *Job, c Resumable, last bool) error {
	k.last = time.Now()
	h := k.Header
	h.Done, h.All = c.Progress()
	w, err := k.Folder.Begin(h)
	if err == nil {
		if last {
			w.Last()
		}
		if err = c.Save(w); err == nil {
			k.Folder.Seal(w)
		} else {
			err = fatal(j.Comm, k.Folder.GiveUp(w, err))
		}
	}
	k.Folder.Waited += time.Since(k.last)
	return err
}

// stop saves a run that is to stop.
func (k *Keeper) stop(j *Job, c Resumable, why int) error {
	k.Stopping()
	done, all := c.Progress()
	e := &StoppedError{Done: done, All: all, Unit: k.Header.Unit}
	if why != timeUp {
		e.Signal = why
	}
	err := k.Folder.Wait()
	if !ends(err) { // the last one does not need the one that was under way
		if err = k.begin(j, c, true); err == nil {
			err = k.Folder.Wait()
		}
	}
	if ends(err) {
		return err
	}
	if e.Why = err; err == nil {
		e.Checkpoint = k.Folder.Last
	}
	return e
}

// Waited is how long this rank's work has stood still for checkpoints; of nil, not at all.
func (k *Keeper) Waited() time.Duration {
	if k == nil {
		return 0
	}
	return k.Folder.Waited
}

// Finish waits for the checkpoint that is under way.
func (k *Keeper) Finish() error { return k.excuse(k.Folder.Wait()) }
