package main

import (
	"errors"
	"strings"

	"hybrid/internal/units"
	"hybrid/mpi/memcheck"
	"hybrid/solvers/matmul"
	"hybrid/solvers/task"
)

// run multiplies two matrices.
func (c *matmulConfig) run(j *job) (*outcome, error) {
	if c.DType == "f32" {
		return multiply[float32](c, j)
	}
	return multiply[float64](c, j)
}

// A matmulJob is one rank's part of a run.
type matmulJob[T matmul.Real] struct {
	*matmulConfig
	*job
	problem matmul.Problem
	a, b    func(i, j int, row []T) error
	solver  *matmul.Solver[T]
	sum     matmul.Summary
	done    func(k int) // shows progress
}

func multiply[T matmul.Real](c *matmulConfig, shared *job) (o *outcome, err error) {
	j := &matmulJob[T]{matmulConfig: c, job: shared}
	try := func(path string) error { return j.output.Shared(path, nil) }
	if err := j.tryOutput(j.Out, try); err != nil {
		return nil, err
	}
	if err := j.begin(); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, j.solver.Free()) }()
	if err := j.solver.Multiply(j.ctx); err != nil {
		return nil, err
	}
	costs := j.solver.Costs()
	o = &outcome{Seconds: (costs.Wait + costs.Compute).Seconds()}
	if j.reports() || j.Verify {
		if j.sum, err = j.solver.Summary(); err != nil {
			return nil, err
		}
	}
	overflow := j.overflow()
	if overflow != "" && j.comm.Rank() == 0 && !j.Quiet {
		j.console.say("warning: %s", overflow)
	}
	if j.Verify {
		v, err := j.solver.Verify(j.Seed)
		if err != nil {
			return nil, err
		}
		if v.Answer == task.CannotTell && overflow != "" {
			v = task.Unknown("%s: there is nothing to compare with", overflow)
		}
		o.Verdict = &v
	}
	o.Err = j.writeOutput(j.Out, func(path string) error { return j.solver.Write(j.output, path) })
	o.Report = j.report
	return o, nil
}

// overflow says what of the result is not finite, "" if all is. The factors are.
func (j *matmulJob[T]) overflow() string {
	switch {
	case finite(j.sum.Max) == nil && j.DType == "f32":
		return "elements of the product are beyond the range of f32 (--dtype f64 reaches further)"
	case finite(j.sum.Max) == nil:
		return "elements of the product are beyond the range of f64"
	case finite(j.sum.Sum) == nil || finite(j.sum.Norm) == nil:
		return "the elements of the product are finite, but their sum or norm is beyond the range of f64"
	}
	return ""
}

// begin makes the solver and its matrices.
func (j *matmulJob[T]) begin() error {
	if j.A == "" {
		j.problem = j.random()
		j.a, j.b = matmul.RandomA[T](j.problem, j.Seed), matmul.RandomB[T](j.problem, j.Seed)
		return j.fill()
	}
	a, err := matmul.OpenFile(j.comm, j.A)
	if err != nil {
		return badInput(j.name("a"), err)
	}
	defer a.Close()
	b, err := matmul.OpenFile(j.comm, j.B)
	if err != nil {
		return badInput(j.name("b"), err)
	}
	defer b.Close()
	j.problem, err = j.ofFiles(a, b)
	if err := j.comm.Agree(err); err != nil {
		return err
	}
	j.a, j.b = matmul.FromFile[T](a), matmul.FromFile[T](b)
	return j.fill()
}

// fill makes the solver and gives its matrices their elements.
func (j *matmulJob[T]) fill() error {
	options := matmul.Options{
		Threads: j.threads, ISA: j.isa, Device: j.device, Arithmetic: j.Arithmetic,
		Progress: func(k int) { j.done(k) },
	}
	s, err := matmul.New[T](j.comm, j.problem, options)
	var tooLarge *memcheck.Error
	switch {
	case errors.As(err, &tooLarge):
		return err
	case err != nil && j.Tensor != "off":
		return &statusError{errors.New(j.name("tensor") + " is " + j.Tensor + ": " + strings.TrimPrefix(err.Error(), "matmul: ")), failed}
	case err != nil:
		return err
	}
	j.solver = s
	if err := s.FillA(j.a); err != nil {
		return errors.Join(badInput(j.fillName("a"), err), s.Free())
	}
	if err := s.FillB(j.b); err != nil {
		return errors.Join(badInput(j.fillName("b"), err), s.Free())
	}
	j.done = j.progress("steps of k", j.problem.K, func(steps float64) string {
		return units.SI(steps*j.problem.Flops()/float64(j.problem.K)) + " flop/s"
	})
	return nil
}

// fillName is the option that an error in filling is of; random matrices have none.
func (j *matmulJob[T]) fillName(option string) string {
	if j.A == "" {
		return ""
	}
	return j.name(option)
}
