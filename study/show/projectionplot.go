package show

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"hybrid/study/result"
)

// projectionFigure draws what the model says, dashed and on a shaded ground, beside
// what was measured.
func projectionFigure(r *result.Result) figure {
	f := figure{Name: "projection", Title: "Projection: " + modelled,
		About: "What a LogGP model made of the probes says of more ranks: dashed lines on a shaded ground. Markers are measured."}
	colours := kernelInks(r)
	for _, law := range distinct(r.Projection, func(p result.Projection) string { return p.Law }) {
		var ps []result.Projection
		for _, p := range r.Projection {
			if p.Law == law && len(p.Points) > 0 {
				ps = append(ps, p)
			}
		}
		if len(ps) == 0 {
			continue
		}
		w := sweep{law: law, over: "ranks"}
		for _, s := range r.Scaling {
			if s.Law == law && s.Over == "ranks" && slices.ContainsFunc(ps, func(p result.Projection) bool { return p.Kernel == s.Kernel && p.DType == s.DType }) {
				w.series = append(w.series, s)
			}
		}
		f.Panel = append(f.Panel,
			panel{capital(law) + " scaling, " + w.gain(), func() *plot.Plot { return projected(ps, w, colours, false) }},
			panel{capital(law) + " scaling, efficiency", func() *plot.Plot { return projected(ps, w, colours, true) }})
	}
	for _, name := range distinct(r.Projection, func(p result.Projection) string { return p.Kernel }) {
		f.Key = append(f.Key, entry{Name: name + " measured", glyph: colours.of(name).glyph()}, entry{Name: name + " model", line: colours.of(name).line(true)})
	}
	if len(f.Panel) > 0 {
		f.Key = append(f.Key, entry{Name: "ideal", line: ideal()})
	}
	return f
}

// projected draws one law: the efficiency or the speed-up.
func projected(ps []result.Projection, w sweep, colours inks, efficiency bool) *plot.Plot {
	most, first := 1.0, math.Inf(1)
	for _, q := range ps {
		first, most = min(first, float64(q.Points[0].Ranks)), max(most, float64(q.Points[len(q.Points)-1].Ranks))
	}
	lo, hi := 1.0, 1.0
	for _, s := range w.series {
		first = max(first, 1.3*float64(s.Points[len(s.Points)-1].Workers))
	}
	p := newPlot("ranks", ground{first})
	p.Add(curve(1, most, ideal(), func(x float64) float64 {
		if efficiency {
			return 1
		}
		return x
	}))
	for _, q := range ps {
		var xys plotter.XYs
		for _, point := range q.Points {
			y := point.Speedup
			if efficiency {
				y = point.Efficiency
			}
			if y > 0 {
				xys = append(xys, plotter.XY{X: float64(point.Ranks), Y: y})
				lo, hi = min(lo, y), max(hi, y)
			}
		}
		p.Add(&plotter.Line{XYs: xys, LineStyle: colours.of(q.Kernel).line(true)})
	}
	for i, s := range w.series {
		aside := 4 * (vg.Length(i) - vg.Length(len(w.series)-1)/2) // alike as they are, they are set apart a little
		for _, q := range s.Points {
			v := q.Speedup
			if efficiency {
				v = q.Efficiency
			}
			p.Add(mark{x: float64(q.Workers), aside: aside, v: v, ink: colours.of(s.Kernel)})
			hi = max(hi, v.Value, v.High)
			for _, y := range []float64{v.Value, v.Low} {
				if y > 0 {
					lo = min(lo, y)
				}
			}
		}
	}
	logarithmic(&p.X, math.Pow(most, -0.04), math.Pow(most, 1.04), decades{prefixed})
	if efficiency {
		p.Y.Min, p.Y.Max, p.Y.Tick.Marker = 0, max(1.05, hi*1.02), parts{}
	} else {
		logarithmic(&p.Y, lo/1.5, max(hi, most)*1.5, decades{prefixed})
	}
	return p
}

// ground shades where nothing was measured, from a number of ranks on, and says so.
type ground struct{ from float64 }

// Plot is gonum's.
func (g ground) Plot(c draw.Canvas, p *plot.Plot) {
	tx, _ := p.Transforms(&c)
	x := max(c.Min.X, tx(g.from))
	c.FillPolygon(bandColor, []vg.Point{{X: x, Y: c.Min.Y}, {X: c.Max.X, Y: c.Min.Y}, c.Max, {X: x, Y: c.Max.Y}})
	name := style(9)
	name.Color, name.XAlign, name.YAlign = mutedColor, draw.XRight, draw.YBottom
	c.FillText(name, vg.Point{X: c.Max.X, Y: c.Max.Y + 2}, modelled)
}

// GlyphBoxes makes room for the words above.
func (g ground) GlyphBoxes(*plot.Plot) []plot.GlyphBox {
	return []plot.GlyphBox{{X: 1, Y: 1, Rectangle: vg.Rectangle{Min: vg.Point{X: -1}, Max: vg.Point{Y: 14}}}}
}
