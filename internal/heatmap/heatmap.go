// Package heatmap draws a field on a two-dimensional grid as a PNG picture, with axes in physical units and a colour bar.
//
//	                 title
//	   +-----------------------+  ++ 85
//	 0 | row 0                 |  ||
//	   |                       |  ||
//	y  |                       |  || 45
//	   |                       |  ||
//	20 | row ny-1              |  ++ 5
//	   +-----------------------+
//	    0        x         20
//
// Row 0 is at the top, as numpy prints and matplotlib's imshow draws an array; x = X0 + column dx and y = Y0 + row dy. A
// point is the centre of its cell.
//
// A grid of any size, spread over ranks, is first reduced to some 800 by 800 pixels (Raster, Reducer) with the same bits
// for any number of ranks; the picture of a raster is then always the same bytes.
package heatmap

import (
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"io"
	"math"
)

// Map is a picture to be drawn.
type Map struct {
	Raster
	Pixels []float64 // W*H means, row by row from the top; NaN is drawn grey

	Title  string // one line; broken where it is wider than the picture
	XLabel string // such as "x"
	YLabel string
	Label  string // of the colour bar

	X0, Y0 float64 // of the first point

	// Min and Max are the ends of the colour bar: the same for all frames of a series. Both 0: those of Pixels.
	Min, Max float64
}

// EncodeBytes is about the most memory that Encode takes: the image, fonts, and what the encoder works in.
const EncodeBytes = 24 << 20

// Encode writes the picture as PNG. It takes some 0.1 s, and memory as EncodeBytes says.
func (m Map) Encode(w io.Writer) error { return Encode(w, m) }

// Encode writes several pictures as one, up to three beside each other. It takes the time and the memory of
// all of them.
func Encode(w io.Writer, maps ...Map) error {
	const most = 3
	var all []image.Image
	var columns, rows []int // of pictures: their widths and heights
	for i, m := range maps {
		img, err := m.image()
		if err != nil {
			return err
		}
		all = append(all, img)
		if i < most {
			columns = append(columns, 0)
		}
		if i%most == 0 {
			rows = append(rows, 0)
		}
		columns[i%most] = max(columns[i%most], img.Bounds().Dx())
		rows[i/most] = max(rows[i/most], img.Bounds().Dy())
	}
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if len(all) == 1 {
		return encoder.Encode(w, all[0])
	}
	sum := func(n []int) (s int) {
		for _, x := range n {
			s += x
		}
		return s
	}
	page := image.NewRGBA(image.Rect(0, 0, sum(columns), sum(rows)))
	draw.Draw(page, page.Bounds(), image.White, image.Point{}, draw.Src)
	for i, img := range all {
		at := image.Pt(sum(columns[:i%most]), sum(rows[:i/most]))
		draw.Draw(page, img.Bounds().Add(at), img, img.Bounds().Min, draw.Src)
	}
	return encoder.Encode(w, page)
}

// image draws the picture.
func (m Map) image() (image.Image, error) {
	if m.W < 1 || m.H < 1 || len(m.Pixels) != m.W*m.H {
		return nil, fmt.Errorf("heatmap: %d pixels for a raster of %d x %d", len(m.Pixels), m.W, m.H)
	}
	if m.Min > m.Max || math.IsNaN(m.Min+m.Max) || math.IsInf(m.Min, 0) || math.IsInf(m.Max, 0) {
		return nil, fmt.Errorf("heatmap: the colour bar cannot go from %g to %g", m.Min, m.Max)
	}
	if m.Min == 0 && m.Max == 0 {
		m.Min, m.Max = Range(m.Pixels)
	}
	const most = math.MaxFloat64 / 4 // so that differences are finite
	m.Min, m.Max = max(-most, min(m.Min, most)), max(-most, min(m.Max, most))
	return m.draw(), nil
}

// Range returns the least and the largest finite value; 0 and 0 where there is none.
func Range(values []float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsInf(v, 0) { // NaN fails both comparisons
			if v < lo {
				lo = v
			}
			if v > hi {
				hi = v
			}
		}
	}
	if lo > hi {
		return 0, 0
	}
	return lo, hi
}

// paint draws the field into the rectangle at x, y of size PW by PH: every pixel takes the colour of its raster pixel, without
// smoothing.
func (m Map) paint(img *image.RGBA, x, y int, table colours) {
	line := make([]byte, 4*m.PW)
	painted := -1 // the raster row that line shows
	for j := range m.PH {
		p := j * m.H / m.PH
		if p != painted {
			for i := range m.PW {
				c := table.at(m.Pixels[p*m.W+i*m.W/m.PW], m.Min, m.Max)
				line[4*i], line[4*i+1], line[4*i+2], line[4*i+3] = c.R, c.G, c.B, c.A
			}
			painted = p
		}
		copy(img.Pix[img.PixOffset(x, y+j):], line)
	}
}
