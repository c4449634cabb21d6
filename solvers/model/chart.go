package model

import (
	"fmt"
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"hybrid/halo"
	"hybrid/internal/figure"
	"hybrid/internal/heatmap"
	"hybrid/internal/raster"
	"hybrid/internal/units"
	"hybrid/mpi"
)

// Messages of pictures.
const tagPixels = 3

// A plane is what pictures show of a field: all of it, or of three dimensions a slice.
type plane struct {
	cut       int // the axis that is not shown; -1: none
	at        int // the cell along it; -1: the greatest value along it
	axes      [2]int
	NX, NY    int // columns and rows of the picture
	dx, dy    float64
	x0, y0    float64 // the middle of the first cell
	xl, yl, z string  // names of the axes, and what is shown of the one that is not
}

// plane is that of the options.
func (t *run[T]) plane() plane {
	p := plane{cut: -1, axes: [2]int{1, 2}}
	s := t.sys
	if s.Dims == 3 {
		p.cut, p.at = 0, s.Size[0]/2
		if t.Slice.given {
			p.cut, p.at = t.Slice.axis, -1
			if !t.Slice.max {
				p.at = min(int((t.Slice.at-s.Origin[p.cut])/s.Spacing[p.cut]), s.Size[p.cut]-1)
			}
		}
		p.axes = [][2]int{{1, 2}, {0, 2}, {0, 1}}[p.cut]
		p.z = fmt.Sprintf(", %c = %.4g", "zyx"[p.cut], s.coordinate(p.cut, max(p.at, 0)))
		if p.at < 0 {
			p.z = fmt.Sprintf(", the greatest along %c", "zyx"[p.cut])
		}
	}
	down, along := p.axes[0], p.axes[1]
	p.NX, p.NY, p.dx, p.dy = s.Size[along], s.Size[down], s.Spacing[along], s.Spacing[down]
	p.x0, p.y0 = s.coordinate(along, 0), s.coordinate(down, 0)
	p.xl, p.yl = "zyx"[along:along+1], "zyx"[down:down+1]
	return p
}

// pixels reduces a field to the pixels of a raster. Rank 0 gets them, with the same bits on
// any number of ranks, the others nil. It is collective.
func (t *run[T]) pixels(field int, p plane, r heatmap.Raster) ([]float64, error) {
	f, c := t.solver.Field(field), t.job.Comm
	if t.sys.Dims == 2 {
		lo, hi := t.rowsGiven(field)
		share, err := raster.ShareOf(c, lo, hi, tagPixels)
		if err != nil {
			return nil, err
		}
		return raster.Pixels(c, r, share, func(add func(i int, row []T) error) error {
			return f.EachRow(func(at []int, values []T) error { return add(at[0], values) })
		})
	}
	// A slice is small enough for a rank to have all of it. Each brings what it has, as do
	// those of one dimension, of which a pixel shows the cell in its middle.
	w, h := p.NX, p.NY
	if t.sys.Dims == 1 {
		w = r.W
	}
	all := make([]float64, w*h)
	for i := range all {
		all[i] = math.Inf(-1)
	}
	err := f.EachRow(func(at []int, values []T) error {
		if t.sys.Dims == 1 {
			for i := range all {
				if j := middle(i, w, p.NX) - at[0]; j >= 0 && j < len(values) {
					all[i] = float64(values[j])
				}
			}
			return nil
		}
		cell := cellOf(at)
		for j, v := range values {
			cell[2] = at[2] + j
			if p.at >= 0 && cell[p.cut] != p.at {
				continue
			}
			i := cell[p.axes[0]]*w + cell[p.axes[1]]
			all[i] = max(all[i], float64(v))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := mpi.Allreduce(c, all, all, mpi.Max); err != nil || c.Rank() != 0 {
		return nil, err
	}
	if t.sys.Dims == 1 {
		return all, nil
	}
	d := heatmap.NewReducer[float64](r, 0, h)
	for i := range h {
		d.Add(i, all[i*w:][:w])
	}
	return d.Pixels(), nil
}

// rowsGiven are the rows [lo, hi) of a field of two dimensions that this rank sees whole.
func (t *run[T]) rowsGiven(field int) (lo, hi int) {
	rows := halo.NewRows(t.solver.Grid(), t.solver.Field(field))
	lo, hi = rows.Range()
	first := rows.At(0)[0]
	return first + lo, first + hi
}

// middle is the cell in the middle of a pixel, of so many pixels and cells.
func middle(pixel, pixels, cells int) int { return (2*pixel + 1) * cells / (2 * pixels) }

// title is that of a picture.
func (t *run[T]) title(field int, p plane) string {
	return fmt.Sprintf("%s, %s of %s cells%s, step %d, time %.4g", t.spec.Name, t.sys.Fields[field].Name, units.By(t.spec.Size), p.z, t.solver.Step(), t.solver.Time())
}

// writePNG draws fields beside each other: of one dimension as curves, otherwise as heat maps whose
// colours go from the first number of the field's ends to the second, or where both are 0 over what is
// drawn. It is collective.
func (t *run[T]) writePNG(path string, fields []int, ends [][2]float64) error {
	p := t.plane()
	if t.sys.Dims == 1 {
		return t.writeCurves(path, fields, p, ends)
	}
	var maps []heatmap.Map
	for i, f := range fields {
		m := heatmap.Map{
			Raster: heatmap.NewRaster(p.NX, p.NY, p.dx, p.dy), X0: p.x0, Y0: p.y0,
			Title: t.title(f, p), XLabel: p.xl, YLabel: p.yl, Label: t.sys.Fields[f].Name,
			Min: ends[i][0], Max: ends[i][1],
		}
		var err error
		m.Pixels, err = t.pixels(f, p, m.Raster)
		if err = t.job.Comm.Agree(err); err != nil {
			return err
		}
		maps = append(maps, m)
	}
	return t.job.Files.Alone(path, func(w io.Writer) error { return heatmap.Encode(w, maps...) })
}

// writeCurves draws fields of one dimension.
func (t *run[T]) writeCurves(path string, fields []int, p plane, ends [][2]float64) error {
	const most = 2000
	r := heatmap.Raster{NX: p.NX, NY: 1, W: min(p.NX, most), H: 1}
	var all [][]float64
	for _, f := range fields {
		values, err := t.pixels(f, p, r)
		if err = t.job.Comm.Agree(err); err != nil {
			return err
		}
		all = append(all, values)
	}
	return t.job.Files.Alone(path, func(w io.Writer) error {
		var plots []*plot.Plot
		for n, f := range fields {
			plot := figure.New(t.title(f, p), p.xl, t.sys.Fields[f].Name)
			var points plotter.XYs
			for i, v := range all[n] {
				points = append(points, plotter.XY{X: t.sys.coordinate(2, middle(i, r.W, p.NX)), Y: v})
			}
			line, err := plotter.NewLine(points)
			if err != nil {
				return err
			}
			line.Color, line.Width = color.RGBA{0x00, 0x72, 0xb2, 0xff}, vg.Points(1.5)
			plot.Add(line)
			if ends[n] != [2]float64{} {
				plot.Y.Min, plot.Y.Max = ends[n][0], ends[n][1]
			}
			plots = append(plots, plot)
		}
		return figure.WritePNG(w, 560, 360, plots...)
	})
}
