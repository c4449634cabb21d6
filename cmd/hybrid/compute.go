package main

import (
	"context"
	"errors"
	"strings"

	"hybrid/gpu"
	"hybrid/internal/simd"
	"hybrid/mpi"
	"hybrid/mpi/room"
	"hybrid/solvers/task"
)

// A command that computes is three things: its options, a function that reads
// them, and one that does the work of a rank. The rest is done here, and alike
// for all of them: the common flags, where the ranks run, signals, progress,
// output files, the report and the exit status. For walks it looks like this:
//
//	var walkOptions = []option{{name: "walks"}, {name: "steps"}, {name: "out", kind: list}}
//
//	type walkConfig struct {
//		*computeConfig
//		Walks, Steps int
//		Out          []string
//	}
//
//	func readWalk(r *reader, c *computeConfig) work {
//		c.sizes = []string{"walks"} // to be named where memory does not suffice
//		w := &walkConfig{computeConfig: c, Walks: r.whole("walks", 1e6, 1, math.MaxInt), ...}
//		w.Out = r.outputs(".npy", ".png")
//		return w.run // what is wrong with the settings is in r.err
//	}
//
//	func (w *walkConfig) run(j *job) (*outcome, error) {
//		if err := j.tryOutput(w.Out, nil); err != nil { // before the work begins
//			return nil, err
//		}
//		done := j.progress("walks", w.Walks, func(rate float64) string { return units.SI(rate) + " walks/s" })
//		began := time.Now()
//		... done(n) ...
//		o := &outcome{Seconds: time.Since(began).Seconds()}
//		o.Err = j.writeOutput(w.Out, func(path string) error { ... })
//		o.Report = func(r *report) error {
//			r.Params = walkParams{commonParams: r.common(), ...}
//			limit, err := j.limit(func() (float64, error) { ... }) // of this rank
//			r.say("walks", "%d of %d steps", w.Walks, w.Steps)
//			fraction := r.speed(rate, limit, "walks", "that the multipliers allow") // nil: not known
//			r.Result, r.Metrics = walkResult{...}, walkMetrics{...}
//			r.verify = "counts the last walks again with another kernel"
//			r.files(w.Out)
//			return err
//		}
//		return o, nil
//	}
//
// and its line in commands() is
//
//	compute("walk", walkOptions, readWalk),
//
// with its help in help/walk.txt, whose lines @json, @run, @isa and @status stand
// for what the commands share, a test in testdata/script/walk.txtar, and a line
// in help/hybrid.txt.

// A work is what one rank does. All ranks do it together, and what one of them
// finds wrong ends it on all: an error that a single rank meets goes through
// j.comm.Agree.
type work func(j *job) (*outcome, error)

// An outcome is what a work came to, on one rank.
type outcome struct {
	Seconds float64       // that the work took here; that of the slowest rank is reported
	Threads int           // that it used; 0 for those of the job
	Verdict *task.Verdict // of --verify; nil where it was not asked for
	Err     error         // of an output file: the run failed, but has a result to report

	// Report fills in what the command has to report: Params, Result, Metrics and
	// the lines of the summary. Every rank calls it, after the work and only if
	// there is something to print, so that a limit can be measured in it; what
	// rank 0 has filled in is printed.
	Report func(r *report) error

	// Close gives back what the report was made of, if anything has to be; what is
	// on a device, which is given back right after.
	Close func() error
}

// unverifiedError is the error of a run whose result is wrong or, if it was to be
// verified, not known to be right.
func unverifiedError(v *task.Verdict, asked bool) error {
	switch {
	case v == nil || v.Answer == task.Yes:
		return nil
	case v.Answer == task.No:
		return &statusError{errors.New("verification failed: " + v.Detail), unverified}
	case asked:
		return &statusError{errors.New("the result could not be verified: " + v.Detail), unverified}
	}
	return nil
}

