package main

import (
	"fmt"
	"os"
	"path/filepath"

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
	return j.tryOutput(j.Out, func(path string) error { return heat.CheckOutput(j.comm, j.output, path) })
}

// framePath is the name of the frame of a step. The numbers have the same width,
// so that names in alphabetical order are in the order of time.
func (j *heatJob[T]) framePath(step int) string {
	digits := max(6, len(fmt.Sprint(j.Start.Step+j.Steps)))
	return filepath.Join(j.Frames, fmt.Sprintf("frame_%0*d.png", digits, step))
}

// frames is the number of frames: the steps whose number is a multiple of every.
func (p *heatParams) frames() int {
	n := (p.StartStep+p.Steps)/p.Every - p.StartStep/p.Every
	if p.StartStep%p.Every == 0 {
		n++
	}
	return n
}

// frame draws the field as it is, in colours from lo to hi.
func (j *heatJob[T]) frame(lo, hi float64) error {
	if err := j.watch.cause(); err != nil {
		return err
	}
	return j.solver.WritePNG(j.output, j.framePath(j.solver.Step), lo, hi)
}
