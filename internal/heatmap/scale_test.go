package heatmap

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestNewScale asks for at most 6 marks.
func TestNewScale(t *testing.T) {
	for _, c := range []struct {
		lo, hi, finest float64
		texts, note    string
	}{
		{0, 99, 1, "0 20 40 60 80", ""},
		{0, 2, 1, "0 1 2", ""},
		{0, 19.99, 0.01, "0 5 10 15", ""},
		{0, 0.6, 0.3, "0.0 0.5", ""},
		{0, 0, 1, "0", ""},
		{5, 5, 0, "5", ""},
		{-2.5, -2.5, 0, "−2.5", ""},
		{1e-12, 1e-12, 0, "1e-12", ""},
		{5, 85, 0, "20 40 60 80", ""},
		{-1, 1, 0, "−1.0 −0.5 0.0 0.5 1.0", ""},
		{-0.3, 0.25, 0, "−0.3 −0.2 −0.1 0.0 0.1 0.2", ""},
		{1e-12, 5e-12, 0, "1 2 3 4 5", "×1e-12"},
		{-3e300, 3e300, 0, "−2 0 2", "×1e300"},
		{0, 123456, 0, "0.0 0.5 1.0", "×1e5"},
		{0, 12345, 0, "0 5000 10000", ""},
		{0, 0.0035, 0, "0.000 0.001 0.002 0.003", ""},
		{0, 0.0009, 0, "0 2 4 6 8", "×1e-4"},
		{300, 300.001, 0, "0.0000 0.0002 0.0004 0.0006 0.0008 0.0010", "+ 300"},
		{-300.00001, -300, 0, "0.0 0.2 0.4 0.6 0.8 1.0", "×1e-5 − 300.00001"},
		{12345678.25, 12345678.75, 0, "0.3 0.4 0.5 0.6 0.7", "+ 12345678"},
		{1e16, 1e16 + 10, 0, "0 2 4 6 8 10", "+ 1e+16"},
		{5e-324, 5e-324, 0, "4.94066e-324", ""},
		{0, 1e-322, 0, "0", ""}, // too narrow for steps
	} {
		s := newScale(c.lo, c.hi, c.finest, func(s scale, _ float64) bool { return len(s.ticks) <= 6 })
		if got := strings.Join(s.texts(), " "); got != c.texts || s.note() != c.note {
			t.Errorf("[%g, %g]: %q %q, want %q %q", c.lo, c.hi, got, s.note(), c.texts, c.note)
		}
		for _, tick := range s.ticks {
			if slack := 1e-6 * (c.hi - c.lo); tick.value < c.lo-slack || tick.value > c.hi+slack {
				t.Errorf("[%g, %g]: a mark at %g", c.lo, c.hi, tick.value)
			}
		}
	}
}

// TestNewScaleEnds goes through ranges of all sizes and places, among them those where float64 ends.
func TestNewScaleEnds(t *testing.T) {
	for _, lo := range []float64{0, -1e-320, 1e-310, 1, -7, 1e15, -1e300, math.MaxFloat64 / 4} {
		for e := -323; e < 308; e += 7 {
			hi := lo + math.Pow(10, float64(e))
			if math.IsInf(hi, 0) || hi > math.MaxFloat64/4 {
				continue
			}
			s := newScale(lo, hi, 0, func(s scale, _ float64) bool { return len(s.ticks) <= 9 })
			if len(s.ticks) > 9 {
				t.Errorf("[%g, %g]: %d marks", lo, hi, len(s.ticks))
			}
			for _, tick := range s.ticks {
				if utf8.RuneCountInString(tick.text) > 13 || strings.Contains(tick.text, "N") || strings.Contains(tick.text, "I") {
					t.Errorf("[%g, %g]: text %q", lo, hi, tick.text)
				}
			}
		}
	}
}
