package show

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"

	"hybrid/internal/units"
)

// doubling marks an axis at 1, 2, 4, ..., with as many steps left out as it takes for
// the texts to have room.
type doubling struct{}

// Ticks is gonum's.
func (doubling) Ticks(lo, hi float64) []plot.Tick {
	first, last := int(math.Ceil(math.Log2(lo)-1e-9)), int(math.Floor(math.Log2(hi)+1e-9))
	step := 1 + (last-first)/9
	var all []plot.Tick
	for i := first; i <= last; i++ {
		t := plot.Tick{Value: math.Ldexp(1, i)}
		if (i-first)%step == 0 {
			t.Label = strconv.FormatFloat(t.Value, 'g', 4, 64)
		}
		all = append(all, t)
	}
	return all
}

// decades marks an axis at powers of ten, and at 2 and 5 times them where there are
// few, in words that format chooses.
type decades struct{ format func(float64) string }

// Ticks is gonum's.
func (d decades) Ticks(lo, hi float64) []plot.Tick {
	first, last := int(math.Floor(math.Log10(lo))), int(math.Ceil(math.Log10(hi)))
	span := math.Log10(hi / lo)
	step := 1 + int(span/8)
	var all []plot.Tick
	for e := first; e <= last; e++ {
		for m := 1; m < 10; m++ {
			v := float64(m) * math.Pow(10, float64(e))
			if v < lo*(1-1e-9) || v > hi*(1+1e-9) {
				continue
			}
			t := plot.Tick{Value: v}
			if m == 1 && e%step == 0 || span < 2 && (m == 2 || m == 5) || span < 0.7 {
				t.Label = short(d.format)(v)
			}
			if step == 1 || m == 1 {
				all = append(all, t)
			}
		}
	}
	return all
}

// binary marks sizes at 1 B, 32 B, 1 KiB, ...: every fifth power of two.
type binary struct{}

// Ticks is gonum's.
func (binary) Ticks(lo, hi float64) []plot.Tick {
	var all []plot.Tick
	for i := range 50 {
		v := math.Ldexp(1, i)
		if v < lo || v > hi {
			continue
		}
		t := plot.Tick{Value: v}
		if i%5 == 0 {
			t.Label = units.Binary(1 << i)
		}
		all = append(all, t)
	}
	return all
}

// parts marks an axis of efficiencies, in per cent.
type parts struct{}

// Ticks is gonum's.
func (parts) Ticks(lo, hi float64) []plot.Tick {
	step := 0.2
	for (hi-lo)/step > 8 {
		step *= 2
	}
	var all []plot.Tick
	for i := int(math.Ceil(lo/step - 1e-9)); float64(i)*step <= hi+1e-9; i++ {
		v := float64(i) * step
		all = append(all, plot.Tick{Value: v, Label: strconv.Itoa(int(math.Round(100*v))) + " %"})
	}
	return all
}

// logarithmic makes an axis so, from lo to hi with some room; both are above 0.
func logarithmic(a *plot.Axis, lo, hi float64, marks plot.Ticker) {
	if lo == hi {
		lo, hi = lo/2, hi*2
	}
	a.Scale, a.Min, a.Max, a.Tick.Marker = plot.LogScale{}, lo, hi, marks
}

// short leaves out the zeros after the point of a number that words begin with.
func short(format func(float64) string) func(float64) string {
	return func(v float64) string {
		number, unit, _ := strings.Cut(format(v), " ")
		if strings.Contains(number, ".") {
			number = strings.TrimRight(strings.TrimRight(number, "0"), ".")
		}
		return strings.TrimSpace(number + " " + unit)
	}
}
