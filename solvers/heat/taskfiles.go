package heat

import (
	"context"
	"fmt"
	"path/filepath"

	"hybrid/internal/units"
	"hybrid/mpi/gather"
	"hybrid/solvers/task"
)

// holdOutputs reports what could not be written after the run. It is collective.
func (t *run[T]) holdOutputs() error {
	var further []task.Target
	if t.Frames != "" {
		if err := t.takeFrames(); err != nil {
			return err
		}
		further = []task.Target{{Option: "frames", Path: t.framePath(t.Start.Step)}}
	}
	if t.Checksums != "" {
		further = append(further, task.Target{Option: "checksums", Path: t.Checksums})
	}
	return t.job.Hold(t.Out, func(path string) error {
		var err error
		if t.job.Comm.Rank() == 0 && t.folder != nil && t.folder.Has(path) {
			err = fmt.Errorf("%q is the name of a picture of %s %q: give it another one", path, t.job.Name("frames"), t.Frames)
		}
		if err = t.job.Comm.Agree(err); err != nil {
			return err
		}
		return t.solver.CheckOutput(t.job.Files, path)
	}, further...)
}

// Outputs are the files of --out.
func (t *run[T]) Outputs() []string { return t.Out }

// Write writes the last field to a file of --out.
func (t *run[T]) Write(path string) error {
	if filepath.Ext(path) == ".png" {
		return t.solver.WritePNG(t.job.Files, path, t.Range[0], t.Range[1])
	}
	return t.solver.Write(t.job.Files, path)
}

// framePath is the name of the frame of a step. The numbers have the same width.
func (t *run[T]) framePath(step int) string {
	return t.folder.Path(step, max(6, len(fmt.Sprint(t.Start.Step+t.Steps))))
}

// pictures is the number of frames: the steps whose number is a multiple of every.
func (p *statement) pictures() int {
	n := (p.Start.Step+p.Steps)/p.Every - p.Start.Step/p.Every
	if p.Start.Step%p.Every == 0 {
		n++
	}
	return n
}

// beginFrames makes room for the frames and chooses the ends of their colours: those
// of --range, of the frames before, or the extremes of the initial field. It is
// collective.
func (t *run[T]) beginFrames() error {
	if t.Frames == "" {
		return nil
	}
	first, err := t.solver.Summary()
	if err != nil {
		return err
	}
	t.film.Colours = [2]float64{first.Min, first.Max}
	if t.before != nil {
		t.film.Colours = t.before.Colours
	}
	if t.resumed.Colours != nil {
		t.film.Colours = *t.resumed.Colours
	}
	if t.Range != [2]float64{} {
		t.film.Colours = t.Range
	}
	if t.film, err = gather.FromRoot(t.job.Comm, t.film); err != nil || t.job.Comm.Rank() != 0 {
		return t.job.Comm.Agree(err)
	}
	from := 0
	if t.before != nil {
		from = t.firstStep() + 1
	}
	return t.job.Comm.Agree(t.folder.Begin(from, t.film))
}

// frame draws the field as it is. The run goes on without a picture that cannot be
// written, unless that was not wanted.
func (t *run[T]) frame(ctx context.Context) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	err := t.solver.WritePNG(t.job.Files, t.framePath(t.solver.Step), t.film.Colours[0], t.film.Colours[1])
	if err == nil || t.OnWriteError == "stop" || task.Severed(err) {
		return err
	}
	if t.lost == 0 {
		t.firstLost = err
		t.job.Warn("%v; going on without that picture (%s stop would end the run)", err, t.job.Name("on-write-error"))
	}
	t.lost++
	return nil
}

// lostFrames is the error of the pictures that could not be written, nil if there are none.
func (t *run[T]) lostFrames() error {
	if t.lost == 0 {
		return nil
	}
	return fmt.Errorf("%d of %s could not be written; the first: %w", t.lost, units.Count(t.pictures(), "picture"), t.firstLost)
}
