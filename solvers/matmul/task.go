package matmul

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"hybrid/internal/units"
	"hybrid/mpi/memcheck"
	"hybrid/solvers/task"
)

// A product is the problem on one rank.
type product[T Real] struct {
	*statement
	job     *task.Job
	problem Problem
	solver  *Solver[T]
	first   int       // step of k of this run: those before are in the checkpoint that it goes on from
	digests [2]uint64 // of A and B, where they are files and the run keeps checkpoints
	sum     *Summary  // of the last run; nil: not computed
	between func(nodes int) float64
	done    func(k int) // shows progress

	kernel      time.Duration // of the last run, and the operations of this rank in it
	kernelFlops float64
}

func open[T Real](p *statement, j *task.Job) (task.Task, error) {
	t := &product[T]{statement: p, job: j}
	err := t.begin()
	if err != nil && t.solver != nil {
		err = errors.Join(err, t.solver.Free())
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// begin makes the solver and its matrices.
func (t *product[T]) begin() error {
	if t.A == "" {
		t.problem = t.random()
		if err := t.holdOutputs(); err != nil {
			return err
		}
		return t.fill(RandomA[T](t.problem, t.Seed), RandomB[T](t.problem, t.Seed))
	}
	a, err := OpenFile(t.job.Comm, t.A)
	if err != nil {
		return task.BadInput(t.job.Name("a"), err)
	}
	defer a.Close()
	b, err := OpenFile(t.job.Comm, t.B)
	if err != nil {
		return task.BadInput(t.job.Name("b"), err)
	}
	defer b.Close()
	t.problem, err = t.ofFiles(t.job, a, b)
	if err := t.job.Comm.Agree(err); err != nil {
		return err
	}
	if err := t.holdOutputs(); err != nil {
		return err
	}
	fillA, fillB := FromFile[T](a), FromFile[T](b)
	if t.job.Keeper == nil && t.job.Resume == nil {
		return t.fill(fillA, fillB)
	}
	var digestA, digestB digest
	if err := t.fill(of(&digestA, t.problem.K, fillA), of(&digestB, t.problem.N, fillB)); err != nil {
		return err
	}
	return t.digest(&digestA, &digestB)
}

// holdOutputs reports what could not be written after the run. It is collective.
func (t *product[T]) holdOutputs() error {
	return t.job.Hold(t.Out, func(path string) error { return CheckOutput[T](t.job.Files, path, t.problem) })
}

// fill makes the solver and gives its matrices their elements.
func (t *product[T]) fill(a, b func(i, j int, row []T) error) error {
	s, err := New[T](t.job.Comm, t.problem, Options{
		Threads: t.job.Threads, ISA: t.job.ISA, Device: t.job.Device, Arithmetic: t.Arithmetic, Even: t.Balance == "off",
		Progress: func(k int) { t.done(k - t.first) },
	})
	var tooLarge *memcheck.Error
	switch {
	case errors.As(err, &tooLarge):
		return err
	case err != nil && t.Tensor != "off":
		return &task.StatusError{Err: errors.New(t.job.Name("tensor") + " is " + t.Tensor + ": " + strings.TrimPrefix(err.Error(), "matmul: ")), Status: task.Failed}
	case err != nil:
		return err
	}
	t.solver = s
	if err := s.FillA(a); err != nil {
		return task.BadInput(t.fillName("a"), err)
	}
	if err := s.FillB(b); err != nil {
		return task.BadInput(t.fillName("b"), err)
	}
	return nil
}

// fillName is the option that an error in filling is of; random matrices have none.
func (t *product[T]) fillName(option string) string {
	if t.A == "" {
		return ""
	}
	return t.job.Name(option)
}

func (t *product[T]) Prepare(context.Context) error {
	t.solver.reset()
	if r := t.job.Resume; r != nil {
		t.first = r.Done
		return task.BadInput("", t.restore(r))
	}
	return nil
}

func (t *product[T]) Run(ctx context.Context, e task.Effort) (task.Run, error) {
	perStep := t.problem.Flops() / float64(t.problem.K)
	t.done = t.job.Progress("steps of k", t.problem.K-t.first, func(steps float64) string { return units.SI(steps*perStep) + " flop/s" })
	was, began, waited := t.solver.Costs(), time.Now(), t.job.Keeper.Waited()
	if err := t.job.Go(ctx, t, min(t.solver.width, mostOfPiece), task.Piece); err != nil {
		return task.Run{}, err
	}
	if err := t.solver.finish(); err != nil {
		return task.Run{}, err
	}
	t.sum = nil
	now := t.solver.Costs()
	t.kernel, t.kernelFlops = now.Kernel-was.Kernel, now.Flops-was.Flops
	run := task.Run{Elapsed: time.Since(began) - t.job.Keeper.Waited() + waited, Compute: now.Compute - was.Compute}
	if t.between == nil {
		sent, err := t.job.Sum(now.Bytes - was.Bytes)
		if err != nil {
			return run, err
		}
		t.between = task.Scattered(sent[0])
	}
	if e == task.Unchecked {
		return run, nil
	}
	v, err := t.verify()
	run.Verdict = &v
	return run, err
}

func (t *product[T]) verify() (task.Verdict, error) {
	overflow, err := t.overflow()
	if err != nil {
		return task.Verdict{}, err
	}
	v, err := t.solver.Verify(t.Seed)
	if v.Answer == task.CannotTell && overflow != "" {
		v = task.Unknown("%s: there is nothing to compare with", overflow)
	}
	return v, err
}

// summary is that of the last product. It is collective.
func (t *product[T]) summary() (Summary, error) {
	if t.sum == nil {
		sum, err := t.solver.Summary()
		if err != nil {
			return sum, err
		}
		t.sum = &sum
	}
	return *t.sum, nil
}

// overflow says what of the result is not finite, "" if all is. The factors are.
func (t *product[T]) overflow() (string, error) {
	sum, err := t.summary()
	switch {
	case err != nil:
	case finite(sum.Max) == nil && t.DType == "f32":
		return "elements of the product are beyond the range of f32 (--dtype f64 reaches further)", nil
	case finite(sum.Max) == nil:
		return "elements of the product are beyond the range of f64", nil
	case finite(sum.Sum) == nil || finite(sum.Norm) == nil:
		return "the elements of the product are finite, but their sum or norm is beyond the range of f64", nil
	}
	return "", err
}

// flops are the operations of this run.
func (t *product[T]) flops() float64 {
	p := t.problem
	p.K -= t.first
	return p.Flops()
}

func (t *product[T]) Work() task.Work {
	m, n, k := float64(t.problem.M), float64(t.problem.N), float64(t.problem.K)
	return task.Work{Units: t.flops(), Flops: t.flops(), Bytes: (m*k + k*n + m*n) * float64(t.Bytes()), Between: t.between}
}

func (t *product[T]) Limit(ctx context.Context, d time.Duration, _ task.Memory) (task.Limit, error) {
	rate, err := t.job.Best(ctx, func() (float64, error) { return t.solver.Limit(d), nil })
	return task.Limit{Rate: rate, By: "compute", Text: "that the multiply-adders do"}, err
}

func (t *product[T]) Answer() (string, error) {
	sum, err := t.summary()
	return fmt.Sprint(sum), err
}

func (t *product[T]) Outputs() []string       { return t.Out }
func (t *product[T]) Write(path string) error { return t.solver.Write(t.job.Files, path) }
func (t *product[T]) Close() error            { return t.solver.Free() }

// finite is a number for JSON, which knows no infinity.
func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}
