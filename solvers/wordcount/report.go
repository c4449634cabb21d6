package wordcount

import (
	"context"
	"fmt"
	"strings"
	"time"

	"hybrid/internal/plain"
	"hybrid/internal/units"
	"hybrid/solvers/task"
)

// wordcountResult is the same for any ranks and threads.
type wordcountResult struct {
	Total    uint64 `json:"total"`
	Distinct uint64 `json:"distinct"`
	Top      []Word `json:"top"`
	Files    int    `json:"files"`
	Bytes    int64  `json:"bytes"`
	Invalid  int64  `json:"invalid_bytes"` // that are not UTF-8
	Notes    []Note `json:"notes"`
}

type wordcountMetrics struct {
	BytesPerSecond float64 `json:"bytes_per_second"`
	WordsPerSecond float64 `json:"words_per_second"`
	// ReadFraction is BytesPerSecond as a part of what reading the files alone
	// takes; null where there were only streams. ScanFraction is it as a part of what
	// finding words in the first-level cache allows.
	ReadFraction *float64 `json:"read_fraction"`
	ScanFraction *float64 `json:"scan_fraction"`
	CountSeconds float64  `json:"count_seconds"` // of the slowest rank: the rest is exchanging and sorting
	PeakBytes    int      `json:"peak_bytes"`    // the most memory that the largest process had; 0 where the system does not tell
}

func (t *count) Report(ctx context.Context, r *task.Report) error {
	n := t.counts
	read, scan, err := t.limits(ctx, r.Probe(100*time.Millisecond))
	if err != nil {
		return err
	}
	m := wordcountMetrics{
		BytesPerSecond: r.PerSecond(float64(n.Bytes)), WordsPerSecond: r.PerSecond(float64(n.Total)),
		CountSeconds: n.CountTime.Seconds(), PeakBytes: r.PeakBytes,
	}
	m.ScanFraction = r.Fraction(m.BytesPerSecond, scan)
	r.Say("words", "%d, of which %d are different, in %s of %s", n.Total, n.Distinct, units.Count(n.Files, "file"), units.Bytes(float64(n.Bytes)))
	if len(n.Top) > 0 {
		r.Say("top", "%s", table(n.Top))
	}
	if n.Invalid > 0 {
		r.Say("invalid", "%s not UTF-8, taken to separate words", units.Count(int(n.Invalid), "byte"))
	}
	if read > 0 {
		m.ReadFraction = r.Speed(m.BytesPerSecond, "bytes", task.Limit{Rate: read, Text: "that reading the files takes"})
	} else {
		r.Speed(m.BytesPerSecond, "bytes", task.Limit{Rate: scan, Text: "that finding words in cache takes"})
	}
	r.Recheck = "counts again, one character after the other"
	r.Outputs("output", t.Out...)
	r.Result = wordcountResult{
		Total: n.Total, Distinct: n.Distinct, Top: n.Top, Files: n.Files, Bytes: n.Bytes, Invalid: n.Invalid,
		Notes: append([]Note{}, n.Notes...),
	}
	r.Metrics = m
	return nil
}

// table writes words behind their counts.
func table(words []Word) string {
	width := len(fmt.Sprint(words[0].Count))
	var lines []string
	for _, w := range words {
		lines = append(lines, fmt.Sprintf("%*d %s", width, w.Count, plain.Text(w.Word)))
	}
	return strings.Join(lines, "\n")
}
