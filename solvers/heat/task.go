package heat

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"hybrid/internal/cores"
	"hybrid/internal/series"
	"hybrid/internal/units"
	"hybrid/mpi/checkpoint"
	"hybrid/solvers/task"
	"hybrid/solvers/task/links"
)

// A run is the problem on one rank.
type run[T Real] struct {
	*statement
	job     *task.Job
	file    *File // with the initial field; nil: it has a name
	initial func(row int, dst []T) error
	solver  *Solver[T]
	done    func(steps int) // shows progress
	work    task.Work

	checks  checking
	resumed saved         // where the run goes on from a checkpoint
	effort  task.Effort   // of the run
	verdict *Verification // on its parts so far; nil: none

	folder *series.Folder // of the frames; taken on rank 0
	film   film
	before *film // that this one goes on with, on rank 0; nil: none
	kept   int   // frames of it

	lost      int   // frames that could not be written
	firstLost error // why the first could not
}

func open[T Real](ctx context.Context, p *statement, j *task.Job) (task.Task, error) {
	t := &run[T]{statement: p, job: j}
	if err := t.begin(); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// Close gives the solver's memory, the file and the folder of the frames back.
func (t *run[T]) Close() error {
	var err error
	if t.folder != nil {
		err = t.folder.Close()
	}
	if t.file != nil {
		err = errors.Join(err, t.file.Close())
	}
	if t.solver != nil {
		err = errors.Join(err, t.solver.Close())
	}
	return err
}

// begin makes the solver, and sees to it that the output can be written before the
// work begins.
func (t *run[T]) begin() error {
	problem, err := t.theProblem()
	if err == nil {
		err = t.checkGrid(t.job, problem)
	}
	if err = t.job.Comm.Agree(err); err != nil {
		return err
	}
	o := Options{Threads: t.job.Threads, ISA: t.job.ISA, Device: t.job.Device, Steps: t.Steps, Outputs: t.Out, Progress: t.showProgress}
	if t.Frames != "" {
		o.Outputs = append([]string{"frame.png"}, t.Out...)
	}
	if t.Verify {
		o.Verify = max(t.Steps, 1)
		if t.Frames != "" || t.job.Keeper != nil {
			o.Verify = 1 // each part of the run, of which the last may be short
		}
	}
	o.DeviceHalos = links.Path(t.GPUHalo)
	o.Rows, o.Columns, o.Even = t.Rows, t.Columns, t.Balance == "off"
	if t.solver, err = New[T](t.job.Comm, problem, o); err != nil {
		return links.Refused(t.job, err)
	}
	if err := links.Tell(t.job, t.solver.Links(), t.GPUHalo); err != nil {
		return err
	}
	t.solver.Step = t.firstStep()
	if t.timed {
		t.solver.Start = t.Start
	}
	if t.job.Resume != nil {
		t.solver.Start = t.resumed.Start
	}
	t.work.Units = float64(problem.Interior()) * float64(t.Start.Step+t.Steps-t.firstStep())
	if err := t.holdOutputs(); err != nil {
		return err
	}
	if t.job.Resume != nil {
		return nil
	}
	if t.file != nil {
		t.initial = InitialFile[T](t.file)
	} else if t.initial, err = Initial[T](t.Initial, problem); err != nil {
		return t.job.Comm.Agree(err)
	}
	return nil
}

// theProblem is what is to be solved: that of the checkpoint, or that of the options and
// the file.
func (t *run[T]) theProblem() (Problem, error) {
	if r := t.job.Resume; r != nil {
		err := r.Restore(&t.resumed)
		if p := t.resumed.Problem; err == nil {
			if err = p.Validate(); err != nil {
				err = fmt.Errorf("%s: %w", r.Path, err)
			} else if _, err = checkpoint.Find[T](r, fieldName, p.NY, p.NX); err != nil {
				return p, task.BadInput("", err) // before there is memory for such a field
			}
		}
		if v := t.resumed; err == nil && (v.Step-t.Start.Step != r.Done || v.Step < 0) {
			err = fmt.Errorf("%s: its state is of step %d, but %d of %d steps are done from step %d on", r.Path, v.Step, r.Done, r.All, t.Start.Step)
		}
		if scale := t.resumed.Scale; err == nil && scale != scaleOf(math.Abs(scale)) {
			err = fmt.Errorf("%s: its scale is %v: want a power of two, or 0", r.Path, scale)
		}
		if t.Frames != "" && t.resumed.Every > 0 && !t.everyGiven {
			t.Every = t.resumed.Every
		}
		return t.resumed.Problem, task.BadInput("", err)
	}
	nx, ny, err := t.size()
	if err != nil {
		return Problem{}, err
	}
	return t.problem(t.job, nx, ny)
}

// firstStep is the step that the run begins at.
func (t *run[T]) firstStep() int {
	if t.job.Resume != nil {
		return t.resumed.Step
	}
	return t.Start.Step
}

// size opens the file, if there is one, and is the size of the grid.
func (t *run[T]) size() (nx, ny int, err error) {
	const side = 100
	nx, ny = t.NX, t.NY
	if t.fromFile() {
		if t.file, err = OpenFile(t.job.Comm, t.Initial); err != nil {
			return 0, 0, task.BadInput(t.job.Name("initial"), err)
		}
		if err := t.fits(t.file); err != nil {
			return 0, 0, t.job.Comm.Agree(err)
		}
		nx, ny = t.file.NX(), t.file.NY()
	}
	if nx == 0 {
		nx = side
	}
	if ny == 0 {
		ny = side
	}
	return nx, ny, nil
}

// fits reports a file whose size is not the one asked for.
func (t *run[T]) fits(f *File) error {
	for _, side := range []struct {
		option    string
		want, got int
		what      string
	}{{"nx", t.NX, f.NX(), "columns"}, {"ny", t.NY, f.NY(), "rows"}} {
		if side.want != 0 && side.want != side.got {
			return task.Bad("%s is %d, but %s (%s) has %d %s: leave %[1]s out to take the file's",
				t.job.Name(side.option), side.want, t.Initial, t.job.Name("initial"), side.got, side.what)
		}
		if side.got < 3 {
			return task.Bad("%s (%s) has %d %s: a field has at least 3, the ring included", t.Initial, t.job.Name("initial"), side.got, side.what)
		}
	}
	return nil
}

// Prepare fills the field.
func (t *run[T]) Prepare(context.Context) error {
	if t.job.Resume != nil {
		return t.restore()
	}
	t.solver.Step = t.Start.Step
	return task.BadInput(t.job.Name("initial"), t.solver.Fill(t.initial))
}

// Run takes the field through its steps, stopping for each frame.
func (t *run[T]) Run(ctx context.Context, e task.Effort) (task.Run, error) {
	points := float64(t.solver.Problem.Interior())
	t.lost = 0
	t.done = t.job.Progress("steps", t.Start.Step+t.Steps-t.firstStep(), func(steps float64) string { return units.SI(steps*points) + " updates/s" })
	was := t.solver.Costs()
	t.effort, t.verdict = e, nil
	err := t.beginChecks()
	if err == nil {
		err = t.beginFrames()
	}
	if err == nil && t.Frames != "" && t.solver.Step%t.Every == 0 {
		err = t.frame(ctx)
	}
	if err == nil {
		err = t.job.Go(ctx, t, t.solver.HaloDepth(), t.piece())
	}
	failed := t.lostFrames()
	if err == nil {
		if err = t.writeChecksums(); err != nil && !task.Severed(err) { // the result is not lost for it
			failed, err = errors.Join(failed, err), nil
		}
		if c := t.checks; t.Expect != "" && c.equal == 0 {
			t.job.Warn("%s: %s has none of the steps that were checked: nothing was compared", t.job.Name("expect"), t.Expect)
		}
	}
	if err != nil {
		return task.Run{}, err
	}
	now := t.solver.Costs()
	r := task.Run{Compute: now.Compute - was.Compute, Threads: t.solver.Threads(), Failed: failed}
	r.Elapsed = r.Compute + now.Halo + now.Moving - was.Halo - was.Moving
	if t.verdict != nil {
		r.Verdict = &t.verdict.Verdict
	}
	return r, nil
}

// piece is how long the parts of a run are that keeps checkpoints: so much the longer are
// those that are verified, each by itself.
func (t *run[T]) piece() time.Duration {
	if t.effort != task.Unchecked {
		return 2 * time.Second
	}
	return 100 * time.Millisecond
}

// advance does so many steps, and verifies them if that was asked for.
func (t *run[T]) advance(ctx context.Context, steps int) error {
	if t.effort == task.Unchecked {
		return t.solver.Run(ctx, steps)
	}
	if steps == 0 && t.verdict != nil {
		return nil
	}
	v, err := t.solver.RunVerified(ctx, steps)
	if err == nil {
		t.verdict = together(t.verdict, v)
	}
	return err
}

// together is the verdict on a run of which the parts before had another one, nil
// if there were none.
func together(before *Verification, v Verification) *Verification {
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
func (t *run[T]) showProgress(int) { t.done(t.solver.Step - t.firstStep()) }

// Work counts two additions, a product and two fused multiply-adds an update, and a
// pass over the field for as many steps as the kernels take at once.
func (t *run[T]) Work() task.Work {
	p, w := t.solver.Problem, t.work
	w.Flops = 7 * w.Units
	w.Bytes = math.Ceil(float64(t.Steps)/float64(t.solver.StepsPerPass())) * 2 * t.fieldBytes()
	// A row each way for every step, however many go in one message.
	row := float64(p.NX) * float64(t.Bytes())
	w.Between = func(nodes int) float64 { return 2 * float64(t.Steps) * row * float64(nodes-1) }
	return w
}

func (t *run[T]) fieldBytes() float64 {
	p := t.solver.Problem
	return float64(p.NX) * float64(p.NY) * float64(t.Bytes())
}

// Limit is that of the kernels or, of a field that no cache has room for, of memory
// where that is lower.
func (t *run[T]) Limit(ctx context.Context, d time.Duration, memory task.Memory) (task.Limit, error) {
	peak, _, err := t.peak(ctx, d)
	if err != nil || peak == 0 {
		return task.Limit{}, err
	}
	if t.job.Device != nil {
		return task.Limit{Rate: peak, By: "compute", Text: "that the device's arithmetic and memory allow, several steps a pass"}, nil
	}
	l := task.Limit{Rate: peak, By: "compute", Text: "that the kernel does on data in the first-level cache"}
	if t.fieldBytes() <= float64(cores.LastLevel(cores.Caches())) {
		return l, nil
	}
	rate, err := memory()
	w := t.Work()
	if through := rate * w.Units / w.Bytes; rate > 0 && through < peak {
		l = task.Limit{Rate: through, By: "memory", Text: fmt.Sprintf("that memory allows with one pass in %d steps", t.solver.StepsPerPass())}
	}
	return l, err
}

// peak is how many updates a second all ranks could do at best, and what this one's
// hardware could.
func (t *run[T]) peak(ctx context.Context, d time.Duration) (all float64, own Limit, err error) {
	all, err = t.job.Best(ctx, func() (_ float64, err error) {
		own, err = t.solver.Limit(d)
		return own.Updates, err
	})
	return all, own, err
}

func (t *run[T]) Answer() (string, error) {
	sum, err := t.solver.Summary()
	return fmt.Sprint(sum), err
}
