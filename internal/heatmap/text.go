package heatmap

import (
	"fmt"
	"image/color"
	"io"
	"math"
	"strings"
)

// Ink is how a picture is made of text.
type Ink int

const (
	// Letters grow darker with the value: " .:-=+*#%@". They need nothing of a terminal.
	Letters Ink = iota
	// Colours256 are two pixels in a cell, "▀", in the nearest of the 256 colours that most terminals have.
	Colours256
	// TrueColour is the same with all 24 bits of the colour.
	TrueColour
)

const letters = " .:-=+*#%@"

// AsText is the raster of a grid, of which NX, NY, DX and DY are known, for a picture of at most so many characters by
// lines, whose cells are twice as high as wide. The field keeps its physical proportions, up to 4 : 1.
func (r Raster) AsText(columns, lines int, ink Ink) Raster {
	ratio := math.Min(maxRatio, math.Max(1/maxRatio, float64(r.NX)*r.DX/(float64(r.NY)*r.DY)))
	w, h := float64(columns), float64(columns)/ratio
	if limit := float64(2 * lines); h > limit {
		w, h = limit*ratio, limit
	}
	r.PW, r.PH = int(math.Round(w)), max(1, int(math.Round(h/2)))
	if ink != Letters {
		r.PH *= 2
	}
	r.W, r.H = min(r.NX, r.PW), min(r.NY, r.PH)
	return r
}

// WriteText writes the picture as lines of text, and a line with the scale below; titles and labels are left out. The raster
// is one of AsText for the same ink.
func (m Map) WriteText(w io.Writer, ink Ink) error {
	if m.Min == 0 && m.Max == 0 {
		m.Min, m.Max = Range(m.Pixels)
	}
	var b strings.Builder
	table := inferno()
	pixel := func(x, y int) float64 { return m.Pixels[y*m.H/m.PH*m.W+x*m.W/m.PW] }
	for y := 0; y < m.PH; y++ {
		for x := range m.PW {
			if ink == Letters {
				b.WriteByte(letter(pixel(x, y), m.Min, m.Max))
				continue
			}
			b.WriteString(cell(table.at(pixel(x, y), m.Min, m.Max), table.at(pixel(x, y+1), m.Min, m.Max), ink))
		}
		if ink != Letters {
			y++
			b.WriteString(plain)
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%.4g ", m.Min)
	width := min(30, max(10, m.PW-14)) // with its numbers no wider than the picture
	for i := range width {
		v := float64(i) / float64(width-1)
		if ink == Letters {
			b.WriteByte(letter(v, 0, 1))
			continue
		}
		b.WriteString(cell(table.at(v, 0, 1), table.at(v, 0, 1), ink))
	}
	if ink != Letters {
		b.WriteString(plain)
	}
	fmt.Fprintf(&b, " %.4g\n", m.Max)
	_, err := io.WriteString(w, b.String())
	return err
}

func letter(v, lo, hi float64) byte {
	if math.IsNaN(v) {
		return '?'
	}
	return letters[min(len(letters)-1, int(share(v, lo, hi)*float64(len(letters))))]
}

// plain ends colours.
const plain = "\x1b[0m"

// cell is one character with an upper and a lower colour.
func cell(upper, lower color.RGBA, ink Ink) string {
	if ink == TrueColour {
		return fmt.Sprintf("\x1b[38;2;%d;%d;%d;48;2;%d;%d;%dm▀", upper.R, upper.G, upper.B, lower.R, lower.G, lower.B)
	}
	return fmt.Sprintf("\x1b[38;5;%d;48;5;%dm▀", cube(upper), cube(lower))
}

// cube is the nearest colour of the 6 by 6 by 6 cube in the palette of xterm, whose levels are 0, 95, 135, ... 255.
func cube(c color.RGBA) int {
	level := func(v uint8) int {
		if v < 48 {
			return 0
		}
		return max(1, (int(v)-35)/40)
	}
	return 16 + 36*level(c.R) + 6*level(c.G) + level(c.B)
}

// InkFor is how to draw on a stream: in colour on a terminal that has colours,
// unless NO_COLOR (no-color.org) forbids it, and elsewhere if CLICOLOR_FORCE
// (bixense.com/clicolors) asks for it. What HYBRID_COLOR says goes before both.
func InkFor(terminal bool, own string, env func(string) string) Ink {
	kind, force := env("TERM"), env("CLICOLOR_FORCE")
	switch colours := terminal && kind != "" && kind != "dumb"; {
	case own == "never":
		return Letters
	case own == "always":
	case env("NO_COLOR") != "":
		return Letters
	case force != "" && force != "0":
	case !colours || env("CLICOLOR") == "0":
		return Letters
	}
	switch {
	case env("COLORTERM") == "truecolor" || env("COLORTERM") == "24bit":
		return TrueColour
	}
	return Colours256
}
