package cli

import (
	"context"
	"errors"
	"runtime"

	"hybrid/internal/cores"
	"hybrid/mpi"
	"hybrid/simd"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// unverifiedError is the error of a run whose result is wrong or, if it was to be
// verified, not known to be right. Its reader may have seen the detail already, in the
// summary's last lines.
func unverifiedError(v *task.Verdict, asked, seen bool) error {
	text := "verification failed"
	switch {
	case v == nil || v.Answer == task.Yes || v.Answer == task.CannotTell && !asked:
		return nil
	case v.Answer == task.CannotTell:
		text = "the result could not be verified"
	}
	if !seen {
		text += ": " + v.Detail
	}
	return &task.StatusError{Err: errors.New(text), Status: task.Unverified}
}

// seen tells whether who reads standard error has the summary before their eyes.
func (j *job) seen() bool {
	text, errors := j.textStream(), j.console.stderr
	return !j.config.Quiet && (text == errors || text.terminal && errors.terminal)
}

// compute is the command of a problem.
func compute(problem func(*task.Common) task.Problem) command {
	about := problem(&task.Common{}).About()
	return command{about.Name, about.Summary, about.Help, func(p *Program, o *option.Set) func(*console) error {
		cfg := &config{options: o, name: o.Name, sim: p.Sim}
		x := problem(&cfg.Common)
		x.Declare(o)
		cfg.declare(o, about)
		return func(c *console) error {
			if err := cfg.resume(o, about); err != nil {
				return err
			}
			checker := &task.Checker{Set: o, Sizes: cfg.declaredSizes()}
			cfg.check(checker, about)
			cfg.checkGPU(checker, about)
			if x.Check(checker); checker.Err != nil {
				return checker.Err
			}
			cfg.sizes = checker.Sizes
			if cfg.supervise > 0 {
				return cfg.superviseRun(p, c)
			}
			p.sayUnread(c, o, cfg.Quiet)
			watch := c.watch
			watch.keeps.Store(cfg.dir != "")
			watch.running.Store(true)
			dog := cfg.watchdog(c)
			rank := func(comm *mpi.Comm) error {
				leave, err := join(dog, comm)
				if err != nil {
					return err
				}
				defer leave()
				j := &job{config: cfg, about: about, console: c, watch: watch, program: p}
				j.Comm = comm
				return watch.explain(comm, j.fallBack(j.do(x)))
			}
			goesOn := func() bool { return cfg.lost.Load() && watch.cause() == nil }
			over := false // MPI, which starts once in a process: the ranks go on from where they are
			err := p.ranks(c, o, cfg.Ranks, func(comm *mpi.Comm) error {
				err := rank(comm)
				if comm.Transport() == "local" {
					return err
				}
				if over = true; goesOn() {
					if err := takeLeft(comm); err != nil {
						return err
					}
					on := *p
					on.comm = comm
					return on.dispatch(c, cfg.withoutDevices(c.args))
				}
				return err
			})
			if !over && goesOn() {
				return p.dispatch(c, cfg.withoutDevices(c.args))
			}
			return err
		}
	}}
}

// checkGPU refuses a GPU to a command that has no use for one.
func (c *config) checkGPU(r *task.Checker, about task.About) {
	if about.OnCPU && (c.GPU == "on" || c.GPU == "sim") {
		r.Fail("%s is %q, but %s has nothing that a GPU does: use auto or off", r.Name("gpu"), c.GPU, about.Name)
	}
}

// do is one rank's run, from the first look around to the report.
func (j *job) do(x task.Problem) (err error) {
	if err := j.begin(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.unbind()) }()
	defer j.Files.Close()
	if err := j.keep(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.finishCheckpoints()) }()
	t, run, err := j.solve(x)
	j.bar.Close()
	if t != nil {
		defer func() { err = errors.Join(err, t.Close()) }()
	}
	var stopped *task.StoppedError
	if errors.As(err, &stopped) {
		return j.stopped(stopped)
	}
	err = j.whoseDevice(j.tooLarge(err, j.config.sizes))
	if errors.Is(err, context.Canceled) && j.watch.cause() != nil {
		return j.watch.cause()
	}
	if err != nil {
		return err
	}
	j.writeOutputs(t, &run)
	if j.Keeper != nil {
		if err := j.Keeper.Finish(); err != nil {
			return err
		}
	}
	if stopped := j.watch.cause(); stopped != nil && errors.Is(run.Failed, stopped) {
		return stopped
	}
	j.watch.complete.Store(run.Failed == nil)
	if err := j.print(t, run); err != nil {
		return err
	}
	if err := j.watch.cause(); err != nil && run.Failed == nil && j.Comm.Rank() == 0 {
		j.console.say("%s came when the run was complete", SignalName(err.(*interruption).signal))
	}
	if run.Failed != nil {
		j.Comm.Barrier() // nobody leaves, and ends the run with that, before rank 0 has printed
		return run.Failed
	}
	return j.Comm.Agree(unverifiedError(run.Verdict, j.config.Verify, j.seen()))
}

