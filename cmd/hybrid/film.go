package main

import (
	"fmt"

	"hybrid/internal/series"
	"hybrid/solvers/heat"
)

// A film is what the frames of a run show. It is kept in their folder, for a run
// that goes on.
type film struct {
	Problem heat.Problem
	DType   string
	Start   heat.Moment
	Colours [2]float64 // their ends
}

func (f film) String() string {
	p := f.Problem
	return fmt.Sprintf("%d x %d points, %s, %v, alpha %v, dx %v, dy %v, dt %v", p.NX, p.NY, f.DType, p.Boundary, p.Alpha, p.DX, p.DY, p.DT)
}

// time is that of a step.
func (f film) time(step int) float64 {
	s := heat.State[float64]{Problem: f.Problem, Step: step, Start: f.Start}
	return s.Time()
}

// takeFrames has the folder of --frames belong to this run: one in which there are
// frames of another is refused, unless this run goes on with that one, or --force
// lets them go. It is collective.
func (j *heatJob[T]) takeFrames() error {
	j.folder = series.New(j.Frames, "frame", ".png")
	s := j.solver.State
	j.film = film{Problem: s.Problem, DType: j.DType, Start: s.Start}
	var err error
	if j.comm.Rank() == 0 {
		if err = j.folder.Take(); err == nil {
			err = j.old()
		}
	}
	return badInput(j.name("frames"), j.comm.Agree(err))
}

// old looks at the frames that are there.
func (j *heatJob[T]) old() error {
	names, err := j.folder.Names(0)
	if err != nil || len(names) == 0 {
		return err
	}
	whose := "of another run"
	if j.Start.Step > 0 {
		var before film
		switch err := j.folder.Whose(&before); {
		case err != nil || before == film{}:
			whose = "of which nothing says what they show"
		case before.Problem != j.film.Problem || before.DType != j.film.DType || before.time(j.Start.Step) != j.film.time(j.Start.Step):
			whose = fmt.Sprintf("of another run: theirs has %v, and at step %d time %v, this one %v, and time %v", before,
				j.Start.Step, before.time(j.Start.Step), j.film, j.film.time(j.Start.Step))
		default:
			j.before, whose = &before, "of later steps"
			for _, name := range names {
				if step, _ := j.folder.Number(name); step < j.Start.Step {
					j.kept++
				}
			}
			if names, err = j.folder.Names(j.Start.Step + 1); err != nil || len(names) == 0 {
				return err
			}
		}
	}
	if j.Force {
		return nil
	}
	return fmt.Errorf("%q has %s %s (%s to %s): name another folder, or remove them by --force",
		j.Frames, count(len(names), "picture"), whose, names[0], names[len(names)-1])
}
