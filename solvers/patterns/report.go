package patterns

import (
	"context"
	"fmt"
	"math"
	"strings"

	"hybrid/solvers/task"
)

type patternsResult struct {
	Rows []Row `json:"rows"`
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

func (t *timing) Report(ctx context.Context, r *task.Report) error {
	one := t.job.Place
	one.Threads = 1
	limit, err := one.Bandwidth(ctx, r.Spare())
	if err != nil {
		return err
	}
	m := patternsMetrics{PeakBytes: r.PeakBytes}
	logs := 0.0
	for _, row := range t.rows {
		m.Bandwidth = max(m.Bandwidth, row.Bandwidth*1e6)
		m.WorstRatio = max(m.WorstRatio, row.Ratio)
		logs += math.Log(row.Ratio)
	}
	m.MeanRatio = math.Exp(logs / float64(len(t.rows)))
	for _, name := range t.Patterns {
		r.Say(name, "%s, beside %s%s", About[name][0], About[name][1], patternTable(t.rows, name))
	}
	m.BandwidthFraction = r.Speed(m.Bandwidth, "bytes", task.Limit{Rate: limit.Rate, Text: "that memory moves, at best, " + limit.String(), Why: limit.Why()})
	r.Rate("library", "a pattern takes %.2f of its time on (geometric) average, %.2f at most", m.MeanRatio, m.WorstRatio)
	r.Result, r.Metrics = patternsResult{t.rows}, m
	return nil
}

// patternTable has the rows of a pattern, in the shape of the OSU
// micro-benchmarks, with the library's beside them.
func patternTable(rows []Row, name string) string {
	var b strings.Builder
	b.WriteString("\n                          pattern, us                          library, us\n")
	fmt.Fprintf(&b, "%10s %8s %8s %8s %8s  %8s %8s %8s %8s %6s", "bytes", "min", "avg", "max", "MB/s", "min", "avg", "max", "MB/s", "ratio")
	for _, row := range rows {
		if row.Pattern != name {
			continue
		}
		fmt.Fprintf(&b, "\n%10d", row.Bytes)
		for _, t := range []Times{row.Times, row.Library} {
			fmt.Fprintf(&b, " %8.2f %8.2f %8.2f %8.1f ", t.Min, t.Avg, t.Max, t.Bandwidth)
		}
		fmt.Fprintf(&b, "%6.2f", row.Ratio)
	}
	return b.String()
}
