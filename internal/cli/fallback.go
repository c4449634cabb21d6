package cli

import (
	"errors"

	"hybrid/gpu"
	"hybrid/mpi"
)

// fallsBack tells whether a run that loses a device goes on without: where it may do without one, has
// checkpoints to go on from, and is one process. Over MPI the other ranks are in the middle of
// something, which no call of the library ends but that which ends the job.
func (c *config) fallsBack(comm *mpi.Comm) bool {
	return (c.GPU == "auto" || c.GPU == "sim") && c.dir != "" && comm.Transport() == "local"
}

// fallBack takes an error of a rank that has lost its device, if the run is to go on without
// one: it says so, and the error that is left is for nobody to print.
func (j *job) fallBack(err error) error {
	var lost *gpu.LostError
	if !errors.As(err, &lost) {
		return err
	}
	if !j.config.fallsBack(j.Comm) {
		if j.config.dir != "" {
			err = &lostDevice{lost, err.Error() + "; go on without it by --gpu off --restart auto"}
		}
		return err
	}
	if !j.config.lost.Swap(true) {
		j.console.say("%v; going on without devices, from the newest checkpoint in %s", err, j.config.dir)
	}
	return &mpi.RemoteError{Rank: j.Comm.Rank(), Msg: err.Error(), Code: statusOf(err)}
}

// withoutDevices are the arguments of a run that goes on without.
func withoutDevices(args []string) []string {
	return withFlags(args, "--gpu", "off", "--restart", "auto")
}
