package model

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hybrid/internal/film"
	"hybrid/internal/series"
	"hybrid/internal/units"
	"hybrid/npy"
	"hybrid/simd"
	"hybrid/solvers/model/ir"
	"hybrid/solvers/task"
	"hybrid/solvers/task/links"
)

// A run is a model on one rank.
type run[T Real] struct {
	*statement
	job    *task.Job
	source source
	spec   *Spec
	sys    *System
	solver *Solver[T]
	steps  int // to take in all

	outs       []target
	every      int
	checkEvery int
	shown      []int // the fields of frames
	dir        string
	folder     *series.Folder // of the frames; taken on rank 0
	record     frames         // what they show
	film       film.Film      // of the animations, on rank 0
	filmed     []int          // the fields of them
	rows       []string       // of --series, on rank 0
	points     []point

	done       func(steps int)   // shows progress
	read       map[string]string // checksums of the files of fields that stay, on rank 0
	resumed    *saved            // where the run goes on from a checkpoint; nil: it begins
	restored   map[int][]T       // the fields as they were there, by number, to verify
	compute    time.Duration
	began      int // the step that the run began at
	checked    []outcome
	interprets bool // no machine code can be run
	lookedAt   int  // the last step behind which all values were looked at
}

// A target is a file of --out.
type target struct {
	text   string // as it was given
	path   string
	fields []int
	format string
}

