package main

import (
	"fmt"
	"path/filepath"

	"hybrid/mpi/gather"
	"hybrid/solvers/heat"
)

// checkOutput reports what could not be written after the run. It is collective.
func (j *heatJob[T]) checkOutput() error {
	var frames []target
	if j.Frames != "" {
		if err := j.takeFrames(); err != nil {
			return err
		}
		frames = []target{{option: "frames", path: j.framePath(j.Start.Step)}}
	}
	return j.tryOutput(j.Out, func(path string) error {
		var err error
		if j.comm.Rank() == 0 && j.folder != nil && j.folder.Has(path) {
			err = fmt.Errorf("%q is the name of a picture of %s %q: give it another one", path, j.name("frames"), j.Frames)
		}
		if err = j.comm.Agree(err); err != nil {
			return err
		}
		return heat.CheckOutput(j.comm, j.output, path)
	}, frames...)
}

// write writes the last field to a file of --out.
func (j *heatJob[T]) write(path string) error {
	if filepath.Ext(path) == ".png" {
		return j.solver.WritePNG(j.output, path, j.Range[0], j.Range[1])
	}
	return j.solver.Write(j.output, path)
}

// framePath is the name of the frame of a step. The numbers have the same width.
func (j *heatJob[T]) framePath(step int) string {
	return j.folder.Path(step, max(6, len(fmt.Sprint(j.Start.Step+j.Steps))))
}

// frames is the number of frames: the steps whose number is a multiple of every.
func (c *heatConfig) frames() int {
	n := (c.Start.Step+c.Steps)/c.Every - c.Start.Step/c.Every
	if c.Start.Step%c.Every == 0 {
		n++
	}
	return n
}

// beginFrames makes room for the frames and chooses the ends of their colours: those
// of --range, of the frames before, or the extremes of the initial field. It is
// collective.
func (j *heatJob[T]) beginFrames() error {
	first, err := j.solver.Summary()
	if err != nil {
		return err
	}
	j.film.Colours = [2]float64{first.Min, first.Max}
	if j.before != nil {
		j.film.Colours = j.before.Colours
	}
	if j.Range != [2]float64{} {
		j.film.Colours = j.Range
	}
	if j.film, err = gather.FromRoot(j.comm, j.film); err != nil || j.comm.Rank() != 0 {
		return j.comm.Agree(err)
	}
	from := 0
	if j.before != nil {
		from = j.Start.Step + 1
	}
	return j.comm.Agree(j.folder.Begin(from, j.film))
}

// frame draws the field as it is.
func (j *heatJob[T]) frame() error {
	if err := j.watch.cause(); err != nil {
		return err
	}
	return j.solver.WritePNG(j.output, j.framePath(j.solver.Step), j.film.Colours[0], j.film.Colours[1])
}
