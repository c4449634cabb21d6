package main

import (
	"fmt"
	"math"
	"strings"

	"hybrid/solvers/patterns"
	"hybrid/study/bound"
)

type patternsResult struct {
	Rows []patterns.Row `json:"rows"`
}

type patternsMetrics struct {
	// Bandwidth is the best of all rows, in bytes a second, and BandwidthFraction it
	// as a part of what memory moves.
	Bandwidth         float64  `json:"bandwidth"`
	BandwidthFraction *float64 `json:"bandwidth_fraction"`
	MeanRatio         float64  `json:"mean_ratio"` // geometric, of the pattern's time to the library's
	WorstRatio        float64  `json:"worst_ratio"`
	PeakBytes         int      `json:"peak_bytes"`
}

// report measures the limit and fills in the report.
func (c *patternsConfig) report(j *job, r *report, rows []patterns.Row) error {
	limit, err := bound.Bandwidth(j.ctx, j.comm, 1)
	if err != nil {
		return err
	}
	m := patternsMetrics{PeakBytes: r.peakBytes}
	logs := 0.0
	for _, row := range rows {
		m.Bandwidth = max(m.Bandwidth, row.Bandwidth*1e6)
		m.WorstRatio = max(m.WorstRatio, row.Ratio)
		logs += math.Log(row.Ratio)
	}
	m.MeanRatio = math.Exp(logs / float64(len(rows)))
	for _, name := range c.Patterns {
		r.say(name, "%s, beside %s%s", patterns.About[name][0], patterns.About[name][1], patternTable(rows, name))
	}
	m.BandwidthFraction = r.speed(m.Bandwidth, limit, "bytes", "that memory moves, at best")
	r.rate("library", "%.2f of the patterns' time, geometric mean; at best %.2f of one's", 1/m.MeanRatio, 1/m.WorstRatio)
	r.Params = r.params()
	r.Result, r.Metrics = patternsResult{rows}, m
	return nil
}

// patternTable has the rows of a pattern, in the shape of the OSU
// micro-benchmarks, with the library's beside them.
func patternTable(rows []patterns.Row, name string) string {
	var b strings.Builder
	b.WriteString("\n                          pattern, us                          library, us\n")
	fmt.Fprintf(&b, "%10s %8s %8s %8s %8s  %8s %8s %8s %8s %6s", "bytes", "min", "avg", "max", "MB/s", "min", "avg", "max", "MB/s", "ratio")
	for _, row := range rows {
		if row.Pattern != name {
			continue
		}
		fmt.Fprintf(&b, "\n%10d", row.Bytes)
		for _, t := range []patterns.Times{row.Times, row.Library} {
			fmt.Fprintf(&b, " %8.2f %8.2f %8.2f %8.1f ", t.Min, t.Avg, t.Max, t.Bandwidth)
		}
		fmt.Fprintf(&b, "%6.2f", row.Ratio)
	}
	return b.String()
}
