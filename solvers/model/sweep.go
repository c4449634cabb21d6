package model

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"hybrid/internal/units"
	"hybrid/solvers/task"
)

// A sweep is a run for each combination of parameters.
type sweep[T Real] struct {
	*statement
	job    *task.Job
	source source
	all    [][]string
	runs   []sweepRun // that are done
}

// A sweepRun is what came of one of the runs.
type sweepRun struct {
	Parameters map[string]float64      `json:"parameters"`
	Step       int                     `json:"step"`
	Time       float64                 `json:"time"`
	Fields     map[string]fieldNumbers `json:"fields"`
	Checks     []outcome               `json:"checks,omitempty"`
	Seconds    float64                 `json:"seconds"`

	set     []string
	elapsed time.Duration
	fields  []string // in their order
	files   []string
}

func openSweep[T Real](p *statement, j *task.Job, m source, all [][]string) (task.Task, error) {
	if j.Resume != nil || j.Keeper != nil {
		return nil, task.Bad("%s gives several values: a sweep keeps no checkpoints; run them one by one", j.Name("set"))
	}
	s := &sweep[T]{statement: p, job: j, source: m, all: all}
	if p.Table != "" {
		if err := j.Hold(nil, nil, task.Target{Option: "table", Path: p.Table}); err != nil {
			return nil, err
		}
	}
	for i := range all { // what cannot be is found before any begins
		t, err := openRun[T](s.numbered(i), s.job, m, all[i])
		if err == nil {
			err = t.Close()
		}
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

// numbered is the statement of one run, whose outputs have its number in their names.
func (s *sweep[T]) numbered(run int) *statement {
	p := *s.statement
	p.number = fmt.Sprintf("_%0*d", max(2, len(fmt.Sprint(len(s.all)-1))), run)
	with := func(path string) string {
		if path == "" {
			return ""
		}
		ending := filepath.Ext(path)
		return strings.TrimSuffix(path, ending) + p.number + ending
	}
	p.Out = nil
	for _, text := range s.Out {
		p.Out = append(p.Out, with(text))
	}
	p.Series, p.Frames = with(s.Series), with(s.Frames)
	return &p
}

// asked is a file's name as it was asked for: without the number of a run of a sweep.
func (p *statement) asked(name string) string {
	ending := filepath.Ext(name)
	return strings.TrimSuffix(strings.TrimSuffix(name, ending), p.number) + ending
}

func (s *sweep[T]) Prepare(context.Context) error { s.runs = nil; return nil }

// Run does the runs one after the other. One that fails ends it.
func (s *sweep[T]) Run(ctx context.Context, e task.Effort) (all task.Run, err error) {
	done := s.job.Progress("runs", len(s.all), func(rate float64) string { return fmt.Sprintf("%.3g runs/s", rate) })
	quiet := *s.job
	quiet.Show = nil
	failed, unverified := 0, 0
	for i, set := range s.all {
		r, verdict, err := s.one(ctx, &quiet, i, set, e)
		if err != nil {
			return all, fmt.Errorf("run %d, %s: %w", i, strings.Join(set, ", "), err)
		}
		s.runs = append(s.runs, r)
		done(i + 1)
		all.Elapsed += r.elapsed
		switch {
		case verdict == nil:
			unverified++
		case verdict.Answer == task.No:
			if failed++; failed == 1 {
				v := task.Wrong("run %d, %s: %s", i, strings.Join(set, ", "), verdict.Detail)
				all.Verdict = &v
			}
		}
	}
	all.Compute, all.Threads = all.Elapsed, s.job.Threads
	if failed == 0 && unverified == 0 {
		v := task.Right("%s, each by its checks", units.Count(len(s.runs), "run"))
		all.Verdict = &v
	}
	return all, nil
}

// one does a run and writes its outputs.
func (s *sweep[T]) one(ctx context.Context, j *task.Job, i int, set []string, e task.Effort) (done sweepRun, v *task.Verdict, err error) {
	t, err := openRun[T](s.numbered(i), j, s.source, set)
	if err != nil {
		return done, nil, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	if err := t.Prepare(ctx); err != nil {
		return done, nil, err
	}
	r, err := t.Run(ctx, e)
	if err != nil {
		return done, nil, err
	}
	done = sweepRun{Parameters: map[string]float64{}, Step: t.solver.Step(), Time: t.solver.Time(), Checks: t.checked, Seconds: r.Elapsed.Seconds(), elapsed: r.Elapsed, set: set}
	for _, p := range t.spec.Parameters {
		done.Parameters[p.Name] = p.Value
	}
	if done.Fields, err = t.numbers(); err != nil {
		return done, nil, err
	}
	for _, f := range t.sys.evolved() {
		done.fields = append(done.fields, t.sys.Fields[f].Name)
	}
	for _, path := range t.Outputs() {
		if err := t.Write(path); err != nil {
			return done, nil, err
		}
		done.files = append(done.files, path)
	}
	return done, r.Verdict, nil
}

// Outputs is the table: the files of the runs are written behind each.
func (s *sweep[T]) Outputs() []string {
	if s.Table == "" {
		return nil
	}
	return []string{s.Table}
}

// Write writes the table.
func (s *sweep[T]) Write(path string) error {
	return s.job.Files.Alone(path, func(w io.Writer) error {
		_, err := io.WriteString(w, strings.Join(s.lines(",", "%v"), "\n")+"\n")
		return err
	})
}

// lines are a head and a line for each run: its number, the parameters that were given
// several values, and each field's numbers.
func (s *sweep[T]) lines(between, format string) []string {
	var lines []string
	for i, r := range s.runs {
		head, row := []string{"run"}, []string{fmt.Sprint(i)}
		add := func(name string, v float64) {
			head, row = append(head, name), append(row, fmt.Sprintf(format, v))
		}
		for _, v := range r.set {
			name, value, _ := strings.Cut(v, "=")
			head, row = append(head, name), append(row, value)
		}
		for _, name := range r.fields {
			f := r.Fields[name]
			add(name+"_mean", f.Mean)
			add(name+"_min", f.Min)
			add(name+"_max", f.Max)
			add(name+"_integral", f.Integral)
		}
		if i == 0 {
			lines = append(lines, strings.Join(head, between))
		}
		lines = append(lines, strings.Join(row, between))
	}
	return lines
}

// Report prints the table.
func (s *sweep[T]) Report(_ context.Context, r *task.Report) error {
	if s.job.Comm.Rank() != 0 {
		return nil
	}
	r.Result = map[string]any{"runs": s.runs}
	r.Metrics = map[string]any{"runs": len(s.runs), "peak_bytes": r.PeakBytes}
	r.Say("sweep", "%s of %s", units.Count(len(s.runs), "run"), s.source.name)
	var cells [][]string
	for _, line := range s.lines("\t", "%.5g") {
		cells = append(cells, strings.Split(line, "\t"))
	}
	r.Say("result", "%s", strings.Join(aligned(cells), "\n"))
	r.Recheck = "takes each run's steps once more by a plain loop"
	for _, run := range s.runs {
		for _, path := range run.files {
			r.Wrote("output", "%s", path)
		}
	}
	r.Outputs("table", s.Outputs()...)
	return nil
}

// aligned are rows of a table in columns.
func aligned(rows [][]string) []string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], len(cell))
		}
	}
	var lines []string
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			line += fmt.Sprintf("%*s  ", widths[i], cell)
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

func (s *sweep[T]) Close() error { return nil }

var _ task.Writer = (*sweep[float64])(nil)
