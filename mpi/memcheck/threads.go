package memcheck

import (
	"fmt"

	"hybrid/internal/cores"
	"hybrid/mpi"
)

// A ThreadsError refuses more threads of the operating system than may start.
type ThreadsError struct {
	Need, Have uint64
	Where, By  string // as in Error
}

func (e *ThreadsError) Error() string {
	by := e.By
	if by == "" {
		by = "the system"
	}
	return fmt.Sprintf("memcheck: the run starts up to %d more threads on %s, where %s leaves %d: take fewer ranks, a smaller GOMAXPROCS or a higher limit", e.Need, e.Where, by, e.Have)
}

// ExitCode is 1: elsewhere, or later, so many may start.
func (e *ThreadsError) ExitCode() int { return 1 }

// CheckThreads gives every rank a *ThreadsError, or its text, if its node does not
// let its processes start the threads that they need: those of the runtime, those of
// measurements, of which there are no more than cores, and one for each rank that
// waits for a file. It is collective.
func CheckThreads(c *mpi.Comm, threads int) error {
	node, err := c.Node()
	if err != nil {
		return err
	}
	defer node.Free()
	own := uint64(1)
	if firstOfProcess(c) {
		runtime := cores.RuntimeThreads()
		own += uint64(min(threads, len(cores.Allowed()))) + runtime - min(runtime, cores.OwnThreads())
	}
	need := []int64{int64(own)}
	if err := mpi.Allreduce(node, need, need, mpi.Sum); err != nil {
		return err
	}
	if node.Rank() == 0 { // looks for all
		if have, ok := cores.NodeThreads(); ok && uint64(need[0]) > have.Left {
			err = &ThreadsError{uint64(need[0]), have.Left, "node " + c.Host(), have.By}
		}
	}
	return c.Agree(err)
}
