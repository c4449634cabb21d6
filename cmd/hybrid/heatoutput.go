package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"hybrid/internal/progress"
	"hybrid/solvers/heat"
)

// checkOutput reports what could not be written after the run. It is collective.
func (j *heatJob[T]) checkOutput() error {
	if j.Frames != "" {
		var err error
		if j.comm.Rank() == 0 {
			err = os.MkdirAll(j.Frames, 0o777)
		}
		if err = j.comm.Agree(err); err == nil {
			err = heat.CheckOutput(j.comm, j.output, j.framePath(0))
		}
		if err != nil {
			return badInput(j.name("frames"), err)
		}
	}
	for _, path := range j.Out {
		if err := heat.CheckOutput(j.comm, j.output, path); err != nil {
			return badInput(j.name("out"), err)
		}
	}
	return nil
}

// framePath is the name of the frame of a step. The numbers have the same width,
// so that names in alphabetical order are in the order of time.
func (j *heatJob[T]) framePath(step int) string {
	digits := max(6, len(fmt.Sprint(j.Steps)))
	return filepath.Join(j.Frames, fmt.Sprintf("frame_%0*d.png", digits, step))
}

// frame draws the field as it is, in colours from lo to hi.
func (j *heatJob[T]) frame(lo, hi float64) error {
	if err := j.watch.cause(); err != nil {
		return err
	}
	return j.solver.WritePNG(j.output, j.framePath(j.solver.Step), lo, hi)
}

// write writes the output files, as many as can be, and returns the first error.
// It is collective.
func (j *heatJob[T]) write() error {
	var first error
	for _, path := range j.Out {
		if err := j.watch.cause(); err != nil {
			return err
		}
		if err := j.solver.Write(j.output, path); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// beginProgress shows on rank 0 how far the run is.
func (j *heatJob[T]) beginProgress() {
	j.began = time.Now()
	if j.comm.Rank() != 0 {
		return
	}
	o := progress.Stderr("heat", "steps", j.Quiet)
	if o.Out != nil {
		o.Out = j.console.stderr
	}
	j.bar = progress.New(int64(j.Steps), o)
	j.watch.onEnd(j.bar.Close)
}

// showProgress is called by the solver now and then.
func (j *heatJob[T]) showProgress(int) {
	done := j.solver.Step
	j.bar.Set(int64(done), func() string {
		updates := float64(j.solver.Problem.Interior()) * float64(done)
		return si(updates/time.Since(j.began).Seconds()) + " updates/s"
	})
}
