package result

import (
	"math"
	"slices"

	"golang.org/x/perf/benchmath"
)

// WideSpread is the part of the median above which the confidence interval of a
// sample makes it Wide.
const WideSpread = 0.10

// A Sample is a quantity that was measured several times.
type Sample struct {
	Median float64 `json:"median"`
	// Low and High bound the median with 95 % confidence, whatever the distribution:
	// they are order statistics. That takes 6 values; of fewer they are the extremes.
	Low    float64   `json:"low"`
	High   float64   `json:"high"`
	Wide   bool      `json:"wide,omitempty"` // the spread is so large that the number is to be read with care
	Values []float64 `json:"values"`         // in the order in which they were measured
}

// NewSample summarises values, of which there is at least one; none may be NaN. It
// keeps the slice.
func NewSample(values []float64) Sample {
	s := benchmath.AssumeNothing.Summary(benchmath.NewSample(slices.Clone(values), &benchmath.DefaultThresholds), 0.95)
	low, high := s.Lo, s.Hi
	if math.IsInf(low, 0) || math.IsInf(high, 0) {
		low, high = slices.Min(values), slices.Max(values)
	}
	return Sample{Median: s.Center, Low: low, High: high, Wide: high-low > WideSpread*s.Center, Values: values}
}

// Spread is half the width of the confidence interval as a part of the median, the
// "± 3 %" of a table. A median of 0 has none.
func (s Sample) Spread() float64 {
	if s.Median == 0 {
		return 0
	}
	return (s.High - s.Low) / 2 / s.Median
}
