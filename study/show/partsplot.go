package show

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"hybrid/study/result"
)

// A share is one of the parts of a run's time.
type share struct {
	name  string
	color color.RGBA
	of    func(result.Parts) float64
}

func shares() []share {
	return []share{
		{"computing", restColor, func(p result.Parts) float64 { return p.Compute }},
		{"waiting for messages", palette[0].color, func(p result.Parts) float64 { return p.Messages }},
		{"waiting for the slowest rank", palette[4].color, func(p result.Parts) float64 { return p.Imbalance }},
		{"launches and transfers", palette[3].color, func(p result.Parts) float64 { return p.Launch }},
	}
}

func total(p result.Parts) float64 { return p.Compute + p.Messages + p.Imbalance + p.Launch }

// partsFigure shows what the time of the kernels is made of, a bar for each.
func partsFigure(r *result.Result) figure {
	f := figure{Name: "parts", Title: "Where the time goes", About: "Parts of the time of a run, of the mean rank."}
	for _, device := range distinct(r.Kernels, func(p result.Point) string { return p.Device }) {
		points := slices.DeleteFunc(slices.Clone(r.Kernels), func(p result.Point) bool { return p.Device != device || total(p.Parts) <= 0 })
		if len(points) > 0 {
			f.Panel = append(f.Panel, panel{capital(place(device)), func() *plot.Plot { return stacked(points) }})
		}
	}
	for _, s := range shares() {
		if slices.ContainsFunc(r.Kernels, func(p result.Point) bool { return s.of(p.Parts) > 0 }) {
			f.Key = append(f.Key, entry{Name: s.name, glyph: draw.GlyphStyle{Color: s.color, Radius: vg.Points(4), Shape: palette[1].shape}})
		}
	}
	return f
}

// place is where kernels ran.
func place(device string) string {
	if device == "" {
		return "processors"
	}
	return device
}

func stacked(points []result.Point) *plot.Plot {
	p := newPlot("")
	marks := make(plot.ConstantTicks, len(points))
	for i, q := range points {
		y := float64(len(points) - 1 - i)
		marks[i] = plot.Tick{Value: y, Label: q.Kernel}
		p.Add(bar{y, q.Parts})
	}
	p.Y.Min, p.Y.Max, p.Y.Tick.Marker, p.Y.Tick.Length = -0.6, float64(len(points))-0.4, marks, 0
	p.X.Min, p.X.Max, p.X.Tick.Marker = 0, 1, parts{}
	return p
}

// A bar has the parts of one kernel, from the left.
type bar struct {
	y     float64
	parts result.Parts
}

// Plot is gonum's.
func (b bar) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	low, high := ty(b.y-0.36), ty(b.y+0.36)
	from := 0.0
	for _, s := range shares() {
		to := from + max(0, s.of(b.parts))/total(b.parts)
		if to > from {
			left, right := tx(from), tx(min(to, 1))
			c.FillPolygon(s.color, []vg.Point{{X: left, Y: low}, {X: right, Y: low}, {X: right, Y: high}, {X: left, Y: high}})
		}
		from = to
	}
}
