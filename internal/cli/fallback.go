package cli

import (
	"errors"
	"time"

	"hybrid/gpu"
	"hybrid/mpi"
	"hybrid/solvers/task"
)

// fallBack takes the error of a run in which a device was lost, if the run is to go on without
// devices: it says so, and the error that is left is for nobody to print. A run may where it may do without a
// device and has checkpoints to go on from. Over MPI all ranks must have left their work together, for no call
// of the library ends what they are in the middle of, but that which ends the job.
func (j *job) fallBack(err error) error {
	var lost *gpu.LostError
	own := errors.As(err, &lost)
	var all *task.LostError
	together := errors.As(err, &all)
	if !own && !together {
		return err
	}
	c := j.config
	if !(c.GPU == "auto" || c.GPU == "sim") || c.dir == "" || !together && j.Comm.Transport() != "local" {
		if !own {
			return &mpi.RemoteError{Rank: j.Comm.Rank(), Msg: err.Error(), Code: statusOf(err)}
		}
		if c.dir != "" {
			err = &lostDevice{err, err.Error() + "; go on without it by --gpu off --restart auto"}
		}
		return err
	}
	c.lost.Store(true)
	if own && !c.told.Swap(true) {
		j.console.say("%v; going on without devices, from the newest checkpoint in %s", err, c.dir)
	}
	return &mpi.RemoteError{Rank: j.Comm.Rank(), Msg: err.Error(), Code: statusOf(err)}
}

// takeLeft takes the messages that nobody has read of a run that was given up, such as those by which ranks leave each
// other's memory: the run that goes on must not get them, and an MPI library may print a warning of each. It is collective.
func takeLeft(c *mpi.Comm) error {
	const none = 20 * time.Millisecond // without a message: there are no more
	if err := c.Barrier(); err != nil {
		return err
	}
	for last := time.Now(); time.Since(last) < none; time.Sleep(time.Millisecond) {
		st, there, err := c.Iprobe(mpi.AnySource, mpi.AnyTag)
		for ; there && err == nil; st, there, err = c.Iprobe(mpi.AnySource, mpi.AnyTag) {
			if _, err := mpi.Recv(c, make([]uint8, st.Bytes), st.Source, st.Tag); err != nil {
				return err
			}
			last = time.Now()
		}
		if err != nil {
			return err
		}
	}
	return c.Barrier()
}

// withoutDevices are the arguments of a run that goes on without.
func (c *config) withoutDevices(args []string) []string {
	return withFlags(args, "--checkpoint", c.dir, "--gpu", "off", "--restart", "auto")
}
