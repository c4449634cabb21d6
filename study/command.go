package study

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"hybrid/internal/cores"
	"hybrid/internal/plain"
	"hybrid/mpi/gather"
	"hybrid/solvers/task"
	"hybrid/study/compare"
	"hybrid/study/result"
)

// A bench is one rank's part of a
type bench struct {
	*statement
	job     *task.Job
	machine result.Machine
	against *Baseline
	result  *result.Result
}

func (p *statement) Open(_ context.Context, j *task.Job) (_ task.Task, err error) {
	t := &bench{statement: p, job: j}
	if err := t.holdOutputs(); err != nil {
		return nil, err
	}
	if t.against, err = t.readOld(); err != nil {
		return nil, err
	}
	t.machine, err = machineOf(j)
	return t, err
}

func (t *bench) Prepare(context.Context) error { return nil }
func (t *bench) Close() error                  { return nil }

// Run makes the  It checks answers whatever the effort.
func (t *bench) Run(ctx context.Context, _ task.Effort) (task.Run, error) {
	doing := ""
	var done func(int)
	began := time.Now()
	r, err := Run(ctx, t.job.Comm, Config{
		Kernels: t.Kernels, Sizes: t.Sizes, DType: t.DType, Seed: t.Seed,
		Repeat: t.Repeat, Time: t.Time,
		Threads: t.job.Threads, MostThreads: t.mostThreads(), Solo: t.Solo, ISA: t.job.ISA, Device: t.job.Device,
		NoProbes: t.NoProbes, NoScaling: t.NoScaling, Machine: t.machine, Against: t.against,
		Progress: func(n, all int, what string) {
			if doing = what; done == nil {
				done = t.job.Progress("measurements", all, func(float64) string { return doing })
			}
			done(n)
		},
	})
	if err != nil {
		return task.Run{}, t.explain(err)
	}
	t.result = r
	v := Verdict(r)
	return task.Run{Elapsed: time.Since(began), Verdict: &v, Failed: t.regressions()}, nil
}

// explain is an error of a study, in terms of the command.
func (t *bench) explain(err error) error {
	var wrong *WrongError
	var size *SizeError
	switch {
	case errors.As(err, &wrong):
		return &task.StatusError{Err: errors.New("verification failed: " + wrong.Error()), Status: task.Unverified}
	case errors.As(err, &size):
		return fmt.Errorf("%s: %w", t.job.Name("size"), err)
	}
	return err
}

// mostThreads is how many threads a rank has that has its cores to itself.
func (t *bench) mostThreads() int {
	if t.Threads > 0 {
		return t.job.Threads
	}
	return max(cores.Usable(), t.job.Threads)
}

// machineOf is what the ranks run on. It is collective.
func machineOf(j *task.Job) (result.Machine, error) {
	type here struct {
		Host, CPU, Device string
		Cores             []int
	}
	own := here{Host: plain.Text(j.Comm.Host()), CPU: plain.Text(cores.Processor()), Cores: cores.Allowed()}
	if j.Device != nil {
		own.Device = plain.Text(j.Device.Info().Name)
	}
	all, err := gather.Values(j.Comm, own)
	if err != nil {
		return result.Machine{}, err
	}
	m := result.Machine{Date: time.Now().UTC().Format(time.RFC3339), ISA: j.ISA.String()}
	counted := map[string]map[int]bool{}
	var cpus []string
	for _, h := range all {
		if counted[h.Host] == nil {
			counted[h.Host] = map[int]bool{}
			m.Hosts = append(m.Hosts, h.Host)
		}
		for _, core := range h.Cores {
			counted[h.Host][core] = true
		}
		if !slices.Contains(cpus, h.CPU) {
			cpus = append(cpus, h.CPU)
		}
		if h.Device != "" {
			m.Devices = append(m.Devices, h.Device)
		}
	}
	for _, cores := range counted {
		m.Cores += len(cores)
	}
	m.CPU = strings.Join(cpus, " and ")
	return m, nil
}

// readOld reads the baseline on rank 0 and gives it to all. It is collective.
func (t *bench) readOld() (*Baseline, error) {
	if t.Baseline == "" {
		return nil, nil
	}
	var old *result.Result
	var err error
	if t.job.Comm.Rank() == 0 {
		old, err = compare.Read(t.Baseline)
	}
	if err := t.job.Comm.Agree(err); err != nil {
		return nil, task.BadInput(t.job.Name("baseline"), err)
	}
	if t.job.Comm.Rank() == 0 {
		err = t.comparable(old)
	}
	if err := t.job.Comm.Agree(err); err != nil {
		return nil, err
	}
	if old, err = gather.FromRoot(t.job.Comm, old); err != nil {
		return nil, err
	}
	return &Baseline{File: plain.Text(t.Baseline), Result: old, Tolerance: t.Tolerance}, nil
}

// regressions is the error of a study that is slower than its baseline, or of which
// nothing could be compared with it, on rank 0's account.
func (t *bench) regressions() error {
	var err error
	switch compared := t.result.Comparison; {
	case t.job.Comm.Rank() > 0 || compared == nil:
	case compared.Compared() == 0:
		err = t.incomparable(compared.Missing, compared.Added)
	case compared.Regressions > 0:
		err = regressionError(compared)
	}
	return t.job.Comm.Agree(err)
}

// incomparable is the error of a baseline that has nothing in common with the
func (t *bench) incomparable(old, new []string) error {
	return task.Bad("%s is %q, which has nothing that this run measures: it has %s; this run has %s: choose the same kernels, type and sizes",
		t.job.Name("baseline"), t.Baseline, someOf(old), someOf(new))
}

// someOf lists names, the first few of many.
func someOf(names []string) string {
	const few = 6
	switch n := len(names); {
	case n == 0:
		return "nothing"
	case n > few:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), n-few)
	}
	return strings.Join(names, ", ")
}

// comparable reports a baseline of other kernels or of another type before anything is
// measured.
func (t *bench) comparable(old *result.Result) error {
	var there, wanted []string
	note := func(kernel, dtype string) {
		if name := kernel + " " + dtype; !slices.Contains(there, name) {
			there = append(there, name)
		}
	}
	for _, p := range old.Kernels {
		note(p.Kernel, p.DType)
	}
	for _, s := range old.Scaling {
		note(s.Kernel, s.DType)
	}
	for _, k := range t.Kernels {
		name := k.Name + " " + t.DType
		if slices.Contains(there, name) {
			return nil
		}
		wanted = append(wanted, name)
	}
	return t.incomparable(there, wanted)
}
