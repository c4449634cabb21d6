package show

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"hybrid/study/result"
)

// A mark is a measured value with its confidence interval.
type mark struct {
	x     float64
	aside vg.Length // from x
	v     result.Interval
	ink   ink
}

// Plot is gonum's.
func (m mark) Plot(c draw.Canvas, p *plot.Plot) {
	if m.v.Value <= 0 {
		return
	}
	tx, ty := p.Transforms(&c)
	x, glyph := tx(m.x)+m.aside, m.ink.glyph()
	if m.v.Low > 0 {
		// An interval that the marker covers is not seen.
		if low, high := ty(m.v.Low), ty(m.v.High); high-low > 2*glyph.Radius {
			line := draw.LineStyle{Color: m.ink.color, Width: vg.Points(1)}
			c.StrokeLine2(line, x, low, x, high)
			c.StrokeLine2(line, x-glyph.Radius, low, x+glyph.Radius, low)
			c.StrokeLine2(line, x-glyph.Radius, high, x+glyph.Radius, high)
		}
	}
	c.DrawGlyph(glyph, vg.Point{X: x, Y: ty(m.v.Value)})
}
