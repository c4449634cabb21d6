package show

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"hybrid/study/result"
)

// Colours of what is no series.
var (
	inkColor   = color.RGBA{0x00, 0x00, 0x00, 0xff} // text and axes
	mutedColor = color.RGBA{0x76, 0x76, 0x76, 0xff} // what is ideal
	gridColor  = color.RGBA{0xdd, 0xdd, 0xdd, 0xff}
	paper      = color.RGBA{0xff, 0xff, 0xff, 0xff}
	restColor  = color.RGBA{0xb9, 0xc2, 0xcc, 0xff} // of a bar, where nothing is amiss
	bandColor  = color.RGBA{0xf2, 0xf2, 0xf2, 0xff} // behind what a model says
)

// An ink is how a series is drawn: markers differ too, for who cannot tell the
// colours apart.
type ink struct {
	color color.RGBA
	shape draw.GlyphDrawer
}

// palette is Okabe and Ito's (Color Universal Design, 2008), without the yellow, which
// white paper does not carry.
var palette = []ink{
	{color.RGBA{0x00, 0x72, 0xb2, 0xff}, draw.CircleGlyph{}},
	{color.RGBA{0xd5, 0x5e, 0x00, 0xff}, polygon{4, math.Pi / 4}},
	{color.RGBA{0x00, 0x9e, 0x73, 0xff}, polygon{3, math.Pi / 2}},
	{color.RGBA{0xcc, 0x79, 0xa7, 0xff}, polygon{4, 0}},
	{color.RGBA{0xe6, 0x9f, 0x00, 0xff}, polygon{3, -math.Pi / 2}},
	{color.RGBA{0x56, 0xb4, 0xe9, 0xff}, polygon{5, math.Pi / 2}},
	{inkColor, draw.RingGlyph{}},
}

// A polygon is a regular one, filled, with a corner at the angle turn.
type polygon struct {
	sides int
	turn  float64
}

// DrawGlyph draws it around pt.
func (g polygon) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point) {
	radius := 1.2 * sty.Radius // about the area of the circle
	var p vg.Path
	for i := range g.sides {
		sin, cos := math.Sincos(g.turn + 2*math.Pi*float64(i)/float64(g.sides))
		corner := vg.Point{X: pt.X + radius*vg.Length(cos), Y: pt.Y + radius*vg.Length(sin)}
		if i == 0 {
			p.Move(corner)
		} else {
			p.Line(corner)
		}
	}
	p.Close()
	c.SetColor(sty.Color)
	c.Fill(p)
}

// inks gives every name its own, the same in all charts of a result.
type inks []string

// kernelInks are those of the kernels.
func kernelInks(r *result.Result) inks {
	var names []string
	for _, p := range r.Kernels {
		names = append(names, p.Kernel)
	}
	for _, s := range r.Scaling {
		names = append(names, s.Kernel)
	}
	for _, p := range r.Projection {
		names = append(names, p.Kernel)
	}
	return distinct(names, func(s string) string { return s })
}

func (n inks) of(name string) ink {
	return palette[max(0, slices.Index(n, name))%len(palette)]
}

func (i ink) glyph() draw.GlyphStyle {
	return draw.GlyphStyle{Color: i.color, Radius: vg.Points(3), Shape: i.shape}
}

func (i ink) line(dashed bool) draw.LineStyle {
	style := draw.LineStyle{Color: i.color, Width: vg.Points(1.2)}
	if dashed {
		style.Dashes = []vg.Length{vg.Points(4), vg.Points(3)}
	}
	return style
}

// ideal is the style of what cannot be exceeded.
func ideal() draw.LineStyle {
	return draw.LineStyle{Color: mutedColor, Width: vg.Points(1), Dashes: []vg.Length{vg.Points(1), vg.Points(2)}}
}

const face = "Sans" // of Liberation, which the browsers' Arial and Helvetica are as wide as

func style(size float64) text.Style {
	return text.Style{Color: inkColor, Font: font.From(font.Font{Typeface: "Liberation", Variant: face}, vg.Points(size)), Handler: plot.DefaultTextHandler}
}

// newPlot is an empty plot with a grid, which may have something under it.
func newPlot(x string, under ...plot.Plotter) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	set := func(s *text.Style, size float64) {
		s.Font, s.Color = style(size).Font, inkColor
	}
	p.X.Label.Text = x
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		set(&a.Label.TextStyle, 10)
		set(&a.Tick.Label, 9)
		a.LineStyle.Color, a.Tick.LineStyle.Color = inkColor, inkColor
		a.Tick.Length, a.Label.Padding, a.Padding = vg.Points(4), vg.Points(3), vg.Points(4)
	}
	grid := plotter.NewGrid()
	line := draw.LineStyle{Color: gridColor, Width: vg.Points(0.5)}
	grid.Vertical, grid.Horizontal = line, line
	p.Add(under...)
	p.Add(grid)
	return p
}