// compute is the command of that name, which reads its own options beside those
// of every command that computes. An option that is named as one of these takes
// its place: dtype with other values, for one.
func compute(name string, options []option, read func(*reader, *computeConfig) work) command {
	return newCompute(name, options, read, false)
}

// computeOnCPU is a command that has no use for a GPU.
func computeOnCPU(name string, options []option, read func(*reader, *computeConfig) work) command {
	return newCompute(name, options, read, true)
}

func newCompute(name string, options []option, read func(*reader, *computeConfig) work, onCPU bool) command {
	options = computeOptions(options)
	run := func(p *program, c *console, s settings) error {
		r := s.reader()
		cfg := readCompute(r, options)
		w := read(r, cfg)
		if onCPU && (cfg.GPU == "on" || cfg.GPU == "sim") {
			r.fail("%s is %q, but %s has nothing that a GPU does: use auto or off", r.name("gpu"), cfg.GPU, name)
		}
		if r.err != nil {
			return r.err
		}
		watch := c.watch
		watch.running.Store(true)
		return p.ranks(c, s, cfg.Ranks, func(comm *mpi.Comm) error {
			j := &job{config: cfg, command: name, console: c, watch: watch, comm: comm, ctx: watch.ctx, onCPU: onCPU}
			return watch.explain(comm, j.do(w))
		})
	}
	return command{name, options, run}
}

// do is one rank's run, from the first look around to the report.
func (j *job) do(w work) (err error) {
	if err := j.begin(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.unbind()) }()
	o, err := w(j)
	j.bar.Close()
	err = j.tooLarge(err)
	if errors.Is(err, context.Canceled) && j.watch.cause() != nil {
		return j.watch.cause()
	}
	if err != nil {
		return err
	}
	if o.Close != nil {
		defer func() { err = errors.Join(err, o.Close()) }()
	}
	if stopped := j.watch.cause(); stopped != nil && errors.Is(o.Err, stopped) {
		return stopped
	}
	j.watch.complete.Store(o.Err == nil)
	if err := j.print(o); err != nil {
		return err
	}
	if err := j.watch.cause(); err != nil && o.Err == nil && j.comm.Rank() == 0 {
		j.console.say("%s came when the run was complete", signalName(err.(*interruption).signal))
	}
	if o.Err != nil {
		j.comm.Barrier() // nobody leaves, and ends the run with that, before rank 0 has printed
		return o.Err
	}
	return j.comm.Agree(unverifiedError(o.Verdict, j.config.Verify))
}

// tooLarge names the sizes to blame, if an error is that memory does not suffice.
func (j *job) tooLarge(err error) error {
	var node *room.Error
	var device *gpu.MemoryError
	switch {
	case errors.As(err, &node):
		err = node
	case errors.As(err, &device):
		err = device
	default:
		return err
	}
	var names []string
	for _, option := range j.config.sizes {
		names = append(names, j.config.name(option))
	}
	_, text, _ := strings.Cut(err.Error(), ": ") // without the package
	return bad("%s: %s", strings.Join(names, ", "), text)
}

// begin finds out where the rank runs and with what.
func (j *job) begin() (err error) {
	if j.isa, err = chooseISA(j.comm, j.config.ISA); err != nil {
		return err
	}
	if j.place, err = findPlace(j.comm, j.isa); err != nil {
		return err
	}
	j.threads = j.config.Threads
	if j.threads == 0 {
		j.threads = j.place.Threads
	}
	if err := j.openOutput(); err != nil {
		return err
	}
	return j.bind()
}

// chooseISA is the instruction set that HYBRID_ISA asks for, or the best one. It
// is collective: a rank whose processor does not have it stops all.
func chooseISA(c *mpi.Comm, name string) (simd.ISA, error) {
	isa, err := simd.Choose(name)
	if err != nil {
		err = bad("HYBRID_ISA is %q on %s: %w", name, c.Host(), err)
	}
	return isa, c.Agree(err)
}
