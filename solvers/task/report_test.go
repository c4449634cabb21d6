package task

import (
	"strings"
	"testing"
)

func TestSpeedSaysWhichPartOfTheLimitWasReached(t *testing.T) {
	for _, c := range []struct {
		seconds, limit, fraction float64 // 0: not known
		want                     string
	}{
		{1, 8e9, 0.625, "5 G samples/s, 0.62 of the 8 G that the multipliers allow\n"},
		{1, 0, 0, "5 G samples/s\n"},
		{0.9e-3, 8e9, 0, "5 G samples/s, in too short a run to compare with the 8 G that the multipliers allow\n"},
		{1, 4e9, 1.25, "5 G samples/s, 1.25 of the 4 G that the multipliers allow\n" +
			"          (more than 1: the data stayed in cache, or something else ran while the limit was measured)\n"},
	} {
		r := Report{Seconds: c.seconds}
		f := r.Speed(5e9, "samples", Limit{Rate: c.limit, Text: "that the multipliers allow"})
		if (f != nil) != (c.fraction > 0) || f != nil && *f != c.fraction {
			t.Errorf("%+v: fraction %v", c, f)
		}
		if got := strings.Join(r.HowGood, ""); got != "speed     "+c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
