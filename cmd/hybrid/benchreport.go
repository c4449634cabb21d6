package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

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
func (c *benchConfig) files(r *result.Result) []benchFile {
	var files []benchFile
	if c.CSV != "" {
		files = append(files, benchFile{"csv", c.CSV, func(w io.Writer) error { return show.CSV(w, r) }})
	}
	if c.Report != "" {
		files = append(files, benchFile{"report", c.Report, func(w io.Writer) error { return show.HTML(w, r) }})
	}
	if c.Plots != "" {
		for _, f := range show.Figures(r) {
			files = append(files, benchFile{"plots", filepath.Join(c.Plots, f.Name), f.Write})
		}
	}
	return files
}

// tryOutputs reports what could not be written after the run. It is collective.
func (c *benchConfig) tryOutputs(j *job) error {
	if c.Plots != "" {
		var err error
		if j.comm.Rank() == 0 {
			err = os.MkdirAll(c.Plots, 0o777)
		}
		if err := j.comm.Agree(err); err != nil {
			return badInput(c.name("plots"), err)
		}
	}
	var all []target
	if c.Plots != "" {
		for _, name := range show.FigureNames {
			all = append(all, target{option: "plots", path: filepath.Join(c.Plots, name)})
		}
	}
	for _, f := range c.files(&result.Result{}) {
		all = append(all, target{option: f.flag, path: f.path})
	}
	return j.tryOutput(nil, nil, all...)
}

// writeOutputs writes the files and says which. It is collective.
func (c *benchConfig) writeOutputs(j *job, r *result.Result) (paths []string, err error) {
	for _, f := range c.files(r) {
		paths = append(paths, f.path)
		e := j.writeOutput([]string{f.path}, func(path string) error { return j.output.Alone(path, f.write) })
		if err == nil {
			err = e
		}
	}
	return paths, err
}

// regressionError says what has become slower.
func regressionError(c *result.Comparison) error {
	var slower []string
	for _, row := range c.Rows {
		if row.Regression {
			slower = append(slower, fmt.Sprintf("%s takes %.2f times as long", row.Name, row.Ratio.Value))
		}
	}
	return &statusError{fmt.Errorf("%s against %s: %s", count(c.Regressions, "regression"), c.Baseline, strings.Join(slower, "; ")), unverified}
}

// report prints the tables and fills in the report.
func (c *benchConfig) report(rep *report, r *result.Result, mostThreads int, files []string) error {
	j := rep.job
	m := benchMetrics{Fractions: map[string]float64{}, PeakBytes: rep.peakBytes}
	for _, p := range show.Named(r).Kernels {
		if p.Device == "" {
			m.Fractions[p.Kernel] = p.Fraction
		}
	}
	if r.Comparison != nil {
		m.Regressions = r.Comparison.Regressions
	}
	rep.Params = rep.params().Set("sizes", c.givenSizes()).Set("probes", !c.NoProbes).Set("scaling", !c.NoScaling).Set("most_threads", mostThreads)
	rep.Result, rep.Metrics = r, m
	rep.files(files)
	switch {
	case j.comm.Rank() != 0:
		return nil
	case c.Data:
		return show.Go(j.console.stdout, r)
	case c.Quiet:
		return nil
	}
	if err := show.Text(j.textStream(), r); err != nil {
		return err
	}
	_, err := fmt.Fprintln(j.textStream())
	return err
}
