package main

import (
	"errors"

	"hybrid/internal/series"
	"hybrid/internal/units"
	"hybrid/solvers/heat"
	"hybrid/solvers/task"
)

// run solves the heat equation.
func (c *heatConfig) run(j *job) (*outcome, error) {
	if c.DType == "f32" {
		return solveHeat[float32](c, j)
	}
	return solveHeat[float64](c, j)
}

// A heatJob is one rank's part of a run.
type heatJob[T heat.Real] struct {
	*heatConfig
	*job
	solver  *heat.Solver[T]
	done    func(steps int)    // shows progress
	verdict *heat.Verification // nil where it was not asked for

	folder *series.Folder // of the frames; taken on rank 0
	film   film
	before *film // that this one goes on with, on rank 0; nil: none
	kept   int   // frames of it
}

func solveHeat[T heat.Real](c *heatConfig, shared *job) (*outcome, error) {
	j := &heatJob[T]{heatConfig: c, job: shared}
	if err := j.begin(); err != nil {
		return nil, errors.Join(err, j.close())
	}
	if err := j.solve(); err != nil {
		return nil, errors.Join(err, j.close())
	}
	costs := j.solver.Costs()
	o := &outcome{Seconds: (costs.Halo + costs.Compute + costs.Moving).Seconds(), Threads: j.solver.Threads()}
	if v := j.verdict; v != nil {
		o.Verdict = &v.Verdict
	}
	o.Err = j.writeOutput(j.Out, j.write)
	o.Report, o.Close = j.report, j.close
	return o, nil
}

// close gives the solver's memory and the folder of the frames back.
func (j *heatJob[T]) close() error {
	var err error
	if j.folder != nil {
		err = j.folder.Close()
	}
	if j.solver != nil {
		err = errors.Join(err, j.solver.Close())
	}
	return err
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
	if err == nil {
		err = j.checkGrid(problem, j.comm.Size())
	}
	if err != nil {
		return j.comm.Agree(err)
	}
	options := heat.Options{Threads: j.threads, ISA: j.isa, Device: j.device, Steps: j.Steps, Outputs: j.Out, Progress: j.showProgress}
	if j.Frames != "" {
		options.Outputs = append([]string{"frame.png"}, j.Out...)
	}
	if j.Verify {
		options.Verify = max(j.Steps, 1)
		if j.Frames != "" {
			options.Verify = 1 // each run between frames, of which the last may be short
		}
	}
	options.Rows, options.Columns = j.Rows, j.Columns
	if j.Balance == "off" && j.Columns <= 1 {
		options.Partition = heat.Even(ny, j.comm.Size())
	}
	solver, err := heat.New[T](j.comm, problem, options)
	if err != nil {
		return err
	}
	j.solver = solver
	solver.Step = j.Start.Step
	if j.options.Given("start-time") {
		solver.Start = j.Start
	}
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

// solve takes the field through its steps, stopping for each frame.
func (j *heatJob[T]) solve() error {
	points := float64(j.solver.Problem.Interior())
	j.done = j.progress("steps", j.Steps, func(steps float64) string { return units.SI(steps*points) + " updates/s" })
	if j.Frames == "" {
		return j.advance(j.Steps)
	}
	if err := j.beginFrames(); err != nil {
		return err
	}
	for {
		since := j.solver.Step % j.Every
		if since == 0 {
			if err := j.frame(); err != nil {
				return err
			}
		}
		n := min(j.Every-since, j.Start.Step+j.Steps-j.solver.Step)
		if err := j.advance(n); err != nil || n == 0 {
			return err
		}
	}
}

// advance does so many steps, and verifies them if that was asked for.
func (j *heatJob[T]) advance(steps int) error {
	if !j.Verify {
		return j.solver.Run(j.ctx, steps)
	}
	if steps == 0 && j.verdict != nil {
		return nil
	}
	v, err := j.solver.RunVerified(j.ctx, steps)
	if err != nil {
		return err
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
	case before.Answer != task.Yes:
		return before
	}
	v.Points += before.Points
	v.Whole = v.Whole && before.Whole
	switch {
	case v.Answer != task.Yes:
	case !v.Whole:
		v.Verdict = task.Right("the last steps before every frame again in windows, %d points with the same bits; the slowest modes of the whole field, from frame to frame, within rounding", v.Points)
	default:
		v.Verdict = task.Right("every part between frames, %d points with the same bits", v.Points)
	}
	return &v
}

// showProgress is called by the solver now and then.
func (j *heatJob[T]) showProgress(int) { j.done(j.solver.Step - j.Start.Step) }