func open[T Real](p *statement, j *task.Job, m source) (task.Task, error) {
	combinations, err := sweepBy(p.setBy, p.Set)
	if err = j.Comm.Agree(err); err != nil {
		return nil, err
	}
	if len(combinations) > 1 {
		return openSweep[T](p, j, m, combinations)
	}
	t, err := openRun[T](p, j, m, combinations[0])
	if err == nil && p.Emit != "nothing" {
		text, e := t.emitted()
		return &printed{func() string { return text }}, errors.Join(e, t.Close())
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// openRun makes ready a run with such values of parameters.
func openRun[T Real](p *statement, j *task.Job, m source, set []string) (*run[T], error) {
	t := &run[T]{statement: p, job: j, source: m}
	if err := t.begin(set); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// begin makes the solver, and sees to it that the output can be written before the work
// begins.
func (t *run[T]) begin(set []string) error {
	err := t.readModel(set)
	if err = t.job.Comm.Agree(err); err != nil {
		return err
	}
	if t.solver, err = New[T](t.sys, t.job.Place, t.options()); err != nil {
		return task.BadInput("", links.Refused(t.job, err))
	}
	if err := links.Tell(t.job, t.solver.links.All(), t.GPUHalo); err != nil {
		return err
	}
	return t.hold()
}

// typeOf is the IR's type of a Go type.
func typeOf[T Real]() ir.Type {
	if npy.DTypeOf[T]().Size() == 4 {
		return ir.F32
	}
	return ir.F64
}

// readModel makes the system, and finds in it what the options name.
func (t *run[T]) readModel(set []string) (err error) {
	if t.spec, t.sys, err = load(t.source, set, t.statement, typeOf[T](), t.job.Place); err != nil {
		return err
	}
	t.steps = t.sys.Steps
	if t.every = t.Every; t.every == 0 {
		t.every = t.spec.Output.Every
	}
	if t.every == 0 {
		t.every = max(1, t.steps/100)
	}
	if r := t.job.Resume; r != nil {
		t.resumed = &saved{}
		if err := r.Restore(t.resumed); err != nil {
			return task.BadInput(t.job.Name("restart"), err)
		}
		if t.resumed.Step != r.Done {
			return task.BadInput(t.job.Name("restart"), fmt.Errorf("%s: its state is of step %d, but %d of %d steps are done", r.Path, t.resumed.Step, r.Done, r.All))
		}
		if t.Every == 0 {
			t.every = t.resumed.Every
		}
		t.began = t.resumed.Step
	}
	if t.checkEvery = t.CheckEvery; t.checkEvery == 0 {
		t.checkEvery = max(100, t.steps/100)
	}
	if err := t.places(); err != nil {
		return err
	}
	if t.Slice.given && t.sys.Dims < 3 {
		return task.Bad("%s is %v, but the model has %s", t.job.Name("slice"), &t.Slice, units.Count(t.sys.Dims, "dimension"))
	}
	if c := &t.Slice; c.given && !c.max {
		lo := t.sys.Origin[c.axis]
		if hi := lo + t.sys.Spacing[c.axis]*float64(t.sys.Size[c.axis]); !(lo <= c.at && c.at <= hi) {
			return task.Bad("%s is %v, outside of the grid: want %c from %v to %v", t.job.Name("slice"), c, "zyx"[c.axis], lo, hi)
		}
	}
	t.findPoints()
	return nil
}

// mainField is the one that is shown where none is named.
func (t *run[T]) mainField() int {
	for _, name := range t.spec.Output.Fields {
		if f := t.sys.find(name); f >= 0 {
			return f
		}
	}
	return 0
}

// find is the number of a field that evolves or stays, -1 where there is none of that name.
func (s *System) find(name string) int {
	for f := range s.Fields {
		if s.Fields[f].Name == name && s.Fields[f].Role != Stage {
			return f
		}
	}
	return -1
}

// evolved are the numbers of the fields that evolve.
func (s *System) evolved() (fields []int) {
	for f := range s.Fields {
		if s.Fields[f].Role == Evolved {
			fields = append(fields, f)
		}
	}
	return fields
}

// fieldNamed is the field that an option names.
func (t *run[T]) fieldNamed(option, name string) (int, error) {
	f := t.sys.find(name)
	if f >= 0 {
		return f, nil
	}
	var names []string
	for i := range t.spec.Fields {
		names = append(names, t.spec.Fields[i].Name)
	}
	return 0, task.Bad("%s names the field %q, but those of the model are %s", t.job.Name(option), name, strings.Join(names, ", "))
}

// places finds the fields that --out and --frames name.
func (t *run[T]) places() error {
	t.outs, t.filmed, t.shown = nil, nil, nil
	for _, text := range t.Out {
		name, path := fieldAndPath(text)
		o := target{text: text, path: path, format: filepath.Ext(path)}
		var err error
		switch {
		case name == "" && (o.format == ".vti" || o.format == ".pvd"):
			o.fields = t.sys.evolved()
		case name == "" && o.format == ".npy" && len(t.sys.evolved()) > 1:
			err = task.Bad("%s is %q, but the model has several fields and a .npy file one: say which, as %s=%s", t.job.Name("out"), t.asked(text), t.sys.Fields[t.mainField()].Name, t.asked(path))
		case name == "" && o.format == ".npy":
			o.fields = []int{t.mainField()}
		default:
			o.fields, err = t.drawn("out", name, path)
		}
		if err != nil {
			return err
		}
		if o.isFilm() {
			if t.filmed != nil && !slices.Equal(t.filmed, o.fields) {
				return task.Bad("%s asks for animations of different fields: a run makes those of the same", t.job.Name("out"))
			}
			t.filmed = o.fields
		}
		t.outs = append(t.outs, o)
	}
	if t.Frames == "" {
		return nil
	}
	name, dir := fieldAndPath(t.Frames)
	t.dir = dir
	var err error
	t.shown, err = t.drawn("frames", name, dir)
	return err
}

// mostDrawn is how many fields stand beside one another in a picture at most.
const mostDrawn = 6

// drawn are the fields of a picture: the one that the option names, or those that the model writes.
func (t *run[T]) drawn(option, name, path string) (fields []int, err error) {
	if name != "" {
		f, err := t.fieldNamed(option, name)
		return []int{f}, err
	}
	for _, name := range t.spec.Output.Fields {
		fields = append(fields, t.sys.find(name))
	}
	if len(fields) > mostDrawn {
		return nil, task.Bad("%s is %q, but the model has %d fields and a picture up to %d: say which one, as %s=%s", t.job.Name(option), t.asked(path), len(fields), mostDrawn, t.spec.Output.Fields[0], t.asked(path))
	}
	return fields, nil
}

// names are those of fields, in a line.
func (t *run[T]) names(fields []int) string {
	var names []string
	for _, f := range fields {
		names = append(names, t.sys.Fields[f].Name)
	}
	return strings.Join(names, ", ")
}

func (o *target) isFilm() bool { return o.format == ".gif" || o.format == ".apng" }

// hold reports what could not be written after the run. It is collective.
func (t *run[T]) hold() error {
	var further []task.Target
	if t.dir != "" {
		if err := t.takeFrames(); err != nil {
			return err
		}
		further = append(further, task.Target{Option: "frames", Path: t.framePath(0)})
	}
	if t.Series != "" {
		further = append(further, task.Target{Option: "series", Path: t.Series})
	}
	for _, o := range t.outs {
		further = append(further, task.Target{Option: "out", Path: o.path, Try: func(path string) error { return t.tryOutput(&o) }})
	}
	return t.job.Hold(nil, nil, further...)
}

// Close gives the solver's memory and the folder of the frames back.
func (t *run[T]) Close() error {
	var err error
	if t.folder != nil {
		err = t.folder.Close()
	}
	if t.solver != nil {
		err = errors.Join(err, t.solver.Close())
	}
	return err
}

// Prepare fills the fields.
func (t *run[T]) Prepare(context.Context) error {
	t.rows, t.film.Frames, t.compute, t.checked = nil, nil, 0, nil
	if err := t.solver.Prepare(); err != nil {
		return task.BadInput("", err)
	}
	if t.job.Keeper != nil || t.resumed != nil {
		if err := t.checkFiles(); err != nil {
			return err
		}
	}
	if t.resumed != nil {
		return t.restore()
	}
	return nil
}

// Run takes the fields through the steps.
func (t *run[T]) Run(ctx context.Context, e task.Effort) (task.Run, error) {
	cells := float64(t.sys.cells())
	t.done = t.job.Progress("steps", t.steps-t.began, func(steps float64) string { return units.SI(steps*cells) + " updates/s" })
	err := t.beginFrames()
	if err == nil && t.resumed == nil {
		err = t.lookAtStart()
	}
	if err == nil && t.resumed == nil {
		err = t.note()
	}
	if err == nil {
		err = t.job.Go(ctx, t, 1, task.Piece)
	}
	if err != nil {
		return task.Run{}, err
	}
	if err := t.look(); err != nil {
		return task.Run{}, err
	}
	r := task.Run{Elapsed: t.compute, Compute: t.compute, Threads: t.job.Threads}
	if t.interprets {
		r.ISA = simd.Go
	}
	if t.checked, err = t.check(); err != nil {
		return r, err
	}
	r.Verdict = verdict(t.checked)
	if e != task.Unchecked {
		v, err := t.verify(ctx)
		if err != nil {
			return r, err
		}
		r.Verdict = together(v, r.Verdict)
	}
	return r, nil
}

// Progress counts the steps of the run, those before a checkpoint too.
func (t *run[T]) Progress() (done, all int) { return t.solver.Step(), t.steps }

// Advance takes n steps, and notes on the way what was asked for.
func (t *run[T]) Advance(ctx context.Context, n int) error {
	for n > 0 {
		step := t.solver.Step()
		m := min(n, t.checkEvery-step%t.checkEvery)
		if t.recordsAtAll() {
			m = min(m, t.every-step%t.every)
		}
		began := time.Now()
		if err := t.job.Together(func() error { return t.solver.Advance(ctx, m) }); err != nil {
			return err
		}
		t.compute += time.Since(began)
		n, step = n-m, step+m
		t.done(step - t.began)
		if step%t.checkEvery == 0 {
			if err := t.look(); err != nil {
				return err
			}
		}
		if err := t.note(); err != nil {
			return err
		}
	}
	return nil
}

// note writes what is asked for at steps whose number is a multiple of every.
func (t *run[T]) note() error {
	if t.solver.Step()%t.every != 0 || !t.recordsAtAll() {
		return nil
	}
	if err := t.noteRow(); err != nil {
		return err
	}
	if t.dir != "" {
		if err := t.frame(); err != nil {
			return err
		}
	}
	if t.filmed != nil {
		if err := t.addPictures(); err != nil {
			return err
		}
	}
	for i := range t.outs {
		if o := &t.outs[i]; o.format == ".pvd" {
			if err := t.writeVTI(t.momentPath(o.path, t.solver.Step()), o.fields); err != nil {
				return err
			}
		}
	}
	return nil
}

var _ task.Resumable = (*run[float64])(nil)
var _ task.Writer = (*run[float64])(nil)
