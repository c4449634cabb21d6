package study

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"hybrid/internal/disk"
	"hybrid/internal/units"
	"hybrid/solvers/task"
	"hybrid/study/result"
	"hybrid/study/show"
)

// A benchFile is one that a study is written to.
type benchFile struct {
	flag, path string
	write      func(io.Writer) error
}

// files are those that were asked for, with what a result has for them; those of
// --plots are as many as it has pictures.
func (t *bench) files(r *result.Result) []benchFile {
	var files []benchFile
	if t.CSV != "" {
		files = append(files, benchFile{"csv", t.CSV, func(w io.Writer) error { return show.CSV(w, r) }})
	}
	if t.Page != "" {
		files = append(files, benchFile{"report", t.Page, func(w io.Writer) error { return show.HTML(w, r) }})
	}
	if t.Plots != "" {
		for _, f := range show.Figures(r) {
			files = append(files, benchFile{"plots", filepath.Join(t.Plots, f.Name), f.Write})
		}
	}
	return files
}

// holdOutputs reports what could not be written after the run. It is collective.
func (t *bench) holdOutputs() error {
	if t.Plots != "" {
		var err error
		if t.job.Comm.Rank() == 0 {
			err = disk.MkdirAll(t.Plots, 0o777)
		}
		if err := t.job.Comm.Agree(err); err != nil {
			return task.BadInput(t.job.Name("plots"), err)
		}
	}
	var all []task.Target
	if t.Plots != "" {
		for _, name := range show.FigureNames {
			all = append(all, task.Target{Option: "plots", Path: filepath.Join(t.Plots, name)})
		}
	}
	for _, f := range t.files(&result.Result{}) {
		all = append(all, task.Target{Option: f.flag, Path: f.path})
	}
	return t.job.Hold(nil, nil, all...)
}

// Outputs are the files that the study is written to.
func (t *bench) Outputs() []string {
	var paths []string
	for _, f := range t.files(t.result) {
		paths = append(paths, f.path)
	}
	return paths
}

// Write writes one of them. It is collective.
func (t *bench) Write(path string) error {
	files := t.files(t.result)
	i := slices.IndexFunc(files, func(f benchFile) bool { return f.path == path })
	return t.job.Files.Alone(path, files[i].write)
}

// regressionError says what has become slower.
func regressionError(c *result.Comparison) error {
	var slower []string
	for _, row := range c.Rows {
		if row.Regression {
			slower = append(slower, fmt.Sprintf("%s takes %.2f times as long", row.Name, row.Ratio.Value))
		}
	}
	return &task.StatusError{Err: fmt.Errorf("%s against %s: %s", units.Count(c.Regressions, "regression"), c.Baseline, strings.Join(slower, "; ")), Status: task.Unverified}
}

// benchMetrics is how much of what is there each kernel used.
type benchMetrics struct {
	Fractions   map[string]float64 `json:"fractions"` // of its limit, on processors
	Regressions int                `json:"regressions"`
	PeakBytes   int                `json:"peak_bytes"`
}

// Report prints the tables and fills in the report.
func (t *bench) Report(_ context.Context, r *task.Report) error {
	m := benchMetrics{Fractions: map[string]float64{}, PeakBytes: r.PeakBytes}
	for _, p := range show.Named(t.result).Kernels {
		if p.Device == "" {
			m.Fractions[p.Kernel] = p.Fraction
		}
	}
	if t.result.Comparison != nil {
		m.Regressions = t.result.Comparison.Regressions
	}
	r.Params.Set("sizes", t.givenSizes()).Set("probes", !t.NoProbes).Set("scaling", !t.NoScaling).Set("most_threads", t.mostThreads())
	r.Result, r.Metrics = t.result, m
	r.Outputs("output", t.Outputs()...)
	switch {
	case t.job.Comm.Rank() != 0:
		return nil
	case t.Data:
		return show.Go(r.Data, t.result)
	case t.Quiet:
		return nil
	}
	if err := show.Text(r.Text, t.result); err != nil {
		return err
	}
	_, err := fmt.Fprintln(r.Text)
	return err
}
