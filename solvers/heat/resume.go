package heat

import (
	"context"
	"errors"

	"hybrid/mpi/checkpoint"
	"hybrid/npy"
	"hybrid/solvers/task"
)

// A saved state is what a checkpoint of a run has beside the field.
type saved struct {
	Problem Problem
	Step    int
	Time    float64 // at Step
	Start   Moment
	Scale   float64
	Every   int         `json:",omitempty"` // steps between frames
	Colours *[2]float64 `json:",omitempty"` // of frames
}

const fieldName = "field"

// Save puts the field, and what is needed to go on with it, into a checkpoint. It is collective.
func (t *run[T]) Save(w *checkpoint.Writer) error {
	s := t.solver
	v := saved{Problem: s.Problem, Step: s.Step, Time: s.Time(), Start: s.Start, Scale: s.Scale}
	if t.Frames != "" {
		v.Every, v.Colours = t.Every, &t.film.Colours
	}
	if err := w.State(v); err != nil {
		return err
	}
	if err := t.writeChecksums(); err != nil {
		return err
	}
	return s.save(w)
}

// save puts the field into a checkpoint, as whole rows of each rank, which are made where they
// are kept until they are on the disk. It is collective.
func (s *Solver[T]) save(w *checkpoint.Writer) error {
	lo, hi := s.wholeRows()
	mine := npy.Block{Row0: lo, Row1: hi, Col0: 0, Col1: s.Problem.NX}
	limit := s.magnitudeLimit()
	return checkpoint.Add(w, fieldName, s.Problem.NY, s.Problem.NX, mine, func(p *checkpoint.Part[T]) error {
		return s.blocks(p.Rows, func(_, lo, _ int, values []T) error {
			if err := s.possible(lo, values, limit); err != nil {
				return err
			}
			return p.Put(lo, values)
		})
	})
}

// restore fills the field from the checkpoint that the run goes on from. It is collective.
func (t *run[T]) restore() error {
	r, s, v := t.job.Resume, t.solver, t.resumed
	a, err := checkpoint.Find[T](r, fieldName, v.Problem.NY, v.Problem.NX)
	if err = t.job.Comm.Agree(task.BadInput(t.job.Name("restart"), err)); err != nil {
		return err
	}
	s.Scale, s.Start, s.Step = v.Scale, v.Start, v.Step
	limit := s.magnitudeLimit()
	err = s.setRows(func(i int, row []T) error {
		if err := checkpoint.Block(r, a, npy.Block{Row0: i, Row1: i + 1, Col0: 0, Col1: len(row)}, row); err != nil {
			return err
		}
		var bad *ValueError
		if errors.As(s.possible(i, row, limit), &bad) {
			return task.Bad("%s: %s: it was altered: the value at [%d, %d] (row, column) is %v, and steps make none of %g or more of its initial field",
				t.job.Name("restart"), r.Path, bad.Row, bad.Column, bad.Value, bad.Limit)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.wrap()
}

// Progress counts the steps of the run, those before a checkpoint too.
func (t *run[T]) Progress() (done, all int) { return t.solver.Step - t.Start.Step, t.Steps }

// Advance takes the field n steps on, and draws the frames on the way.
func (t *run[T]) Advance(ctx context.Context, n int) error {
	for {
		m := n
		if t.Frames != "" {
			m = min(n, t.Every-t.solver.Step%t.Every)
		}
		if t.CheckEvery > 0 {
			m = min(m, t.CheckEvery-t.solver.Step%t.CheckEvery)
		}
		if err := t.job.Together(func() error { return t.advance(ctx, m) }); err != nil {
			return err
		}
		if n -= m; t.Frames != "" && m > 0 && t.solver.Step%t.Every == 0 {
			if err := t.frame(ctx); err != nil {
				return err
			}
		}
		if t.CheckEvery > 0 && m > 0 && (t.solver.Step%t.CheckEvery == 0 || t.solver.Step == t.Start.Step+t.Steps) {
			if err := t.check(); err != nil {
				return err
			}
		}
		if n == 0 {
			return nil
		}
	}
}

var _ task.Resumable = (*run[float64])(nil)
