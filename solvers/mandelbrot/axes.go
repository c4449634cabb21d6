package mandelbrot

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"strconv"

	"hybrid/internal/heatmap"
)

// frameBytes is the memory of what stands around a picture, for each column and row at most.
const frameBytes = 800

// framed is a picture of the counts with axes and a colour bar.
type framed struct {
	*picture
	around *heatmap.Surround
}

// newFramed draws what stands around the counts of p.
func newFramed(p Problem, counts *picture) framed {
	half := p.Step() / 2
	f := heatmap.Frame{
		W: p.Width, H: p.Height,
		X:      [2]float64{p.column(0) - half, p.column(p.Width-1) + half},
		Y:      [2]float64{p.row(p.Height-1) - half, p.row(0) + half},
		Title:  fmt.Sprintf("Mandelbrot set, center %g, %g, zoom %g", p.Re, p.Im, p.Zoom),
		XLabel: "Re c", YLabel: "Im c", Label: "iterations (black: the most)",
	}
	const room = 24 // pixels from one mark to the next
	f.Marks = []heatmap.Mark{{At: 1, Text: strconv.Itoa(int(p.MaxIter))}}
	log := func(v float64) float64 { return math.Log(v) / math.Log(float64(max(p.MaxIter, 2))) }
	for v := 1.0; (1-log(v))*float64(p.Height) >= room && log(10)*float64(p.Height) >= room; v *= 10 {
		f.Marks = append(f.Marks, heatmap.Mark{At: log(v), Text: strconv.FormatFloat(v, 'f', -1, 64)})
	}
	return framed{counts, f.Draw()}
}

func (f framed) Bounds() image.Rectangle { return image.Rectangle{Max: f.around.Size} }
func (f framed) At(x, y int) color.Color { return f.palette[f.ColorIndexAt(x, y)] }

// ColorIndexAt is asked for by the encoder row by row.
func (f framed) ColorIndexAt(x, y int) uint8 {
	switch at := image.Pt(x, y); {
	case at.In(f.around.Field):
		return f.picture.ColorIndexAt(x-f.around.Field.Min.X, y-f.around.Field.Min.Y)
	case at.In(f.around.Bar):
		bar := f.around.Bar
		part := (float64(bar.Max.Y-y) - 0.5) / float64(bar.Dy())
		return shade(int32(math.Pow(float64(f.limit), part)), f.limit)
	}
	return grey(f.around.Grey(x, y))
}

// greys are the shades of the palette between black and white, and white.
const greys = 9

// grey is the place in the palette of a grey, black to white.
func grey(g uint8) uint8 {
	k := (int(g)*greys + 127) / 255
	if k == 0 {
		return 0 // black
	}
	return uint8(2*shades - 2 + k)
}
