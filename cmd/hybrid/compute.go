package main

import (
	"context"
	"errors"

	"hybrid/internal/cores"
	"hybrid/internal/option"
	"hybrid/mpi"
	"hybrid/simd"
	"hybrid/solvers/task"
)

// A command that computes is a problem: its options, what is wrong with them together,
// and the work of a rank. The rest is done here, and alike
// for all of them: the common flags, where the ranks run, signals, progress,
// output files, the report and the exit status. For walks it looks like this:
//
//	type walkConfig struct {
//		*computeConfig
//		Walks, Steps int
//		Out          []string
//	}
//
//	func (w *walkConfig) declare(o *option.Set) { // the flags: each is stated here and nowhere else
//		o.Group("Problem")
//		o.Int(&w.Walks, "walks", 1e6, "walks", option.Range(1, math.MaxInt), option.Size)
//		o.Int(&w.Steps, "steps", 1e4, "steps of each walk")
//		o.Group("Output")
//		o.Outs(&w.Out, "out", "write the histogram", []string{".npy", ".png"})
//	}
//
//	func (w *walkConfig) check(r *reader) { // what is wrong with them together is in r.err
//		if w.Walks > most/w.Steps {
//			r.fail("%s %d times %s %d is too many", r.Name("walks"), w.Walks, r.Name("steps"), w.Steps)
//		}
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
//			r.Params = r.params() // and what the run found out: .Set("steps", n)
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
//	compute("walk", func(c *computeConfig) problem { return &walkConfig{computeConfig: c} }),
//
// with its help in help/walk.txt, whose lines @Problem, @Output and @Run stand for
// the flags and @isa and @status for what the commands share, a test in testdata/script/walk.txtar, and a line
// in help/hybrid.txt.

// A problem is what a command that computes can be told, and does.
type problem interface {
	declare(o *option.Set)
	check(r *reader)
	// run is the work of one rank. All ranks do it together, and what one of them
	// finds wrong ends it on all: an error that a single rank meets goes through
	// j.comm.Agree.
	run(j *job) (*outcome, error)
}

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

// compute is the command of that name. An option that the problem declares under the
// name of one of all commands takes its place: dtype with other values, for one.
func compute(name string, open func(*computeConfig) problem) command {
	return newCompute(name, open, false)
}

// computeOnCPU is a command that has no use for a GPU.
func computeOnCPU(name string, open func(*computeConfig) problem) command {
	return newCompute(name, open, true)
}

func newCompute(name string, open func(*computeConfig) problem, onCPU bool) command {
	return command{name, func(p *program, o *option.Set) func(*console) error {
		cfg := &computeConfig{options: o, name: o.Name}
		x := open(cfg)
		x.declare(o)
		cfg.declareCommon(o)
		return func(c *console) error {
			r := &reader{Set: o, kernels: p.kernels}
			cfg.checkCommon(r)
			cfg.checkGPU(r, name, onCPU)
			if x.check(r); r.err != nil {
				return r.err
			}
			watch := c.watch
			watch.running.Store(true)
			return p.ranks(c, o, cfg.Ranks, func(comm *mpi.Comm) error {
				j := &job{config: cfg, command: name, console: c, watch: watch, comm: comm, ctx: watch.ctx, onCPU: onCPU, limitMemory: p.limitMemory}
				return watch.explain(comm, j.do(x.run))
			})
		}
	}}
}

// checkGPU refuses a GPU to a command that has no use for one.
func (c *computeConfig) checkGPU(r *reader, command string, onCPU bool) {
	if onCPU && (c.GPU == "on" || c.GPU == "sim") {
		r.fail("%s is %q, but %s has nothing that a GPU does: use auto or off", r.Name("gpu"), c.GPU, command)
	}
}

// do is one rank's run, from the first look around to the report.
func (j *job) do(run func(*job) (*outcome, error)) (err error) {
	if err := j.begin(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.unbind()) }()
	o, err := run(j)
	j.bar.Close()
	err = j.tooLarge(err, j.config.sizes)
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
	j.limitThreads()
	if err := j.fitIn(); err != nil {
		return err
	}
	if err := j.openOutput(); err != nil {
		return err
	}
	return j.bind()
}

// threadsPerCore is how many threads of a process may take turns on a core. Go's
// scheduler gives each up to 10 ms, and what waits for a signal comes behind all
// others: with so many it is heeded within a second.
const threadsPerCore = 64

// limitThreads takes fewer threads than were asked for, where they could only wait
// for each other.
func (j *job) limitThreads() {
	ranks := 1
	if j.comm.Transport() == "local" {
		ranks = j.comm.Size()
	}
	most := max(threadsPerCore*cores.Usable()/ranks, 1)
	if j.threads <= most {
		return
	}
	if j.comm.Rank() == 0 && !j.config.Quiet {
		j.console.say("%s is %d, far more than the cores: computing with %d", j.config.name("threads"), j.threads, most)
	}
	j.threads = most
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
