package model

import (
	"context"

	"hybrid/halo"
	"hybrid/internal/units"
	"hybrid/solvers/task"
)

// verify takes the steps of the run once more by the reference, each rank in its own part, and
// compares all bits. It is collective.
func (t *run[T]) verify(ctx context.Context) (task.Verdict, error) {
	begin, err := t.startingFields()
	if err != nil {
		return task.Verdict{}, err
	}
	r, err := newReferencePart(t.sys, t.solver.Grid(), t.began, begin)
	for r != nil && err == nil && r.step < t.steps {
		if err = t.solver.stopped(ctx); err == nil {
			r.advance(1)
			err = r.err
		}
	}
	if err = t.job.Comm.Agree(err); err != nil {
		return task.Verdict{}, err
	}
	for _, f := range t.sys.evolved() {
		v, err := t.different(f, r.field(f))
		if err != nil {
			return task.Verdict{}, err
		}
		if v != nil {
			return *v, nil
		}
	}
	compared := units.Count(t.sys.cells()*len(t.sys.evolved()), "value")
	if t.resumed != nil {
		return task.Right("%s since the checkpoint of step %d again by a plain loop, %s with the same bits", units.Count(t.steps-t.began, "step"), t.began, compared), nil
	}
	return task.Right("all %d steps again by a plain loop, %s with the same bits", t.steps, compared), nil
}

// startingFields are the fields of this rank's part as the run began with them, by field: read and made once
// more, those of a checkpoint as they were read. It is collective.
func (t *run[T]) startingFields() ([][]T, error) {
	lo, hi, _ := partOf(t.sys, t.solver.Grid())
	begin := make([][]T, len(t.sys.Fields))
	for f := range t.sys.Fields {
		field := &t.sys.Fields[f]
		switch {
		case field.Role == Stage:
		case t.resumed != nil && field.Role == Evolved:
			begin[f] = t.restored[f]
		case field.File != "":
			again := halo.NewField[T](t.solver.Grid())
			if err := t.solver.readRows(field.File, again.Data, t.solver.viewOf(again)); err != nil {
				return nil, err
			}
			begin[f] = t.own(again)
		default:
			begin[f] = initiallyIn[T](t.sys, f, lo, hi)
		}
	}
	return begin, nil
}

// own are the cells of this rank's part.
func (t *run[T]) own(f *halo.Field[T]) []T {
	b := f.Grid().Own()
	cells := make([]T, b.Cells())
	if err := f.Pack(b, cells); err != nil {
		panic(err) // they fit
	}
	return cells
}

// different is the verdict of a field of which one value is not the one wanted, nil where all are. It is
// collective.
func (t *run[T]) different(field int, want []T) (*task.Verdict, error) {
	s, got := t.sys, t.own(t.solver.Field(field))
	lo, hi, _ := partOf(s, t.solver.Grid())
	bits := func(v T) uint64 { return s.Type.Bits(float64(v)) }
	first, both := noCell, []uint64{0, 0}
	for i, v := range got {
		w := want[i]
		// Of NaN the bits say nothing.
		if bits(v) != bits(w) && (v == v || w == w) {
			columns, rows := hi[2]-lo[2], hi[1]-lo[1]
			first = s.number([3]int{lo[0] + i/columns/rows, lo[1] + i/columns%rows, lo[2] + i%columns})
			both = []uint64{bits(v), bits(w)}
			break
		}
	}
	n, err := firstOf(t.job.Comm, first, both)
	if err != nil || n == noCell {
		return nil, err
	}
	v := task.Wrong("%s at %v is %v, but %v by a plain loop", s.Fields[field].Name, s.index(s.cell(n)), s.Type.Float(both[0]), s.Type.Float(both[1]))
	return &v, nil
}
