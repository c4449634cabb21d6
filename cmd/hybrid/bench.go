package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"hybrid/internal/cores"
	"hybrid/internal/plain"
	"hybrid/mpi/gather"
	"hybrid/study"
	"hybrid/study/compare"
	"hybrid/study/result"
)

// benchMetrics is how much of what is there each kernel used.
type benchMetrics struct {
	Fractions   map[string]float64 `json:"fractions"` // of its limit, on processors
	Regressions int                `json:"regressions"`
	PeakBytes   int                `json:"peak_bytes"`
}

// run makes the study.
func (c *benchConfig) run(j *job) (*outcome, error) {
	if err := c.tryOutputs(j); err != nil {
		return nil, err
	}
	against, err := c.readOld(j)
	if err != nil {
		return nil, err
	}
	machine, err := j.machine()
	if err != nil {
		return nil, err
	}
	doing := ""
	var done func(int)
	began := time.Now()
	cfg := study.Config{
		Kernels: c.Kernels, Sizes: c.Sizes, DType: c.DType, Seed: c.Seed,
		Repeat: c.Repeat, Time: c.Time,
		Threads: j.threads, MostThreads: c.mostThreads(j), Solo: c.Solo, ISA: j.isa, Device: j.device,
		NoProbes: c.NoProbes, NoScaling: c.NoScaling, Machine: machine, Against: against,
		Progress: func(n, all int, what string) {
			if doing = what; done == nil {
				done = j.progress("measurements", all, func(float64) string { return doing })
			}
			done(n)
		},
	}
	r, err := study.Run(j.ctx, j.comm, cfg)
	if err != nil {
		return nil, c.explain(err)
	}
	verdict := study.Verdict(r)
	o := &outcome{Seconds: time.Since(began).Seconds(), Verdict: &verdict}
	var files []string
	if files, o.Err = c.writeOutputs(j, r); o.Err == nil {
		o.Err = c.regressions(j, r)
	}
	o.Report = func(rep *report) error { return c.report(rep, r, cfg.MostThreads, files) }
	return o, nil
}

// explain is an error of a study, in terms of the command.
func (c *benchConfig) explain(err error) error {
	var wrong *study.WrongError
	var size *study.SizeError
	switch {
	case errors.As(err, &wrong):
		return &statusError{errors.New("verification failed: " + wrong.Error()), unverified}
	case errors.As(err, &size):
		return fmt.Errorf("%s: %w", c.name("size"), err)
	}
	return err
}

// mostThreads is how many threads a rank has that has its cores to itself.
func (c *benchConfig) mostThreads(j *job) int {
	if c.Threads > 0 {
		return j.threads
	}
	return max(cores.Usable(), j.threads)
}

// machine is what the ranks run on. It is collective.
func (j *job) machine() (result.Machine, error) {
	type here struct {
		Host, CPU, Device string
		Cores             []int
	}
	own := here{Host: plain.Text(j.comm.Host()), CPU: plain.Text(j.place.CPU), Cores: j.place.Cores}
	if j.device != nil {
		own.Device = plain.Text(j.device.Info().Name)
	}
	all, err := gather.Values(j.comm, own)
	if err != nil {
		return result.Machine{}, err
	}
	m := result.Machine{Date: time.Now().UTC().Format(time.RFC3339), ISA: j.isa.String()}
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
func (c *benchConfig) readOld(j *job) (*study.Baseline, error) {
	if c.Baseline == "" {
		return nil, nil
	}
	var old *result.Result
	var err error
	if j.comm.Rank() == 0 {
		old, err = compare.Read(c.Baseline)
	}
	if err := j.comm.Agree(err); err != nil {
		return nil, badInput(c.name("baseline"), err)
	}
	if j.comm.Rank() == 0 {
		err = c.comparable(old)
	}
	if err := j.comm.Agree(err); err != nil {
		return nil, err
	}
	if old, err = gather.FromRoot(j.comm, old); err != nil {
		return nil, err
	}
	return &study.Baseline{File: plain.Text(c.Baseline), Result: old, Tolerance: c.Tolerance}, nil
}

// regressions is the error of a study that is slower than its baseline, or of which
// nothing could be compared with it, on rank 0's account.
func (c *benchConfig) regressions(j *job, r *result.Result) error {
	var err error
	switch compared := r.Comparison; {
	case j.comm.Rank() > 0 || compared == nil:
	case compared.Compared() == 0:
		err = c.incomparable(compared.Missing, compared.Added)
	case compared.Regressions > 0:
		err = regressionError(compared)
	}
	return j.comm.Agree(err)
}

// incomparable is the error of a baseline that has nothing in common with the study.
func (c *benchConfig) incomparable(old, new []string) error {
	return bad("%s is %q, which has nothing that this run measures: it has %s; this run has %s: choose the same kernels, type and sizes",
		c.name("baseline"), c.Baseline, someOf(old), someOf(new))
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
func (c *benchConfig) comparable(old *result.Result) error {
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
	for _, k := range c.Kernels {
		name := k.Name + " " + c.DType
		if slices.Contains(there, name) {
			return nil
		}
		wanted = append(wanted, name)
	}
	return c.incomparable(there, wanted)
}
