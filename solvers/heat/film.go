package heat

import (
	"fmt"
	"time"

	"hybrid/internal/series"
	"hybrid/internal/units"
	"hybrid/solvers/task"
)

// A film is what the frames of a run show. It is kept in their folder, for a run
// that goes on.
type film struct {
	Problem Problem
	DType   string
	Start   Moment
	Colours [2]float64 // their ends
	Run     string     `json:",omitempty"` // that drew them, and can go on from its checkpoints
}

func (f film) String() string {
	p := f.Problem
	return fmt.Sprintf("%d x %d points, %s, %v, alpha %v, dx %v, dy %v, dt %v", p.NX, p.NY, f.DType, p.Boundary, p.Alpha, p.DX, p.DY, p.DT)
}

// time is that of a step.
func (f film) time(step int) float64 {
	s := State[float64]{Problem: f.Problem, Step: step, Start: f.Start}
	return s.Time()
}

// framesPatience is how long a run with checkpoints waits for one that was killed to leave
// the folder: it has left that of the checkpoints already.
const framesPatience = 2 * time.Second

// takeFrames has the folder of --frames belong to this run: one in which there are
// frames of another is refused, unless this run goes on with that one, or --force
// lets them go. It is collective.
func (t *run[T]) takeFrames() error {
	t.folder = series.New(t.Frames, "frame", ".png")
	s := t.solver.State
	t.film = film{Problem: s.Problem, DType: t.DType, Start: s.Start}
	if k := t.job.Keeper; k != nil {
		t.film.Run, t.folder.Patience = k.Folder.Run, framesPatience
	}
	var err error
	if t.job.Comm.Rank() == 0 {
		if err = t.folder.Take(); err == nil {
			err = t.old()
		}
	}
	return task.BadInput(t.job.Name("frames"), t.job.Comm.Agree(err))
}

// old looks at the frames that are there.
func (t *run[T]) old() error {
	names, err := t.folder.Names(0)
	if err != nil || len(names) == 0 {
		return err
	}
	whose := "of another run"
	if step := t.firstStep(); step > 0 || t.film.Run != "" {
		var before film
		switch err := t.folder.Whose(&before); {
		case err != nil:
			whose = fmt.Sprintf("of which the record cannot be read (%v)", err)
		case before == film{}:
			whose = "of which nothing says what they show"
		case before.Problem != t.film.Problem || before.DType != t.film.DType || before.time(step) != t.film.time(step):
			whose = fmt.Sprintf("of another run: theirs has %v, and at step %d time %v, this one %v, and time %v", before,
				step, before.time(step), t.film, t.film.time(step))
		case step > 0 || before.Run == t.film.Run:
			t.before, whose = &before, "of later steps"
			for _, name := range names {
				if n, _ := t.folder.Number(name); n < step && (before.Run == "" || before.Run != t.film.Run) {
					t.kept++
				}
			}
			if names, err = t.folder.Names(step + 1); err != nil || len(names) == 0 {
				return err
			}
			if before.Run != "" && before.Run == t.film.Run {
				return nil // this run drew them, behind its checkpoint, and draws them again
			}
		}
	}
	if t.Force {
		return nil
	}
	return fmt.Errorf("%q has %s %s (%s to %s): name another folder, or remove them by --force",
		t.Frames, units.Count(len(names), "picture"), whose, names[0], names[len(names)-1])
}
