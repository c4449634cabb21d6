// Package task is how the command line, bench and whatever else drives a run see a
// problem, whichever it is. A problem states once what it can be told, and from that
// come flags, variables, helps, completion, JSON and the sizes that bench tries:
//
//	func Statement(c *task.Common) task.Problem { return &statement{Common: c} }
//
//	type statement struct {
//		*task.Common
//		Walks, Steps int
//		Out          []string
//	}
//
//	//go:embed help.txt
//	var help string // whose lines @Problem, @Output and @Run stand for the flags of a group, @isa and @status for what all share
//
//	func (s *statement) About() task.About {
//		return task.About{Name: "walk", Summary: "take random walks, and say where they end", Help: help}
//	}
//
//	func (s *statement) Declare(o *option.Set) { // each parameter is stated here and nowhere else
//		o.Group("Problem")
//		o.Int(&s.Walks, "walks", 1e6, "walks", option.Range(1, math.MaxInt), option.Size)
//		o.Int(&s.Steps, "steps", 1e4, "steps of each walk", option.Range(1, most))
//		o.Group("Output")
//		o.Outs(&s.Out, "out", "write the histogram", []string{".npy", ".png"})
//	}
//
//	func (s *statement) Check(c *task.Checker) { // what is wrong with them together
//		if s.Walks > most/s.Steps {
//			c.Fail("%s %d times %s %d is too many", c.Name("walks"), s.Walks, c.Name("steps"), s.Steps)
//		}
//	}
//
//	func (s *statement) Open(ctx context.Context, j *task.Job) (task.Task, error) {
//		if err := j.Hold(s.Out, nil); err != nil { // before the work begins
//			return nil, err
//		}
//		...
//	}
//
// A Task is the problem on one rank, in memory and ready to be run:
//
//	t, err := s.Open(ctx, job)
//	t.Prepare(ctx)                    what a run changes, such as the initial field
//	run, err := t.Run(ctx, effort)    one run, timed, and checked with that effort
//	t.Report(ctx, report)             what it came to and how good it was
//	t.Close()
//
// The command line does the rest, and alike for all of them: the common options,
// where the ranks run, signals, progress, output files, the report and the exit
// status. A command is one line more in the list of cmd/hybrid, a row in the README's
// table, which a test asks for, and a script in cmd/hybrid/testdata. One that bench can
// measure is Sized, its tasks are Measured, and it has a line in bench's list too.
package task

import (
	"context"
	"time"

	"hybrid/simd"
	"hybrid/solvers/task/option"
)

// Common is what every problem can be told. A problem that declares one of these in
// its own words binds it to the same field.
type Common struct {
	GPU     string // auto, on, off or sim
	Ranks   int    // inside this process; 0: the launcher's, or one
	Threads int    // of each rank; 0: its share of the cores
	DType   string // what is computed with
	Seed    uint64 // of what is random

	Verify, JSON, Quiet bool

	Data bool // standard output is for programs, not for people
}

// Bytes is the size of a value of the type.
func (c *Common) Bytes() int { return BytesOf(c.DType) }

// BytesOf is the size of a value of a type: f64, f32, i64, i32 or u64.
func BytesOf(dtype string) int {
	if dtype == "f32" || dtype == "i32" {
		return 4
	}
	return 8
}

// A Problem is what can be told of a problem, and what is to be solved. Its methods
// are called in the order in which they stand here.
type Problem interface {
	About() About
	// Declare states the options. One that goes by the name of a common one takes its
	// place: dtype with other values, for one.
	Declare(o *option.Set)
	// Check refuses what cannot be, each option being right by itself.
	Check(c *Checker)
	// Open makes the problem ready on one rank. It is collective: all ranks do it
	// together, and an error that a single rank meets goes through Comm.Agree. Ranks of
	// one process have the same Problem, which it leaves as it is.
	Open(ctx context.Context, j *Job) (Task, error)
}

// About is what a problem is called and what it needs.
type About struct {
	Name    string // of the command
	Summary string // what it does, in a line of the program's help: "multiply two matrices"
	Help    string // the text of its help, with @Group for the options of a group
	OnCPU   bool   // a GPU has nothing to do
	OneEach bool   // ranks do not share a device: those that would compute on their processors
	// Counts is what a run counts that goes by Job.Go, and so keeps checkpoints and goes on
	// from them: "steps". Where it is the name of an option as well, a run that goes on may
	// have more of them. "" is a run that keeps none.
	Counts string
}

// A Checker refuses options that cannot be, each being right by itself. The first
// mistake stays.
type Checker struct {
	*option.Set
	Sizes []string // the options that say how much memory the work takes: those declared as option.Size, unless Check knows better
	Err   error
}

// Fail notes a mistake, in the words of fmt.Errorf.
func (c *Checker) Fail(format string, args ...any) { c.Refuse(Bad(format, args...)) }

// Refuse notes a mistake, if it is one.
func (c *Checker) Refuse(err error) {
	if c.Err == nil {
		c.Err = err
	}
}

// Ignored is what a help says of an option that a command takes because all do.
func Ignored(why string) string { return "taken by every command. " + why }

// A Task is a problem on one rank, in memory. Its methods are collective.
type Task interface {
	// Prepare makes ready what a run changes: it goes before every Run.
	Prepare(ctx context.Context) error
	// Run solves the problem once, and checks the answer if it is to.
	Run(ctx context.Context, e Effort) (Run, error)
	// Report fills in what there is to say of the last run. It is called only if
	// there is something to print, so that a limit can be measured in it; what rank 0
	// has filled in is printed.
	Report(ctx context.Context, r *Report) error
	// Close gives back what the task holds.
	Close() error
}

// A Writer is a Task whose answer can be written to files.
type Writer interface {
	// Outputs are the files that were asked for.
	Outputs() []string
	// Write writes one of them. It is collective.
	Write(path string) error
}

// Effort is how much of an answer a run is to check.
type Effort int

const (
	Unchecked Effort = iota
	Sampled          // a part that takes about as long as the run, or less
	Whole            // as much as --verify promises
)

// A Run is what a run came to, on one rank.
type Run struct {
	Elapsed time.Duration // that the work took here, without what checked it
	Compute time.Duration // of which the rank computed, messages under way or not
	Threads int           // that it used; 0 for those of its place
	ISA     simd.ISA      // of its kernels on the processor; simd.Auto for that of its place
	Verdict *Verdict      // nil: unchecked
	Failed  error         // of a run that has an answer to report, and is a failure nevertheless
}

// MaxWorkers are the most ranks of one process, and threads of one rank, that are not
// a slip.
const MaxWorkers = 4096
