// Package barchart draws a histogram as a PNG picture, with the curve that is
// expected beside it.
package barchart

import (
	"image/color"
	"io"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// A Chart is a histogram to be drawn.
type Chart struct {
	Title          string
	XLabel, YLabel string
	First, Width   float64   // left edge of the first bar, width of each
	Heights        []float64 // at least one
	// Expected is the height that is expected at x; nil: none is drawn.
	Expected func(x float64) float64
}

// WriteTo writes the picture; the same chart gives the same bytes. Cost: some
// milliseconds and a row of the picture for each bar.
func (c Chart) WriteTo(w io.Writer) (int64, error) {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = c.Title, c.XLabel, c.YLabel
	bins := make([]plotter.HistogramBin, len(c.Heights))
	for i, height := range c.Heights {
		from := c.First + float64(i)*c.Width
		bins[i] = plotter.HistogramBin{Min: from, Max: from + c.Width, Weight: height}
	}
	p.Add(&plotter.Histogram{Bins: bins, Width: c.Width, FillColor: color.RGBA{0x4c, 0x72, 0xb0, 0xff}})
	if c.Expected != nil {
		curve := plotter.NewFunction(c.Expected)
		curve.XMin, curve.XMax = c.First, c.First+float64(len(c.Heights))*c.Width
		curve.Samples = 500
		curve.Color, curve.Width = color.RGBA{0xc4, 0x4e, 0x52, 0xff}, vg.Points(1.5)
		p.Add(curve)
		p.Legend.Add("expected", curve)
		p.Legend.Top = true
	}
	picture, err := p.WriterTo(8*vg.Inch, 5*vg.Inch, "png")
	if err != nil {
		return 0, err
	}
	return picture.WriteTo(w)
}
