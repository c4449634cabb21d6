package heatmap

import (
	"image"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// Lengths in pixels; the canvas has 72 dots an inch, so that they are also vg.Points.
const (
	margin    = 16 // around everything
	gap       = 8  // between a text and what it belongs to
	tickLen   = 6
	barGap    = 26 // between field and colour bar
	barWidth  = 22
	tickSize  = 15 // of fonts
	labelSize = 17
	titleSize = 18
)

func style(size float64) text.Style {
	return text.Style{
		Color:   color.Black,
		Font:    font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, vg.Points(size)),
		Handler: plot.DefaultTextHandler,
	}
}

// width returns the width of the widest of the texts, in whole pixels.
func width(s text.Style, texts ...string) int {
	w := 0.0
	for _, t := range texts {
		w = math.Max(w, float64(s.Width(t)))
	}
	return int(math.Ceil(w))
}

func (s scale) texts() []string {
	texts := make([]string, len(s.ticks))
	for i, t := range s.ticks {
		texts[i] = t.text
	}
	return texts
}

// picture is the canvas and where things are on it, in pixels from the left and the top.
type picture struct {
	canvas draw.Canvas
	img    *image.RGBA
	height int
	origin image.Point // of the canvas, where it is a part of a larger one
}

func (m Map) draw() image.Image {
	ticks, labels, titles := style(tickSize), style(labelSize), style(titleSize)
	xs, ys, bar := m.scales(ticks)
	xlabel, ylabel := withNote(m.XLabel, xs), withNote(m.YLabel, ys)

	// From the outside: margins, labels, tick texts, ticks; the field in the middle and the bar to its right.
	left := margin + labelSize + gap + width(ticks, ys.texts()...) + gap + tickLen
	right := barGap + barWidth + tickLen + gap + width(ticks, bar.texts()...) + gap + labelSize + margin
	full := left + m.PW + right
	lines := wrap(titles, m.Title, full-2*margin)
	full = max(full, width(titles, lines...)+2*margin, width(labels, xlabel)+2*margin, width(ticks, bar.note())+2*margin)
	left += (full - left - m.PW - right) / 2 // a picture that only its title makes wide stands in the middle
	const lineHeight = titleSize * 5 / 4
	top := margin + len(lines)*lineHeight + gap
	if bar.note() != "" {
		top += tickSize + gap
	}
	// A short field must not cut a long label beside it.
	side := max(width(labels, ylabel), width(labels, m.Label)) - m.PH
	top += max(0, side/2)
	bottom := tickLen + gap + tickSize + gap + labelSize + margin + max(0, side/2)
	height := top + m.PH + bottom

	c := vgimg.NewWith(vgimg.UseWH(vg.Length(full), vg.Length(height)), vgimg.UseDPI(72))
	p := picture{canvas: draw.New(c), img: c.Image().(*image.RGBA), height: height}

	table := inferno()
	m.paint(p.img, left, top, table)
	p.frame(left, top, m.PW, m.PH)
	for i, line := range lines {
		p.text(titles, line, full/2, margin+i*lineHeight, draw.XCenter, draw.YTop, 0)
	}
	for _, t := range xs.ticks {
		x := left + position((t.value-m.X0)/m.DX, m.NX, m.PW)
		p.line(x, top+m.PH, x, top+m.PH+tickLen)
		p.text(ticks, t.text, x, top+m.PH+tickLen+gap/2, draw.XCenter, draw.YTop, 0)
	}
	for _, t := range ys.ticks {
		y := top + position((t.value-m.Y0)/m.DY, m.NY, m.PH)
		p.line(left-tickLen, y, left, y)
		p.text(ticks, t.text, left-tickLen-gap/2, y, draw.XRight, draw.YCenter, 0)
	}
	half := width(labels, xlabel)/2 + margin // a label wider than the field stays within the picture
	p.text(labels, xlabel, min(max(left+m.PW/2, half), full-half), height-margin-max(0, side/2), draw.XCenter, draw.YBottom, 0)
	p.text(labels, ylabel, left-tickLen-gap-width(ticks, ys.texts()...)-gap-labelSize/2, top+m.PH/2, draw.XCenter, draw.YCenter, math.Pi/2)

	m.drawBar(p, table, bar, ticks, left+m.PW+barGap, top)
	p.text(ticks, bar.note(), full-margin, top-gap, draw.XRight, draw.YBottom, 0)
	p.text(labels, m.Label, full-margin-labelSize/2-(full-left-m.PW-right), top+m.PH/2, draw.XCenter, draw.YCenter, math.Pi/2)
	return p.img
}

