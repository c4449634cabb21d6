package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"hybrid/internal/progress"
	"hybrid/internal/simd"
	"hybrid/mpi"
	"hybrid/mpi/output"
	"hybrid/solvers/heat"
)

// heat solves the heat equation on all ranks.
func (p *program) heat(c *console, s settings) error {
	cfg, err := readHeat(s)
	if err != nil {
		return err
	}
	watch := newInterrupter(p.exit, c.report)
	defer watch.stop()
	return p.ranks(c, cfg.Ranks, func(comm *mpi.Comm) error {
		var err error
		if cfg.DType == "f32" {
			err = solveHeat[float32](cfg, c, watch, comm)
		} else {
			err = solveHeat[float64](cfg, c, watch, comm)
		}
		return watch.explain(comm, err)
	})
}

// A heatJob is one rank's part of a run.
type heatJob[T heat.Real] struct {
	*heatConfig
	console *console
	watch   *interrupter
	comm    *mpi.Comm
	place   place
	isa     simd.ISA
	solver  *heat.Solver[T]
	output  *output.Files
	bar     *progress.Progress // nil where nothing is shown
	began   time.Time
	verdict *heat.Verification // nil where it was not asked for
}

// solveHeat is one rank's run from the configuration to the report. What one
// rank finds wrong ends it on all.
func solveHeat[T heat.Real](cfg *heatConfig, c *console, watch *interrupter, comm *mpi.Comm) error {
	j := &heatJob[T]{heatConfig: cfg, console: c, watch: watch, comm: comm}
	err := sameOnAll(comm, cfg.shared())
	if err != nil {
		return err
	}
	if j.isa, err = chooseISA(comm, cfg.ISA); err != nil {
		return err
	}
	if j.place, err = findPlace(comm, j.isa); err != nil {
		return err
	}
	if err := j.begin(); err != nil {
		return err
	}
	if err := j.solve(); err != nil {
		return err
	}
	failure := j.write()
	if err := j.watch.cause(); err != nil {
		return err
	}
	if err := j.report(); err != nil {
		return err
	}
	if failure != nil {
		return failure
	}
	return comm.Agree(verified(j.verdict))
}

// verified is the error of a run whose verification failed.
func verified(v *heat.Verification) error {
	if v == nil || v.OK {
		return nil
	}
	return &statusError{errors.New("verification failed: " + v.Detail), unverified}
}

// begin makes the solver with its initial field, and sees to it that the output
// can be written before the work begins.
func (j *heatJob[T]) begin() error {
	nx, ny := j.NX, j.NY
	var file *heat.File
	if j.fromFile() {
		var err error
		if file, err = heat.OpenFile(j.comm, j.Initial); err != nil {
			return badInput(j.name("initial"), err)
		}
		defer file.Close()
		if err := j.fits(file); err != nil {
			return j.comm.Agree(err)
		}
		nx, ny = file.NX(), file.NY()
	}
	if nx == 0 {
		nx = 100
	}
	if ny == 0 {
		ny = 100
	}
	problem, err := j.problem(nx, ny)
	if err != nil {
		return j.comm.Agree(err)
	}
	threads := j.Threads
	if threads == 0 {
		threads = j.place.Threads
	}
	options := heat.Options{Threads: threads, ISA: j.isa, Progress: j.showProgress}
	if j.solver, err = heat.New[T](j.comm, problem, options); err != nil {
		var tooLarge *heat.MemoryError
		if errors.As(err, &tooLarge) {
			return bad("%s, %s: %s", j.name("nx"), j.name("ny"), strings.TrimPrefix(err.Error(), "heat: "))
		}
		return badInput("", err)
	}
	if j.output, err = output.New(j.comm); err != nil {
		return err
	}
	j.watch.onEnd(j.output.Abandon)
	if err := j.checkOutput(); err != nil {
		return err
	}
	var rows func(row int, dst []T) error
	if file != nil {
		rows = heat.InitialFile[T](file)
	} else if rows, err = heat.Initial[T](j.Initial, problem); err != nil {
		return j.comm.Agree(err)
	}
	return badInput(j.name("initial"), j.solver.Fill(rows))
}

// fits reports a file whose size is not the one asked for.
func (j *heatJob[T]) fits(f *heat.File) error {
	for _, side := range []struct {
		option    string
		want, got int
		what      string
	}{{"nx", j.NX, f.NX(), "columns"}, {"ny", j.NY, f.NY(), "rows"}} {
		if side.want != 0 && side.want != side.got {
			return bad("%s is %d, but %s (%s) has %d %s: leave %[1]s out to take the file's",
				j.name(side.option), side.want, j.Initial, j.name("initial"), side.got, side.what)
		}
		if side.got < 3 {
			return bad("%s (%s) has %d %s: a field has at least 3, the ring included", j.Initial, j.name("initial"), side.got, side.what)
		}
	}
	return nil
}

// badInput makes an error in what the user gave, with that flag, out of any but a
// failure of the ranks to talk to each other.
func badInput(flag string, err error) error {
	var remote *mpi.RemoteError
	var transport *mpi.Error
	var path *os.PathError
	switch {
	case err == nil || errors.Is(err, mpi.ErrAborted) || errors.As(err, &transport):
		return err
	case errors.As(err, &remote):
		return &mpi.RemoteError{Rank: remote.Rank, Msg: remote.Msg, Code: badUsage}
	case errors.As(err, &path):
		err = fmt.Errorf("%s: %w", path.Path, path.Err)
	}
	if flag != "" {
		err = fmt.Errorf("%s: %w", flag, err)
	}
	return &statusError{err, badUsage}
}

// solve takes the field through its steps, stopping for each frame.
func (j *heatJob[T]) solve() error {
	j.beginProgress()
	defer j.bar.Close()
	if j.Frames == "" {
		return j.advance(j.Steps)
	}
	first, err := j.solver.Summary()
	if err != nil {
		return err
	}
	for {
		if err := j.frame(first.Min, first.Max); err != nil {
			return err
		}
		left := j.Steps - j.solver.Step
		if left < j.Every {
			return j.advance(left)
		}
		if err := j.advance(j.Every); err != nil {
			return err
		}
	}
}

// advance does so many steps, and verifies them if that was asked for.
func (j *heatJob[T]) advance(steps int) error {
	if !j.Verify {
		return j.interrupted(j.solver.Run(j.watch.ctx, steps))
	}
	if steps == 0 && j.verdict != nil {
		return nil
	}
	v, err := j.solver.RunVerified(j.watch.ctx, steps)
	if err != nil {
		return j.interrupted(err)
	}
	j.verdict = together(j.verdict, v)
	return nil
}

// together is the verdict on a run of which the parts before had another one, nil
// if there were none.
func together(before *heat.Verification, v heat.Verification) *heat.Verification {
	switch {
	case before == nil:
		return &v
	case !before.OK:
		return before
	}
	v.Points += before.Points
	if v.OK {
		v.Detail = fmt.Sprintf("every part between frames, %d points with the same bits", v.Points)
	}
	return &v
}

// interrupted puts the signal in the place of what came of it.
func (j *heatJob[T]) interrupted(err error) error {
	if errors.Is(err, context.Canceled) {
		return j.watch.cause()
	}
	return err
}
