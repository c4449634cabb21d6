package main

import (
	"fmt"
	"io"
	"strings"

	"hybrid/study/result"
)

// tryOutputs reports what could not be written after the run. It is collective.
func (c *benchConfig) tryOutputs(j *job) error {
	for _, f := range []struct{ name, path string }{{"csv", c.CSV}, {"report", c.Report}} {
		if f.path == "" {
			continue
		}
		if err := j.output.Alone(f.path, nil); err != nil {
			return badInput(c.name(f.name), err)
		}
	}
	return nil
}

// writeOutputs writes the files. It is collective.
func (c *benchConfig) writeOutputs(j *job, r *result.Result) error {
	return nil
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
func (c *benchConfig) report(rep *report, r *result.Result, mostThreads int) error {
	j := rep.job
	m := benchMetrics{Fractions: map[string]float64{}, PeakBytes: rep.peakBytes}
	for _, p := range r.Kernels {
		if p.Device == "" {
			m.Fractions[p.Kernel] = p.Fraction
		}
	}
	if r.Comparison != nil {
		m.Regressions = r.Comparison.Regressions
	}
	p := benchParams{
		Sizes: map[string][]int{}, Repeat: c.Repeat, Time: c.Time.Seconds(), Probes: !c.NoProbes, Scaling: !c.NoScaling,
		CSV: c.CSV, Plots: c.Plots, Report: c.Report, Baseline: c.Baseline, Tolerance: c.Tolerance,
		commonParams: rep.common(), MostThreads: mostThreads,
	}
	for _, k := range c.Kernels {
		p.Kernels = append(p.Kernels, k.Name)
	}
	for name, size := range c.Sizes {
		p.Sizes[name] = size
	}
	rep.Params, rep.Result, rep.Metrics = p, r, m
	if j.comm.Rank() == 0 && !c.Quiet {
		io.WriteString(j.textStream(), "")
	}
	return nil
}
