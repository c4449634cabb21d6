// Package memcheck checks that a node has the memory for what its ranks are about to
// take, before they take it: a system that runs out of memory ends processes
// without a word.
package memcheck

import (
	"fmt"

	"hybrid/internal/cores"
	"hybrid/internal/units"
	"hybrid/mpi"
)

// What a process and a rank take beside what they ask for, in bytes.
const (
	// Process is for code that is read in when it first runs, the tables of the Go
	// runtime, garbage that is not yet collected, and the report at the end.
	Process = 24 << 20
	// Rank is for the stacks and messages of a rank.
	Rank = 128 << 10
)

// A Need is memory that a rank is about to take.
type Need struct {
	What    string  // that needs it, with its verb: "sorting: 10 keys need"
	Instead string  // what to take: "fewer keys or more nodes"
	Bytes   float64 // of this rank, at its peak, without Process and Rank
	// Fixed are those of Bytes that a smaller size would take as well, or nearly. Fits,
	// where not nil, says what would take that part of the others, which is below 1:
	// "7 keys".
	Fixed float64
	Fits  func(part float64) string
}

// An Error refuses what there is no room for.
type Error struct {
	What       string  // that needs the memory, with its verb: "sorting: 10 keys need"
	Where      string  // the node or device
	By         string  // what leaves so little there; "" is the node or device itself
	Instead    string  // what to take: "fewer keys or more nodes"
	Fits       string  // what there is room for; "" is not known
	Need, Have float64 // bytes, of all ranks there
	Total      float64 // bytes that are there, free or not; 0 is not known
}

func (e *Error) Error() string {
	text := fmt.Sprintf("%s %s on %s, ", e.What, units.Memory(e.Need), e.Where)
	if e.By != "" {
		text += "where " + e.By + " leaves "
	} else {
		text += "which has "
	}
	text += fmt.Sprintf("%s free: take %s", units.Memory(e.Have), e.Instead)
	if e.Fits != "" {
		text += " (" + e.Fits + " would fit)"
	}
	return text
}

// ExitCode is 2, that of bad input, where the memory would not suffice if nothing
// else took any: then it is the sizes that are wrong. Else it is 1, for the same
// sizes may pass elsewhere or later.
func (e *Error) ExitCode() int {
	if e.Total > 0 && e.Need > e.Total {
		return 2
	}
	return 1
}

// Check gives every rank an *Error, or its text, if a node has less memory than its
// ranks together need, or if the limits of one of its processes leave it less. Where
// the system does not tell, there is room. It is collective.
func Check(c *mpi.Comm, n Need) error {
	node, err := c.Node()
	if err != nil {
		return err
	}
	defer node.Free()
	asked := []float64{n.Bytes + Rank, n.Fixed + Rank}
	if err := mpi.Allreduce(node, asked, asked, mpi.Sum); err != nil {
		return err
	}
	all := asked[0] + Process*float64(node.Size())
	process, fixed := n.Bytes+Rank+Process, n.Fixed+Rank+Process
	if c.Transport() == "local" { // the ranks are one process
		all = asked[0] + Process
		process, fixed = all, asked[1]+Process
	}
	// One rank looks for all that share a limit: there may be thousands.
	if node.Rank() == 0 {
		if have, ok := cores.NodeMemory(); ok {
			err = n.within(have, all, asked[1]+all-asked[0], c.Host())
		}
	}
	if err == nil && firstOfProcess(c) {
		if have, ok := cores.ProcessMemory(); ok {
			err = n.within(have, process, fixed, c.Host())
		}
	}
	return c.Agree(err)
}

// firstOfProcess tells whether no rank before this one is in its process.
func firstOfProcess(c *mpi.Comm) bool { return c.Transport() != "local" || c.Rank() == 0 }

// within is an error if what is needed, of which a part is fixed, is not within what is
// left.
func (n *Need) within(have cores.Limit, need, fixed float64, host string) error {
	left := float64(have.Left)
	if need <= left {
		return nil
	}
	e := &Error{What: n.What, Where: "node " + host, By: have.By, Instead: n.Instead, Need: need, Have: left}
	if total, ok := cores.TotalMemory(); ok {
		e.Total = float64(total)
	}
	// A little less, for what is left changes.
	if part := 0.9 * (left - fixed) / (need - fixed); n.Fits != nil && part > 0 {
		e.Fits = n.Fits(part)
	}
	return e
}
