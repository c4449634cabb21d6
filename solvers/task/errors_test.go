package task

import (
	"errors"
	"testing"

	"hybrid/gpu"
	"hybrid/mpi"
)

// TestBadInputIsNoFaultOfTheMachine has two ranks with an error of one agree on a status: that of bad input, unless a device
// or the memory is at fault.
func TestBadInputIsNoFaultOfTheMachine(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
	}{
		{errors.New("no number"), BadUsage},
		{&gpu.Error{Call: "cuMemcpyAsync", Code: 719}, Failed},
		{&gpu.LostError{Err: &gpu.Error{Code: 214}}, Failed},
		{&StatusError{errors.New("no memory is left"), Failed}, Failed},
		{&StatusError{errors.New("no such file"), BadUsage}, BadUsage},
	} {
		got := make([]error, 2)
		_ = mpi.Runner{Ranks: 2, Local: true, Report: func(error) {}}.Run(func(comm *mpi.Comm) error {
			var own error
			if comm.Rank() == 1 {
				own = c.err
			}
			got[comm.Rank()] = BadInput("--initial", comm.Agree(own))
			return nil
		})
		for rank, err := range got {
			status := Failed
			var coder interface{ ExitCode() int }
			if errors.As(err, &coder) {
				status = coder.ExitCode()
			}
			if err == nil || status != c.status {
				t.Errorf("%v: rank %d has status %d, %v; want %d", c.err, rank, status, err, c.status)
			}
		}
	}
}
