package mandelbrot

import (
	"fmt"
	"image/color"
	"io"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"hybrid/internal/figure"
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
		return figure.WritePNG(w, 270, 240, a, b, c)
	})
}

// perPixel draws the distribution of the counts: a bar from one power of two to the
// next.
func perPixel(pixels []int64) (*plot.Plot, error) {
	p := figure.New("Iterations of a pixel", "iterations, up to twice as many", "pixels")
	p.X.Tick.Marker, p.Y.Tick.Marker = figure.Powers{Base: 2}, figure.Powers{Base: 10}
	last := 0
	values := plotter.Values{}
	for i, n := range pixels {
		values = append(values, math.Log10(float64(max(n, 1))))
		if n > 0 {
			last = i
		}
	}
	return p, bars(p, values[:last+1], 0, figure.Found, "")
}

// perTile draws the distribution of the tiles' costs, which lie powers of ten
// apart.
func perTile(seconds []float64) (*plot.Plot, error) {
	p := figure.New("Time of a tile", "ms", "tiles")
	p.X.Tick.Marker = figure.Powers{Base: 10}
	values := make(plotter.Values, len(seconds))
	for i, t := range seconds {
		values[i] = math.Log10(1e3 * max(t, 1e-9)) // the clock may not see a short one
	}
	h, err := plotter.NewHist(values, 24)
	if err != nil {
		return nil, err
	}
	h.FillColor, h.LineStyle.Width = figure.Found, 0
	p.Add(h)
	p.Y.Max *= 1.05
	return p, nil
}

// perRank draws what each rank has counted for, and what it would have with runs of
// equal length.
func perRank(schedule Schedule, sum Summary) (*plot.Plot, error) {
	p := figure.New(fmt.Sprintf("Imbalance %.3g, in equal runs %.3g", sum.Imbalance, sum.Static), "rank", "time, s")
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
	if err := bars(p, sum.Busy, -0.5, figure.Found, schedule.String()); err != nil {
		return nil, err
	}
	return p, bars(p, equal, 0.5, figure.Against, "equal runs")
}

// bars adds bars at 0, 1, 2, ..., moved by so many of their widths.
func bars(p *plot.Plot, values plotter.Values, moved float64, fill color.Color, name string) error {
	width := vg.Points(max(1, 150/float64(len(values)+1)))
	if moved != 0 {
		width /= 2
	}
	b, err := plotter.NewBarChart(values, width)
	if err != nil {
		return err
	}
	b.Color, b.LineStyle.Width, b.Offset = fill, 0, vg.Length(moved)*width
	p.Add(b)
	if name != "" {
		p.Legend.Add(name, b)
	}
	p.Y.Min = 0
	p.Y.Max = max(p.Y.Max, 1.3*slices.Max(values)) // room for the legend
	return nil
}
