package figure

import (
	"strings"
	"testing"

	"gonum.org/v1/plot"
)

func labels(ticks []plot.Tick) string {
	var all []string
	for _, t := range ticks {
		if t.Label != "" {
			all = append(all, t.Label)
		}
	}
	return strings.Join(all, " ")
}

func TestMarks(t *testing.T) {
	for _, c := range []struct {
		ticker plot.Ticker
		lo, hi float64
		want   string
	}{
		{Round{}, -450, 450, "-400 -300 -200 -100 0 100 200 300 400"},
		{Round{}, 0, 0.3, "0 0.05 0.1 0.15 0.2 0.25 0.3"},
		{Round{}, 0, 7, "0 1 2 3 4 5 6 7"},
		{Round{}, 3, 3, "3"},
		{Round{}, -2.5e6, 2.5e6, "-2e+06 -1e+06 0 1e+06 2e+06"},
		{Powers{10}, 0, 6.2, "1 10 100 1000 10000 100000 1e+06"},
		{Powers{2}, -0.5, 9.5, "1 4 16 64 256"},
	} {
		if got := labels(c.ticker.Ticks(c.lo, c.hi)); got != c.want {
			t.Errorf("%v from %g to %g: %s, want %s", c.ticker, c.lo, c.hi, got, c.want)
		}
	}
}
