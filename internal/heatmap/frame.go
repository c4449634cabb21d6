package heatmap

import (
	"image"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// Frame describes what stands around a field that is too large to be held, and so is drawn elsewhere, a row at a time.
type Frame struct {
	W, H           int        // pixels of the field
	X, Y           [2]float64 // at its left and right edge, at its lower and upper edge
	Title          string
	XLabel, YLabel string
	Label          string // of the colour bar
	Marks          []Mark // of the colour bar
}

// Mark is a mark of a colour bar: where, from 0 at its lower end to 1 at the upper one, and its text.
type Mark struct {
	At   float64
	Text string
}

// Surround is what stands around a field: title, axes, and the marks of a colour bar.
type Surround struct {
	Size       image.Point
	Field, Bar image.Rectangle // drawn by others
	strips     []strip
}

// strip is a part of the picture in grey.
type strip struct {
	at   image.Rectangle
	grey []uint8
}

// Grey is the pixel at x, y, black to white, which is neither in the field nor in the bar.
func (s *Surround) Grey(x, y int) uint8 {
	p := image.Pt(x, y)
	for _, t := range s.strips {
		if p.In(t.at) {
			return t.grey[(y-t.at.Min.Y)*t.at.Dx()+x-t.at.Min.X]
		}
	}
	return 255
}

// Draw draws the frame: four strips, so that it takes no more memory than they have pixels.
func (f Frame) Draw() *Surround {
	ticks, labels, titles := style(tickSize), style(labelSize), style(titleSize)
	const room = tickSize * 3 // from one mark to the next
	xs := newScale(f.X[0], f.X[1], 0, func(s scale, step float64) bool {
		return float64(max(width(ticks, s.texts()...)+2*gap, room)) <= step/(f.X[1]-f.X[0])*float64(f.W)
	})
	ys := newScale(f.Y[0], f.Y[1], 0, func(_ scale, step float64) bool { return room <= step/(f.Y[1]-f.Y[0])*float64(f.H) })
	xlabel, ylabel := withNote(f.XLabel, xs), withNote(f.YLabel, ys)
	marks := make([]string, len(f.Marks))
	for i, m := range f.Marks {
		marks[i] = m.Text
	}

	left := margin + labelSize + gap + width(ticks, ys.texts()...) + gap + tickLen
	right := barGap + barWidth + tickLen + gap + width(ticks, marks...) + gap + labelSize + margin
	full := left + f.W + right
	lines := wrap(titles, f.Title, max(full, 400)-2*margin)
	wide := max(full, width(titles, lines...)+2*margin, width(labels, xlabel)+2*margin)
	left += (wide - full) / 2
	full = wide
	const lineHeight = titleSize * 5 / 4
	// A low field must not cut a long label beside it.
	side := max(0, (max(width(labels, ylabel), width(labels, f.Label))-f.H)/2)
	top := margin + len(lines)*lineHeight + gap + side
	bottom := tickLen + gap + tickSize + gap + labelSize + margin + side
	height := top + f.H + bottom

	s := &Surround{Size: image.Pt(full, height), Field: image.Rect(left, top, left+f.W, top+f.H)}
	bar := s.Field.Max.X + barGap
	s.Bar = image.Rect(bar, top, bar+barWidth, top+f.H)
	end := s.Bar.Max.X + tickLen + gap + width(ticks, marks...) + gap + labelSize/2
	for _, at := range []image.Rectangle{
		image.Rect(0, 0, full, top), image.Rect(0, top, left, top+f.H), image.Rect(left+f.W, top, full, top+f.H), image.Rect(0, top+f.H, full, height),
	} {
		c := vgimg.NewWith(vgimg.UseWH(vg.Length(at.Dx()), vg.Length(at.Dy())), vgimg.UseDPI(72))
		p := picture{canvas: draw.New(c), img: c.Image().(*image.RGBA), height: at.Dy(), origin: at.Min}
		p.frame(left, top, f.W, f.H)
		p.frame(s.Bar.Min.X, top, barWidth, f.H)
		for i, line := range lines {
			p.text(titles, line, full/2, margin+i*lineHeight, draw.XCenter, draw.YTop, 0)
		}
		for _, t := range xs.ticks {
			x := left + place(share(t.value, f.X[0], f.X[1]), f.W)
			p.line(x, top+f.H, x, top+f.H+tickLen)
			p.text(ticks, t.text, x, top+f.H+tickLen+gap/2, draw.XCenter, draw.YTop, 0)
		}
		for _, t := range ys.ticks {
			y := top + place(1-share(t.value, f.Y[0], f.Y[1]), f.H)
			p.line(left-tickLen, y, left, y)
			p.text(ticks, t.text, left-tickLen-gap/2, y, draw.XRight, draw.YCenter, 0)
		}
		for _, m := range f.Marks {
			y := top + place(1-m.At, f.H)
			p.line(s.Bar.Max.X, y, s.Bar.Max.X+tickLen, y)
			p.text(ticks, m.Text, s.Bar.Max.X+tickLen+gap/2, y, draw.XLeft, draw.YCenter, 0)
		}
		half := width(labels, xlabel)/2 + margin // a label wider than the field stays within the picture
		p.text(labels, xlabel, min(max(left+f.W/2, half), full-half), height-margin-side, draw.XCenter, draw.YBottom, 0)
		p.text(labels, ylabel, left-tickLen-gap-width(ticks, ys.texts()...)-gap-labelSize/2, top+f.H/2, draw.XCenter, draw.YCenter, math.Pi/2)
		p.text(labels, f.Label, end, top+f.H/2, draw.XCenter, draw.YCenter, math.Pi/2)
		s.strips = append(s.strips, strip{at, grey(p.img)})
	}
	return s
}

// place is the pixel of a part of a length.
func place(part float64, length int) int {
	return min(max(int(math.Floor(part*float64(length))), 0), length-1)
}

// grey has one byte for each pixel of a picture without colours.
func grey(img *image.RGBA) []uint8 {
	g := make([]uint8, len(img.Pix)/4)
	for i := range g {
		g[i] = img.Pix[4*i]
	}
	return g
}
