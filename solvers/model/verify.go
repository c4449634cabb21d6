package model

import (
	"context"

	"hybrid/internal/units"
	"hybrid/mpi"
	"hybrid/npy"
	"hybrid/solvers/task"
)

// verify takes the steps of the run once more by the reference, on rank 0 and whole arrays,
// and compares all bits. It is collective.
func (t *run[T]) verify(ctx context.Context) (task.Verdict, error) {
	if t.resumed != nil {
		return task.Unknown("the run began at a checkpoint: --verify takes all steps from the start"), nil
	}
	var mine [][]T
	for _, f := range t.sys.evolved() {
		whole, err := t.solver.Field(f).Gather(0)
		if err != nil {
			return task.Verdict{}, err
		}
		mine = append(mine, whole)
	}
	verdict := task.Verdict{}
	var failed error
	if t.job.Comm.Rank() == 0 {
		verdict, failed = t.again(ctx, mine)
	}
	if err := t.job.Comm.Agree(failed); err != nil {
		return verdict, err
	}
	answer := []int64{int64(verdict.Answer)}
	err := mpi.Bcast(t.job.Comm, answer, 0)
	verdict.Answer = task.Answer(answer[0])
	return verdict, err
}

// again takes the steps by the reference and compares.
func (t *run[T]) again(ctx context.Context, mine [][]T) (task.Verdict, error) {
	begin := make([][]T, len(t.sys.Fields))
	for f := range t.sys.Fields {
		field := &t.sys.Fields[f]
		switch {
		case field.Role == Stage:
		case field.File != "":
			values, err := t.fromFile(field.File)
			if err != nil {
				return task.Verdict{}, err
			}
			begin[f] = values
		default:
			begin[f] = initially[T](t.sys, f)
		}
	}
	r := newReference(t.sys, begin)
	for range t.steps {
		if err := context.Cause(ctx); err != nil {
			return task.Verdict{}, err
		}
		r.advance(1)
	}
	compared := 0
	for i, f := range t.sys.evolved() {
		for cell, v := range r.field(f) {
			// Of NaN the bits say nothing.
			if got := mine[i][cell]; t.sys.Type.Bits(float64(got)) != t.sys.Type.Bits(float64(v)) && (got == got || v == v) {
				s := t.sys
				at := [3]int{cell / (s.Size[1] * s.Size[2]), cell / s.Size[2] % s.Size[1], cell % s.Size[2]}
				return task.Wrong("%s at %v is %v, but %v by a plain loop", s.Fields[f].Name, at[3-s.Dims:], got, v), nil
			}
			compared++
		}
	}
	return task.Right("all %d steps again by a plain loop, %s with the same bits", t.steps, units.Count(compared, "value")), nil
}

// fromFile is all of an array.
func (t *run[T]) fromFile(path string) ([]T, error) {
	r, err := npy.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	values := make([]T, t.sys.cells())
	return values, npy.ReadBlock(r, r.RowRange(0, r.Rows()), values, npy.Round)
}
