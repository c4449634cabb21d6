package cli

import (
	"errors"
	"time"

	"hybrid/mpi"
)

// explain is the error with which a rank returns.
//
// A launcher that is told to stop tells all its tasks, and each would say so. So
// a rank that a signal stopped tells the ranks above it, waits a moment for the
// ranks below to do the same, and leaves the word to them if they do. The others
// may be waiting for this rank, so the one that has the word ends the job.
func (i *interrupter) explain(c *mpi.Comm, err error) error {
	if i.cause() != nil && errors.Is(err, mpi.ErrAborted) {
		return i.cause()
	}
	var stopped *interruption
	if !errors.As(err, &stopped) || c.Transport() == "local" {
		return err
	}
	for r := c.Rank() + 1; r < c.Size(); r++ {
		if _, e := mpi.Isend(c, []uint8{}, r, tagStopped); e != nil {
			return err
		}
	}
	for wait := time.Now().Add(100 * time.Millisecond); c.Rank() > 0 && time.Now().Before(wait); time.Sleep(time.Millisecond) {
		if _, said, e := c.Iprobe(mpi.AnySource, tagStopped); e == nil && said {
			return &mpi.RemoteError{Rank: 0, Msg: err.Error(), Code: stopped.ExitCode()}
		}
	}
	i.clean()
	i.report(err)
	c.Abort(stopped.ExitCode())
	return err
}

// tagStopped is far from the solver's tags.
const tagStopped = 1000