// drawBar draws the colour bar with its left upper corner at x, y.
func (m Map) drawBar(p picture, table colours, s scale, ticks text.Style, x, y int) {
	for j := range m.PH {
		c := table[(m.PH-1-j)*(len(table)-1)/max(1, m.PH-1)]
		for i := range barWidth {
			p.img.SetRGBA(x+i, y+j, c)
		}
	}
	p.frame(x, y, barWidth, m.PH)
	for _, t := range s.ticks {
		at := y + m.PH - 1 - int(math.Round(share(t.value, m.Min, m.Max)*float64(m.PH-1)))
		p.line(x+barWidth, at, x+barWidth+tickLen, at)
		p.text(ticks, t.text, x+barWidth+tickLen+gap/2, at, draw.XLeft, draw.YCenter, 0)
	}
}

// scales chooses the marks of both axes and of the colour bar so that their texts do not touch.
func (m Map) scales(ticks text.Style) (xs, ys, bar scale) {
	const room = tickSize * 3 // from one mark to the next
	xs = newScale(m.X0, m.X0+float64(m.NX-1)*m.DX, m.DX, func(s scale, step float64) bool {
		return float64(max(width(ticks, s.texts()...)+2*gap, room)) <= step/m.DX/float64(m.NX)*float64(m.PW)
	})
	ys = newScale(m.Y0, m.Y0+float64(m.NY-1)*m.DY, m.DY, func(_ scale, step float64) bool {
		return room <= step/m.DY/float64(m.NY)*float64(m.PH)
	})
	if m.Min == m.Max {
		return xs, ys, single(m.Min)
	}
	bar = newScale(m.Min, m.Max, 0, func(_ scale, step float64) bool {
		return room <= step/(m.Max-m.Min)*float64(m.PH)
	})
	return xs, ys, bar
}

func withNote(label string, s scale) string {
	if note := s.note(); note != "" {
		return strings.TrimSpace(label + " (" + note + ")")
	}
	return label
}

// position returns the pixel of the centre of grid point i, which need not be a whole number, of n on length pixels.
func position(i float64, n, length int) int {
	return min(length-1, int((i+0.5)/float64(n)*float64(length)))
}

// wrap breaks a line between words so that each part is at most limit pixels wide, or one word.
func wrap(s text.Style, line string, limit int) []string {
	var lines []string
	for _, word := range strings.Fields(line) {
		if n := len(lines) - 1; n >= 0 && width(s, lines[n]+" "+word) <= limit {
			lines[n] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// point is the centre of a pixel.
func (p picture) point(x, y int) vg.Point {
	return vg.Point{X: vg.Length(x-p.origin.X) + 0.5, Y: vg.Length(p.height-(y-p.origin.Y)) - 0.5}
}

// line draws a line, one pixel wide, through the centres of two pixels.
func (p picture) line(x0, y0, x1, y1 int) {
	a, b := p.point(x0, y0), p.point(x1, y1)
	p.canvas.StrokeLine2(draw.LineStyle{Color: color.Black, Width: 1}, a.X, a.Y, b.X, b.Y)
}

// frame draws lines just outside a rectangle.
func (p picture) frame(x, y, w, h int) {
	p.line(x-1, y-1, x+w, y-1)
	p.line(x-1, y+h, x+w, y+h)
	p.line(x-1, y-1, x-1, y+h)
	p.line(x+w, y-1, x+w, y+h)
}

func (p picture) text(s text.Style, t string, x, y int, xa text.XAlignment, ya text.YAlignment, rotation float64) {
	if t == "" {
		return
	}
	s.XAlign, s.YAlign, s.Rotation = xa, ya, rotation
	p.canvas.FillText(s, p.point(x, y), t)
}
