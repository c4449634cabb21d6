package heatmap

import (
	"image/color"
	"math"
)

// colours is a table of the palette, from the lowest value to the highest.
type colours []color.RGBA

// noNumber is the colour of NaN.
var noNumber = color.RGBA{128, 128, 128, 255}

// inferno goes from black over purple, red and orange to pale yellow. Its colours are equally far apart to the eye, and
// their lightness grows linearly: equal differences of the field look equal, no edge appears where the field has none, and
// it reads the same in grey or for the colour-blind. The table interpolates 17 colours of the original, which it meets
// within 7 of 255 everywhere.
//
// Source: S. van der Walt and N. Smith, "A better default colormap for matplotlib", 2015 (public domain, CC0).
func inferno() colours {
	points := [...]uint32{
		0x000004, 0x0b0724, 0x210c4a, 0x3d0965, 0x57106e, 0x71196e, 0x8a226a, 0xa32c61, 0xbc3754,
		0xd24644, 0xe45a31, 0xf1731d, 0xf98e09, 0xfcac11, 0xf9cb35, 0xf2ea69, 0xfcffa4,
	}
	const steps = 64 // between two points
	table := make(colours, (len(points)-1)*steps+1)
	for i := range table {
		a, b, part := points[i/steps], points[min(i/steps+1, len(points)-1)], i%steps
		mix := func(shift int) uint8 {
			x, y := int(a>>shift&0xff), int(b>>shift&0xff)
			return uint8((x*(steps-part) + y*part + steps/2) / steps)
		}
		table[i] = color.RGBA{mix(16), mix(8), mix(0), 255}
	}
	return table
}

// at returns the colour of v in the range [lo, hi]; beyond it the outermost colours, and the middle one where the range is a
// single value.
func (c colours) at(v, lo, hi float64) color.RGBA {
	if math.IsNaN(v) {
		return noNumber
	}
	return c[int(math.Round(share(v, lo, hi)*float64(len(c)-1)))]
}

// share returns where v lies between lo (0) and hi (1), or one half where they are equal. hi-lo must be finite.
func share(v, lo, hi float64) float64 {
	if lo == hi {
		return 0.5
	}
	return math.Min(1, math.Max(0, (v-lo)/(hi-lo)))
}

// Colours returns n colours of the palette, at least 2, from the lowest to the highest.
func Colours(n int) []color.RGBA {
	all := inferno()
	some := make([]color.RGBA, n)
	for i := range some {
		some[i] = all[i*(len(all)-1)/(n-1)]
	}
	return some
}
