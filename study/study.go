// Package study measures a machine and what hybrid's kernels make of it: probes,
// kernels on all of it, strong and weak scaling over ranks and threads, and
// processors beside devices, all in one run of one set of ranks.
//
//	probes     what the machine can do, package probe
//	sizes      of each kernel for one worker, so that a run takes a known part of
//	           the time that there is
//	points     each kernel, at each size, on each placement: a number of ranks, with a
//	           number of threads or with devices
//	series     the points of one law, and what holds the kernel back, package law
//
// Teams are communicators split from that of the run. The ranks that are not on the
// placement that is measured sleep, see package idle. The points of a kernel are measured
// in turns, some runs of each and then again, so that a machine that slows down slows
// all of them; a point is done when it has its runs and its time, see Config.
package study

import (
	"context"
	"fmt"
	"time"

	"hybrid/gpu"
	"hybrid/internal/units"
	"hybrid/mpi"
	"hybrid/simd"
	"hybrid/solvers/task"
	"hybrid/study/result"
)

// A Config is what to study. All ranks have the same, but for Device.
type Config struct {
	Kernels []Kernel
	Sizes   map[string][]task.Size // that are given, by the kernel's name; each is studied by itself
	DType   string                 // f64 or f32
	Seed    uint64

	Repeat int           // least number of timed runs of a point; 0 for 9
	Time   time.Duration // that a point's runs take at least; 0 for a second, or less if there are many points

	Threads int // of each rank; 0 for one
	// MostThreads is up to how many threads the first rank has the machine to itself:
	// those that scaling over threads goes to; 0 for Threads.
	MostThreads int
	// Solo measures the kernels by themselves on the first rank with MostThreads,
	// rather than on all ranks.
	Solo   bool
	ISA    simd.ISA
	Device *gpu.Device // of this rank, nil for none; no two ranks share one

	NoProbes  bool
	NoScaling bool

	Machine result.Machine // for the result; of the first rank
	Against *Baseline      // nil: nothing to compare with

	// Progress, if set, is called on the first rank: so many of all measurements are
	// done, and what is under way.
	Progress func(done, all int, what string)
}

// A Baseline is an older study to compare with. Sizes that are not given are taken
// from it.
type Baseline struct {
	File      string
	Result    *result.Result
	Tolerance float64 // part by which a time may grow
}

// The defaults of a Config, and the most runs of a point.
const (
	defaultRepeat = 9
	defaultTime   = time.Second
	leastTime     = 150 * time.Millisecond
	allPoints     = 75 * time.Second // that they are to take together, with checks
	mostRuns      = 100
)

// A WrongError is a kernel whose answer is wrong. Nothing is timed then.
type WrongError struct {
	Kernel, Size, Detail string
	Ranks, Threads       int
	Device               string
}

func (e *WrongError) Error() string {
	on := fmt.Sprintf("%s, %s", units.Count(e.Ranks, "rank"), units.Count(e.Threads, "thread"))
	if e.Device != "" {
		on = fmt.Sprintf("%s on devices, %s", units.Count(e.Ranks, "rank"), e.Device)
	}
	return fmt.Sprintf("%s %s on %s: %s", e.Kernel, e.Size, on, e.Detail)
}

// ExitCode is that of a verification that has failed, on every rank.
func (e *WrongError) ExitCode() int { return 3 }

// A SizeError is a kernel that cannot be made ready at a size that was given.
type SizeError struct {
	Kernel, Size string
	Err          error
}

func (e *SizeError) Error() string { return fmt.Sprintf("%s %s: %v", e.Kernel, e.Size, e.Err) }

func (e *SizeError) Unwrap() error { return e.Err }

// ExitCode is that of bad input, on every rank.
func (e *SizeError) ExitCode() int { return 2 }

// Run makes a study on the ranks of c and gives every one of them its result. It is
// collective; an error of one rank is one of all. When ctx ends, it stops after the
// run that is under way.
func Run(ctx context.Context, c *mpi.Comm, cfg Config) (*result.Result, error) {
	s, err := newStudy(ctx, c, cfg)
	if err != nil {
		return nil, err
	}
	defer s.close()
	if err := s.probe(); err != nil {
		return nil, err
	}
	s.began = time.Now()
	for i, k := range s.Kernels {
		if err := s.budget(i); err != nil {
			return nil, err
		}
		for _, given := range s.given(k) {
			if err := s.kernel(k, given); err != nil {
				return nil, err
			}
		}
	}
	return s.finish()
}
