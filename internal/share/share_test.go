package share

import (
	"math"
	"slices"
	"testing"
)

// speeds are lines of ranks that do so many things a second, as many as there are.
func speeds(n int, perSecond ...float64) (lines []Line) {
	for _, v := range perSecond {
		lines = append(lines, Line{Slope: 1 / v, Most: n})
	}
	return lines
}

func TestDivide(t *testing.T) {
	for _, c := range []struct {
		n     int
		lines []Line
		want  []int
	}{
		{10, speeds(10, 1), []int{10}},
		{10, speeds(10, 5, 5), []int{5, 5}},
		{100, speeds(100, 1, 3), []int{25, 75}},
		{50, speeds(50, 1, 100, 1), []int{0, 50, 0}},
		{10, []Line{{Slope: 1, Most: 3}, {Slope: 9, Most: 10}}, []int{3, 7}},
		{10, []Line{{Base: 100, Slope: 1, Most: 10}, {Slope: 1, Most: 10}}, []int{0, 10}},
		{10, []Line{{Slope: 10, Least: 4, Most: 10}, {Slope: 1, Least: 4, Most: 10}}, []int{0, 10}},
		{10, speeds(4, 1, 1), nil},
		{0, speeds(4, 1, 1), []int{0, 0}},
	} {
		if got := Divide(c.n, c.lines); !slices.Equal(got, c.want) {
			t.Errorf("%d things over %+v: %v, want %v", c.n, c.lines, got, c.want)
		}
	}
}

// TestSoonest holds the time against that of moving a thing from any rank to any other.
func TestSoonest(t *testing.T) {
	lines := []Line{{Base: 3, Slope: 2, Most: 100}, {Base: 1, Slope: 0.7, Most: 100}, {Slope: 5, Most: 100}, {Base: 8, Slope: 1, Most: 100}}
	time := func(parts []int) float64 {
		most := 0.0
		for i, n := range parts {
			if n > 0 {
				most = max(most, math.FMA(float64(n), lines[i].Slope, lines[i].Base))
			}
		}
		return most
	}
	for n := 1; n < 60; n++ {
		best := Divide(n, lines)
		for i := range best {
			for j := range best {
				other := slices.Clone(best)
				other[i]--
				other[j]++
				if best[i] > 0 && time(other) < time(best)-1e-9 {
					t.Fatalf("%d things: %v take %g, but %v %g", n, best, time(best), other, time(other))
				}
			}
		}
	}
}
