//go:build mpi

package mpi

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

// refuseLibrary is the error of a task that has no MPI library, where others of the job may
// have theirs: it is printed once on each machine. They wait in MPI_Init for this one.
// Open MPI's launcher ends them when this one ends with a status; MPICH's, Hydra, is told
// to.
func refuseLibrary(l Launcher, report func(error) error, err error) error {
	hydra, ok := hydraSocket()
	local := cmp.Or(os.Getenv("OMPI_COMM_WORLD_LOCAL_RANK"), os.Getenv("MPI_LOCALRANKID"), os.Getenv("SLURM_LOCALID"))
	if !ok {
		return refuseAs(l.First || local == "0", report, err)
	}
	if !l.First && local != "0" {
		time.Sleep(hydraDelay) // this one alone has none, or it would have been ended
	}
	report(err)
	time.Sleep(refusalDelay) // Hydra drops what it has not yet read of an ended job
	syscall.Write(hydra, fmt.Appendf(nil, "cmd=abort exitcode=%d\n", exitStatus(err)))
	return err
}

const hydraDelay = 5 * time.Second

// hydraSocket is where Hydra takes commands of PMI-1 from this task.
func hydraSocket() (fd int, ok bool) {
	fd, err := strconv.Atoi(os.Getenv("PMI_FD"))
	if err != nil || os.Getenv("MPI_LOCALRANKID") == "" { // srun has PMI_FD too, for PMI-2
		return 0, false
	}
	var stat syscall.Stat_t
	err = syscall.Fstat(fd, &stat)
	return fd, err == nil && stat.Mode&syscall.S_IFMT == syscall.S_IFSOCK
}
