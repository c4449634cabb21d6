// Package room checks that a node has the memory for what its ranks are about to
// take, before they take it: a system that runs out of memory ends processes
// without a word.
package room

import (
	"fmt"

	"hybrid/internal/cores"
	"hybrid/internal/units"
	"hybrid/mpi"
)

// An Error refuses what there is no room for.
type Error struct {
	What       string  // that needs the memory, with its verb: "sorting: 10 keys need"
	Where      string  // the node or device
	Instead    string  // what to take: "fewer keys or more nodes"
	Need, Have float64 // bytes, of all ranks there
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s %s on %s, which has %s free: take %s", e.What, units.Memory(e.Need), e.Where, units.Memory(e.Have), e.Instead)
}

// ExitCode is that of bad input: whoever asked for so much can ask for less.
func (e *Error) ExitCode() int { return 2 }

// Check gives every rank an *Error, or its text, if a node has less memory than its
// ranks together need: bytes are this rank's. Where the system does not tell, there
// is room. It is collective.
func Check(c *mpi.Comm, what, instead string, bytes float64) error {
	node, err := c.Node()
	if err != nil {
		return err
	}
	defer node.Free()
	need := []float64{bytes}
	if err := mpi.Allreduce(node, need, need, mpi.Sum); err != nil {
		return err
	}
	if have, ok := cores.AvailableMemory(); ok && need[0] > float64(have) {
		err = &Error{what, "node " + c.Host(), instead, need[0], float64(have)}
	}
	return c.Agree(err)
}
