// Package barchart draws a histogram as a PNG picture, with the curve that is
// expected beside it.
package barchart

import (
	"io"
	"slices"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"hybrid/internal/figure"
)

// A Chart is a histogram to be drawn.
type Chart struct {
	Title          string
	XLabel, YLabel string
	First, Width   float64   // left edge of the first bar, width of each
	Heights        []float64 // at least one
	// Expected is the height that is expected at x, under the name that the
	// picture gives it; nil: none is drawn.
	Expected     func(x float64) float64
	ExpectedName string
}

// samples are those of the curve.
const samples = 500

// Draw writes the picture; the same chart gives the same bytes. Bars of no height
// at either end are left out. Cost: some milliseconds and a row of the picture for
// each bar.
func (c Chart) Draw(w io.Writer) error {
	heights, first := trim(c.Heights, c.First, c.Width)
	p := figure.New(c.Title, c.XLabel, c.YLabel)
	bins := make([]plotter.HistogramBin, len(heights))
	for i, height := range heights {
		from := first + float64(i)*c.Width
		bins[i] = plotter.HistogramBin{Min: from, Max: from + c.Width, Weight: height}
	}
	p.Add(&plotter.Histogram{Bins: bins, Width: c.Width, FillColor: figure.Found})
	// A bar's width is left free at both ends, and some room at the top.
	p.X.Min, p.X.Max = first-c.Width, first+float64(len(heights)+1)*c.Width
	p.Y.Max = max(1, slices.Max(heights))
	if c.Expected != nil {
		curve := plotter.NewFunction(c.Expected)
		curve.XMin, curve.XMax, curve.Samples = p.X.Min, p.X.Max, samples
		curve.Color, curve.Width = figure.Against, vg.Points(1.5)
		p.Add(curve)
		p.Legend.Add(c.ExpectedName, curve)
		for i := range samples {
			p.Y.Max = max(p.Y.Max, c.Expected(p.X.Min+(p.X.Max-p.X.Min)*float64(i)/(samples-1)))
		}
	}
	p.Y.Max *= 1.05
	return figure.WritePNG(w, 576, 360, p)
}

// trim leaves out the bars of no height at both ends, and returns where the first
// one that is left begins.
func trim(heights []float64, first, width float64) ([]float64, float64) {
	for len(heights) > 1 && heights[0] == 0 {
		heights, first = heights[1:], first+width
	}
	for len(heights) > 1 && heights[len(heights)-1] == 0 {
		heights = heights[:len(heights)-1]
	}
	return heights, first
}
