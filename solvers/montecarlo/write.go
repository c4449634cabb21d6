package montecarlo

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"

	"hybrid/internal/barchart"
	"hybrid/mpi/output"
	"hybrid/npy"
)

// Formats are the endings of the files that Write knows.
var Formats = []string{".png", ".npy", ".csv"}

// Write writes the histogram of p's walks to path, in the format that its ending
// names. It is collective; rank 0 writes.
//
//	.csv  a line "from,to,count" for each bin; to is not in it
//	.npy  the same as an array of int64 with three columns
//	.png  a picture, beside the normal distribution
func (p WalkProblem) Write(o *output.Files, path string, h Histogram) error {
	switch filepath.Ext(path) {
	case ".csv":
		return o.Alone(path, func(w io.Writer) error { return p.writeCSV(w, h) })
	case ".npy":
		return o.Each(path, o.First(), func(f output.File) error {
			if f == nil {
				return nil
			}
			return p.writeNPY(f, h)
		})
	case ".png":
		return o.Alone(path, p.chart(h).Draw)
	}
	return fmt.Errorf("montecarlo: output file %q ends in none of %s", path, strings.Join(Formats, ", "))
}

// rows are those of the files: from, to and how many ends lie between. The ends
// below and above the bins have one each only if there are any.
func (p WalkProblem) rows(h Histogram) []int64 {
	var rows []int64
	add := func(from, to int64, n uint64) { rows = append(rows, from, to, int64(n)) }
	if h.Below > 0 {
		add(-int64(p.Steps), h.First, h.Below)
	}
	for i, n := range h.Counts {
		from := h.First + int64(i)*h.Width
		add(from, from+h.Width, n)
	}
	if h.Above > 0 {
		add(h.First+int64(len(h.Counts))*h.Width, int64(p.Steps)+1, h.Above)
	}
	return rows
}

func (p WalkProblem) writeCSV(w io.Writer, h Histogram) error {
	text := []byte("from,to,count\n")
	for rows := p.rows(h); len(rows) > 0; rows = rows[3:] {
		text = fmt.Appendf(text, "%d,%d,%d\n", rows[0], rows[1], rows[2])
	}
	_, err := w.Write(text)
	return err
}

func (p WalkProblem) writeNPY(f output.File, h Histogram) error {
	rows := p.rows(h)
	header, err := npy.NewHeader(npy.Int64, len(rows)/3, 3)
	if err != nil {
		return err
	}
	if err := header.Start(f); err != nil {
		return err
	}
	return npy.WriteBlock(f, header, header.RowRange(0, len(rows)/3), rows)
}

// chart is a picture of the histogram. A bin's positions are every second number
// from its left edge on, so that their middle is 1 below the middle of its edges.
func (p WalkProblem) chart(h Histogram) barchart.Chart {
	chart := barchart.Chart{
		Title:  fmt.Sprintf("Ends of %d random walks of %d steps", p.Walks, p.Steps),
		XLabel: "end", YLabel: "walks in a bin",
		First: float64(h.First - 1), Width: float64(h.Width), Heights: make([]float64, len(h.Counts)),
		Expected:     func(x float64) float64 { return p.expected(x, float64(h.Width)) },
		ExpectedName: "normal distribution",
	}
	for i, n := range h.Counts {
		chart.Heights[i] = float64(n)
	}
	return chart
}

// expected is how many walks are expected to end within width around x: by the
// normal distribution of variance Steps, which the binomial one of the ends comes
// near to for many steps.
func (p WalkProblem) expected(x, width float64) float64 {
	variance := float64(p.Steps)
	return float64(p.Walks) * width / math.Sqrt(2*math.Pi*variance) * math.Exp(-x*x/(2*variance))
}
