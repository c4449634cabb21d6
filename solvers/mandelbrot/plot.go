package mandelbrot

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"hybrid/internal/heatmap"
	"hybrid/mpi"
	"hybrid/mpi/output"
)

// WriteImbalance draws how unequal the work was, as PNG: how many pixels took how
// many iterations, how many tiles took how long, and how long each rank counted,
// beside what runs of equal length would have cost each. It is collective; rank 0
// draws.
func (s *Solver[T]) WriteImbalance(o *output.Files, path string) error {
	sum, err := s.Summary()
	if err != nil {
		return err
	}
	h := s.histogram()
	pixels := h.from[:]
	if err := mpi.Allreduce(s.comm, pixels, pixels, mpi.Sum); err != nil {
		return err
	}
	return o.Alone(path, func(w io.Writer) error {
		a, err := perPixel(pixels)
		if err != nil {
			return err
		}
		b, err := perTile(sum.TileSeconds)
		if err != nil {
			return err
		}
		c, err := perRank(s.options.Schedule, sum)
		if err != nil {
			return err
		}
		return side(w, a, b, c)
	})
}

// Places in the palette of the fillings.
const (
	dark   = 3
	bright = 5
)

// perPixel draws the distribution of the counts: a bar from one power of two to the
// next.
func perPixel(pixels []int64) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = "iterations of a pixel"
	p.X.Label.Text = "iterations, from 2^x on"
	p.Y.Label.Text = "log10 of pixels"
	last := 0
	values := plotter.Values{}
	for i, n := range pixels {
		values = append(values, math.Log10(float64(max(n, 1))))
		if n > 0 {
			last = i
		}
	}
	return p, bars(p, values[:last+1], 0, dark, "")
}

// perTile draws the distribution of the tiles' costs.
func perTile(seconds []float64) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = "time of a tile"
	p.X.Label.Text = "ms"
	p.Y.Label.Text = "tiles"
	values := make(plotter.Values, len(seconds))
	for i, t := range seconds {
		values[i] = 1e3 * t
	}
	h, err := plotter.NewHist(values, 24)
	if err != nil {
		return nil, err
	}
	h.FillColor, h.LineStyle.Width = heatmap.Colours(8)[dark], 0
	p.Add(h)
	return p, nil
}

// perRank draws what each rank has counted for, and what it would have with runs of
// equal length.
func perRank(schedule Schedule, sum Summary) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = fmt.Sprintf("time of a rank: imbalance %.3g, in equal runs %.3g", sum.Imbalance, sum.Static)
	p.X.Label.Text = "rank"
	p.Y.Label.Text = "s"
	p.Legend.Top = true
	names := make([]string, len(sum.Busy))
	for i := range names {
		if i%max(1, len(names)/8) == 0 {
			names[i] = strconv.Itoa(i)
		}
	}
	p.NominalX(names...)
	equal := sums(sum.TileSeconds, len(sum.Busy))
	all := 0.0
	for _, t := range equal {
		all += t
	}
	busy := 0.0
	for _, t := range sum.Busy {
		busy += t
	}
	for i := range equal {
		equal[i] *= busy / all // several threads of a rank share its tiles
	}
	if err := bars(p, sum.Busy, -0.5, dark, schedule.String()); err != nil {
		return nil, err
	}
	return p, bars(p, equal, 0.5, bright, "equal runs")
}

// bars adds bars at 0, 1, 2, ..., moved by so many of their widths.
func bars(p *plot.Plot, values plotter.Values, moved float64, fill int, name string) error {
	width := vg.Points(max(1, 160/float64(len(values))))
	if moved != 0 {
		width /= 2
	}
	b, err := plotter.NewBarChart(values, width)
	if err != nil {
		return err
	}
	b.Color, b.LineStyle.Width, b.Offset = heatmap.Colours(8)[fill], 0, vg.Length(moved)*width
	p.Add(b)
	if name != "" {
		p.Legend.Add(name, b)
	}
	p.Y.Min = 0
	p.Y.Max = max(p.Y.Max, 1.3*slices.Max(values)) // room for the legend
	return nil
}

// side draws plots side by side.
func side(w io.Writer, plots ...*plot.Plot) error {
	c := vgimg.NewWith(vgimg.UseWH(vg.Points(250*float64(len(plots))), vg.Points(230)), vgimg.UseDPI(120))
	tiles := draw.Tiles{Rows: 1, Cols: len(plots), PadX: vg.Points(18), PadTop: vg.Points(8), PadBottom: vg.Points(6), PadLeft: vg.Points(6), PadRight: vg.Points(8)}
	for i, at := range plot.Align([][]*plot.Plot{plots}, tiles, draw.New(c))[0] {
		plots[i].Title.TextStyle.Font.Size = vg.Points(9)
		plots[i].Draw(at)
	}
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(w)
	return err
}
