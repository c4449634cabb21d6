package mpi

import "fmt"

// A call is what a rank asks of a collective. Every rank of a communicator asks for
// the same, in the same order; the messages of a collective carry it, and where two
// meet it is compared. It is not compared where no message goes: between two ranks
// of which none hears of the other.
type call struct {
	n      int    // elements of each rank, 0 where they may differ
	number uint32 // of the communicator's collectives, from 1; 0 is none
	root   int32  // or everyRank
	name   callName
	op     uint8 // an Op
	dt     uint8 // a datatype
}

type callName uint8

const (
	callBarrier callName = iota
	callBcast
	callReduce
	callAllreduce
	callScan
	callGather
	callGatherv
	callAllgather
	callAllgatherv
	callScatter
	callScatterv
	callAlltoall
	callAlltoallv
	callSplit
	callNode
)

var callNames = [...]string{
	"Barrier", "Bcast", "Reduce", "Allreduce", "Scan", "Gather", "Gatherv", "Allgather", "Allgatherv", "Scatter", "Scatterv",
	"Alltoall", "Alltoallv", "Split", "Node",
}

func (n callName) String() string { return callNames[n] }

func (c call) String() string {
	text := c.name.String()
	switch c.name {
	case callBarrier, callSplit, callNode:
		return text
	case callGatherv, callAllgatherv, callScatterv, callAlltoallv:
		text += fmt.Sprintf("(%v", datatype(c.dt))
	default:
		text += fmt.Sprintf("(%d %v", c.n, datatype(c.dt))
	}
	switch c.name {
	case callReduce, callAllreduce, callScan:
		text += fmt.Sprintf(", %v", Op(c.op))
	}
	if c.root != everyRank {
		text += fmt.Sprintf(", root %d", c.root)
	}
	return text + ")"
}

// mismatch is the error of a rank that meets a message of another call than its own.
func mismatch(rank int, own call, peer int, other call) error {
	return fail(own.name.String(), ClassMismatch, "collective %d of rank %d is %v, but collective %d of rank %d is %v; "+
		"want the same calls in the same order on all ranks of a communicator", own.number, rank, own, other.number, peer, other)
}