// solve opens the problem and runs it.
func (j *job) solve(x task.Problem) (t task.Task, run task.Run, err error) {
	ctx := j.watch.ctx
	if t, err = x.Open(ctx, &j.Job); err != nil {
		return nil, run, err
	}
	if err = t.Prepare(ctx); err != nil {
		return t, run, err
	}
	if err = j.collect(); err != nil {
		return t, run, err
	}
	effort := task.Unchecked
	if j.config.Verify {
		effort = task.Whole
	}
	run, err = t.Run(ctx, effort)
	return t, run, err
}

// collect has each process collect the garbage of its start, once, before the run begins:
// the collector would take a millisecond of a run that may be shorter. It is collective.
func (j *job) collect() error {
	if j.Comm.Rank() == 0 || j.Comm.Transport() != "local" {
		runtime.GC()
	}
	return j.Comm.Barrier()
}

// writeOutputs writes as many of the output files as can be, and notes which, and
// that the run has failed if one could not be. Of several failures, all but the first
// are told at once.
func (j *job) writeOutputs(t task.Task, run *task.Run) {
	w, ok := t.(task.Writer)
	if !ok {
		return
	}
	for _, path := range w.Outputs() {
		if stopped := j.watch.cause(); stopped != nil {
			run.Failed = stopped
			return
		}
		err := w.Write(path)
		var remote *mpi.RemoteError
		switch {
		case err == nil:
			j.written = append(j.written, path)
		case task.Severed(err):
			run.Failed = err
			return
		case run.Failed == nil:
			run.Failed = err
		case !errors.As(err, &remote):
			j.console.say("%v", err)
		}
	}
}

// begin finds out where the rank runs and with what.
func (j *job) begin() (err error) {
	if j.ISA, err = chooseISA(j.Comm, j.config.isa); err != nil {
		return err
	}
	if j.here, err = describeRank(j.Comm, j.ISA); err != nil {
		return err
	}
	j.Threads = j.config.Threads
	if j.Threads == 0 {
		j.Threads = j.here.Threads
	}
	j.limitThreads()
	if err := j.fitIn(); err != nil {
		return err
	}
	if err := j.openOutput(); err != nil {
		return err
	}
	j.Stdin, j.Call, j.Show, j.Tell = j.console.stdin, j.config.name, j.progress, j.tell
	return j.bind()
}

// tell prints a line for people, who may want quiet.
func (j *job) tell(format string, args ...any) {
	if !j.config.Quiet {
		j.console.say(format, args...)
	}
}

// threadsPerCore is how many threads of a process may take turns on a core. Go's
// scheduler gives each up to 10 ms, and what waits for a signal comes behind all
// others: with so many it is heeded within a second.
const threadsPerCore = 64

// limitThreads takes fewer threads than were asked for, where they could only wait
// for each other.
func (j *job) limitThreads() {
	ranks := 1
	if j.Comm.Transport() == "local" {
		ranks = j.Comm.Size()
	}
	if j.Threads <= max(threadsPerCore/ranks, 1) {
		return // whatever the cores, which thousands of ranks need not look up
	}
	most := max(threadsPerCore*cores.Usable()/ranks, 1)
	if j.Threads <= most {
		return
	}
	if j.Comm.Rank() == 0 {
		j.tell("%s is %d, far more than the cores: computing with %d", j.config.name("threads"), j.Threads, most)
	}
	j.Threads = most
}

// chooseISA is the instruction set that HYBRID_ISA asks for, or the best one. It
// is collective: a rank whose processor does not have it stops all.
func chooseISA(c *mpi.Comm, name string) (simd.ISA, error) {
	isa, err := simd.Choose(name)
	if err != nil {
		err = task.Bad("HYBRID_ISA is %q on %s: %w", name, c.Host(), err)
	}
	return isa, c.Agree(err)
}
