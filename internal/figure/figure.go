// Package figure is how the program's plots look: gonum's, in a typeface of screens and with marks at round numbers.
package figure

import (
	"image/color"
	"io"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// Colours of what was found and of what is held against it; who cannot tell them by hue can by brightness (Okabe and Ito,
// Color Universal Design, 2008).
var (
	Found   = color.RGBA{0x56, 0xb4, 0xe9, 0xff}
	Against = color.RGBA{0xd5, 0x5e, 0x00, 0xff}
)

// New returns an empty plot.
func New(title, x, y string) *plot.Plot {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.Padding = vg.Points(6)
	set := func(s *text.Style, size float64) {
		s.Font.Typeface, s.Font.Variant, s.Font.Size = "Liberation", "Sans", vg.Points(size)
	}
	set(&p.Title.TextStyle, 12)
	set(&p.Legend.TextStyle, 10)
	p.Legend.Top, p.Legend.Padding, p.Legend.XOffs = true, vg.Points(4), -vg.Points(6)
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		set(&a.Label.TextStyle, 11)
		set(&a.Tick.Label, 10)
		a.Tick.Marker = Round{}
		a.Label.Padding = vg.Points(4)
	}
	return p
}

// Round marks an axis at multiples of 1, 2 or 5 times a power of ten, at some five to ten places.
type Round struct{}

// Ticks is gonum's.
func (Round) Ticks(lo, hi float64) []plot.Tick {
	if !(hi > lo) {
		return []plot.Tick{{Value: lo, Label: label(lo)}}
	}
	const most = 9
	power := math.Pow(10, math.Floor(math.Log10((hi-lo)/most)))
	step := power
	for _, digit := range []float64{1, 2, 5, 10} {
		if step = digit * power; (hi-lo)/step <= most {
			break
		}
	}
	var all []plot.Tick
	for k := math.Ceil(lo/step - 1e-9); k*step <= hi+1e-9*step; k++ {
		all = append(all, plot.Tick{Value: k * step, Label: label(k * step)})
	}
	return all
}

// Powers marks an axis of logarithms at whole numbers, with the powers of the base as text.
type Powers struct{ Base int }

// Ticks is gonum's.
func (p Powers) Ticks(lo, hi float64) []plot.Tick {
	first, last := int(math.Ceil(lo-1e-9)), int(math.Floor(hi+1e-9))
	step := 1 + (last-first)/8
	var all []plot.Tick
	for k := first; k <= last; k++ {
		t := plot.Tick{Value: float64(k)}
		if k%step == 0 {
			t.Label = label(math.Pow(float64(p.Base), float64(k)))
		}
		all = append(all, t)
	}
	return all
}

// label is a number as a mark has it; a multiple of a step is exact but for its last bits.
func label(v float64) string {
	if v != 0 && (math.Abs(v) >= 1e6 || math.Abs(v) < 1e-4) {
		return strconv.FormatFloat(v, 'g', 6, 64)
	}
	return strconv.FormatFloat(math.Round(v*1e9)/1e9+0, 'f', -1, 64)
}

// WritePNG draws plots side by side, each of so many points of 1/72 inch, with a margin.
func WritePNG(w io.Writer, width, height float64, plots ...*plot.Plot) error {
	c := vgimg.NewWith(vgimg.UseWH(vg.Points(width*float64(len(plots))), vg.Points(height)), vgimg.UseDPI(120))
	const margin = 10
	tiles := draw.Tiles{Rows: 1, Cols: len(plots), PadX: vg.Points(2 * margin), PadTop: vg.Points(margin), PadBottom: vg.Points(margin),
		PadLeft: vg.Points(margin), PadRight: vg.Points(2 * margin)}
	for i, at := range plot.Align([][]*plot.Plot{plots}, tiles, draw.New(c))[0] {
		plots[i].Draw(at)
	}
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(w)
	return err
}
