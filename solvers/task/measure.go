package task

import (
	"context"
	"math"
	"math/bits"
	"time"
)

// A Measured is a Task that can be held against the machine: what bench times.
type Measured interface {
	Task
	// Work tells what one run is; of some problems it is known after the first.
	Work() Work
	// Limit measures for about d what the ranks could do at best, all together. It is
	// collective.
	Limit(ctx context.Context, d time.Duration, memory Memory) (Limit, error)
	// Answer is the answer of the last run in short, the same for the same problem on
	// any ranks, threads and devices. It is collective.
	Answer() (string, error)
}

// Memory is what the memory of all ranks gives, in bytes a second; 0 is not known. It
// is collective, and slow when it is first called.
type Memory func() (float64, error)

// Work is what one run of a task is.
type Work struct {
	Units float64 // of the problem's Unit
	Flops float64 // floating-point operations, 0 for work that has none
	Bytes float64 // through main memory at least
	// Between is how many bytes the ranks send from node to node, if they lie on so
	// many nodes, one run of ranks on each; nil where that is next to nothing.
	Between func(nodes int) float64
}

// Scattered is the Between of what goes from every rank to every other one: so many
// bytes, of which those between ranks of one node stay there.
func Scattered(sent float64) func(nodes int) float64 {
	return func(nodes int) float64 { return sent * (1 - 1/float64(nodes)) }
}

// A Sized is a Problem whose size bench may choose.
type Sized interface {
	Problem
	Sizes() Sizes
}

// Sizes says which numbers make a problem larger and smaller.
type Sizes struct {
	Unit   string   // of work: "updates"
	Params []string // options that say how large the problem is, in order
	Such   string   // an example of a size, for a help: "4096x4096x200"
	Typed  bool     // it computes in the type of --dtype
	Waits  string   // what ranks wait for, for a sentence: "halo rows"; "" is messages
	// Same tells that one number stands for all Params, as for square matrices.
	Same bool
	// Start is a size that suits one worker of the machine and takes little time.
	Start func(m Machine, dtype string) Size
	// Times is a size with about so many times the work, of the same kind: it does not
	// leave the caches or memory that s lies in, unless it must be so much smaller.
	Times func(s Size, factor float64) Size
	// Spread is the size that gives each of so many workers what s gives one.
	Spread func(s Size, workers int) Size
	// Empty is a size with as many kernel launches as s, as far as that can be, and
	// next to no work; nil where devices cannot run it.
	Empty func(s Size) Size
	// Transfer is the bytes that go to devices and come back, beside those that go in
	// the course of a run; nil where there are none.
	Transfer func(s Size, dtype string) (in, out float64)
}

// A Machine is what sizes are chosen from.
type Machine struct {
	Cache     int     // bytes of the last-level cache that a worker has
	Memory    float64 // bytes that a worker may fill
	Device    bool    // the workers are devices
	Simulated bool    // the workers are simulated devices
}

// A Size is the numbers of some Params, in their order.
type Size []int

// Product is a times b, both from 0 on, or the largest number where that is more: no option takes it.
func Product(a, b int) int {
	if hi, lo := bits.Mul64(uint64(a), uint64(b)); hi == 0 && lo < math.MaxInt {
		return int(lo)
	}
	return math.MaxInt
}
