package main

import (
	"fmt"
	"strings"

	"hybrid/internal/plain"
	"hybrid/internal/units"
	"hybrid/solvers/wordcount"
)

// wordcountResult is the same for any ranks and threads.
type wordcountResult struct {
	Total    uint64           `json:"total"`
	Distinct uint64           `json:"distinct"`
	Top      []wordcount.Word `json:"top"`
	Files    int              `json:"files"`
	Bytes    int64            `json:"bytes"`
	Invalid  int64            `json:"invalid_bytes"` // that are not UTF-8
	Notes    []wordcount.Note `json:"notes"`
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

// report measures the limits and fills in the report.
func (w *wordcountJob) report(r *report) error {
	n := w.counts
	read, scan, err := w.limits()
	if err != nil {
		return err
	}
	m := wordcountMetrics{CountSeconds: n.CountTime.Seconds(), PeakBytes: r.peakBytes}
	if r.Seconds > 0 {
		m.BytesPerSecond = float64(n.Bytes) / r.Seconds
		m.WordsPerSecond = float64(n.Total) / r.Seconds
		m.ScanFraction = r.fraction(m.BytesPerSecond, scan)
	}
	r.say("words", "%d, of which %d are different, in %s of %s", n.Total, n.Distinct, count(n.Files, "file"), units.Bytes(float64(n.Bytes)))
	if len(n.Top) > 0 {
		r.say("top", "%s", table(n.Top))
	}
	if n.Invalid > 0 {
		r.say("invalid", "%s not UTF-8, taken to separate words", count(int(n.Invalid), "byte"))
	}
	if read > 0 {
		m.ReadFraction = r.speed(m.BytesPerSecond, read, "bytes", "that reading the files takes")
	} else {
		r.speed(m.BytesPerSecond, scan, "bytes", "that finding words in cache takes")
	}
	r.verify = "counts again, one character after the other"
	r.files(w.Out)
	r.Params = r.params()
	r.Result = wordcountResult{
		Total: n.Total, Distinct: n.Distinct, Top: n.Top, Files: n.Files, Bytes: n.Bytes, Invalid: n.Invalid,
		Notes: append([]wordcount.Note{}, n.Notes...),
	}
	r.Metrics = m
	return nil
}

// table writes words behind their counts.
func table(words []wordcount.Word) string {
	width := len(fmt.Sprint(words[0].Count))
	var lines []string
	for _, w := range words {
		lines = append(lines, fmt.Sprintf("%*d %s", width, w.Count, plain.Text(w.Word)))
	}
	return strings.Join(lines, "\n")
}
