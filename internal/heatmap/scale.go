package heatmap

import (
	"math"
	"strconv"
	"strings"
)

// tick is a mark of an axis: its value and its text.
type tick struct {
	value float64
	text  string
}

// scale is the marks of an axis. A tick's text is (value - offset) / 10^exponent.
type scale struct {
	ticks    []tick
	offset   float64
	digits   int // that tell the offset
	exponent int
}

// note tells how to read the texts: "", "+ 300" or "×1e-6 + 300".
func (s scale) note() string {
	note := ""
	if s.exponent != 0 {
		note = "×1e" + strconv.Itoa(s.exponent)
	}
	if s.offset != 0 {
		sign := " + "
		if s.offset < 0 {
			sign = " − "
		}
		note += sign + strconv.FormatFloat(math.Abs(s.offset), 'g', s.digits, 64)
	}
	return strings.TrimSpace(note)
}

// newScale marks the range [lo, hi] at multiples of 1, 2 or 5 times a power of ten: as densely as fits tells that the marks
// do, but no denser than finest. A range narrower than finest, and one that is a single value, has its one mark at lo.
func newScale(lo, hi, finest float64, fits func(s scale, step float64) bool) scale {
	const crowd = 50 // more marks than fit anywhere
	start := math.Max((hi-lo)/crowd, finest)
	if !(hi > lo) || !(start > 0) || start > hi-lo {
		return single(lo)
	}
	for power := int(math.Floor(math.Log10(start))); ; power++ {
		for _, digit := range []float64{1, 2, 5} {
			step := digit * math.Pow10(power)
			if step < start*(1-1e-9) {
				continue
			}
			if s := marks(lo, hi, step, power); len(s.ticks) <= 2 || fits(s, step) {
				return s
			}
		}
	}
}

// marks returns the marks at all multiples of step in [lo, hi]; power is the decimal place of step.
func marks(lo, hi, step float64, power int) scale {
	var s scale
	slack := step * 1e-6 // a multiple that rounding puts just outside is still in
	largest := math.Max(math.Abs(lo), math.Abs(hi))

	const (
		digits = 5    // that a text may have
		plain  = 1e-3 // from here, and up to 1e5, no power of ten is split off
	)
	if largest/step >= 1e5 && (lo > 0 || hi < 0) {
		// So far from zero the texts would be long: they count from a round number just below.
		place := int(math.Ceil(math.Log10(hi - lo)))
		s.offset = math.Floor(lo/math.Pow10(place)) * math.Pow10(place)
		s.digits = max(1, int(math.Floor(math.Log10(largest)))-place+1)
		largest = math.Max(math.Abs(lo-s.offset), math.Abs(hi-s.offset))
	}
	largest *= 1 + 1e-9 // 0.0009999999999 is meant to be 0.001
	if largest >= 1e5 || largest < plain || power < -digits {
		s.exponent = int(math.Floor(math.Log10(largest)))
	}
	decimals := max(0, s.exponent-power)
	for k := math.Ceil((lo - s.offset - slack) / step); ; k++ {
		v := k * step
		if s.offset+v > hi+slack || len(s.ticks) > 100 {
			return s
		}
		// k*step is exact up to its last bit; the division by a power of ten is done on whole numbers.
		scaled := k * math.Round(step/math.Pow10(power)) * math.Pow10(power-s.exponent)
		s.ticks = append(s.ticks, tick{s.offset + v, minus(strconv.FormatFloat(scaled+0, 'f', decimals, 64))})
	}
}

// single marks one value only.
func single(v float64) scale {
	return scale{ticks: []tick{{v, minus(strconv.FormatFloat(v, 'g', 6, 64))}}}
}

// minus puts the typographic sign, which is as wide as a digit, for the hyphen of a negative number.
func minus(s string) string {
	if s[0] == '-' {
		return "−" + s[1:]
	}
	return s
}
