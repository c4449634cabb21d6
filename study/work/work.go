// Package work makes hybrid's kernels ready to be timed: heat, matmul, pi,
// mandelbrot, sort and walk, each at any size, on the ranks of any communicator,
// with threads or devices.
//
//	w, err := kernel.Open(c, size, options)   the problem, in memory
//	v, err := w.Check(ctx)                    is its answer right? before it is timed
//	for ... {
//		w.Prepare(ctx)                    what a run needs but is not part of it
//		spent, err := w.Run(ctx)          one run, timed on each rank
//	}
//	l, err := w.Limit(d, memory)              what the same ranks could do at best
//	w.Close()
package work

import (
	"context"
	"time"

	"hybrid/gpu"
	"hybrid/mpi"
	"hybrid/simd"
	"hybrid/solvers/task"
	"hybrid/study/result"
)

// A Work is one kernel of one size on the ranks of a communicator, ready to be run.
// All methods but About are collective.
type Work interface {
	// About tells what a run is; of mandelbrot, what it does is known after Check.
	About() About
	// Check runs the problem once and holds its answer, or that of a smaller part of
	// it, to another method's. An answer that is wrong is no error but a Verdict.
	Check(ctx context.Context) (Verdict, error)
	// Prepare makes ready what the next run changes.
	Prepare(ctx context.Context) error
	// Run runs the problem once, after Prepare. Ranks call it together.
	Run(ctx context.Context) (Spent, error)
	// Limit measures for about d what the ranks could do at best, all together.
	Limit(d time.Duration, memory Memory) (result.Limit, error)
	// Close gives back what the work holds.
	Close() error
}

// Memory is what the memory of all ranks of a work gives, in bytes a second; 0 is
// not known. It is collective, and slow when it is first called.
type Memory func() (float64, error)

// About is what one run of a work is.
type About struct {
	Size  string  // in the terms of the command's flags: "--n 1000"
	Work  float64 // units
	Flops float64 // floating-point operations, 0 for work that has none
	Bytes float64 // through main memory at least
	// Between is how many bytes the ranks send from node to node, if they lie on so
	// many nodes, one run of ranks on each; nil where that is next to nothing.
	Between func(nodes int) float64
}

// A Verdict says whether an answer is right.
type Verdict struct {
	task.Verdict
	// Print is the answer in short, the same for the same problem on any ranks,
	// threads and devices.
	Print string
}

// Spent is where the time of a run went on one rank.
type Spent struct {
	Elapsed time.Duration // from the call of Run to its end
	Compute time.Duration // of which the rank computed, messages under way or not
}

// Options are how a work computes. They do not change its answer.
type Options struct {
	Threads int // of each rank
	ISA     simd.ISA
	Device  *gpu.Device // of this rank; nil: its processor
	DType   string      // f64 or f32
	Seed    uint64
}

// A Machine is what sizes are chosen from.
type Machine struct {
	Cache     int     // bytes of the last-level cache that a worker has
	Memory    float64 // bytes that a worker may fill
	Device    bool    // the workers are devices
	Simulated bool    // the workers are simulated devices
}

// A Kernel is one of the kernels, at any size.
type Kernel struct {
	Name  string   // that of the command, too
	Unit  string   // of work
	Flags []string // of the command, that say how large it is
	// Device tells whether devices can run it.
	Device bool
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
	// Valid reports a size that cannot be.
	Valid func(s Size) error
	Open  func(c *mpi.Comm, s Size, o Options) (Work, error)
}

// Kernels are all of them, in the order of their tables.
func Kernels() []Kernel {
	return []Kernel{Heat(), Matmul(), Pi(), Mandelbrot(), Sort(), Walk()}
}

// scattered is for what goes from every rank to every other one: so many bytes, of
// which those between ranks of one node stay there.
func scattered(sent float64) func(nodes int) float64 {
	return func(nodes int) float64 { return sent * (1 - 1/float64(nodes)) }
}

// stopwatch times f.
func stopwatch(f func() error) (time.Duration, error) {
	began := time.Now()
	err := f()
	return time.Since(began), err
}
