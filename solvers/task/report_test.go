package task

import (
	"strings"
	"testing"
	"time"
)

func TestSpeedSaysWhichPartOfTheLimitWasReached(t *testing.T) {
	for _, c := range []struct {
		seconds, limit, fraction float64 // 0: not known
		want                     string
	}{
		{1, 8e9, 0.625, "5 G samples/s, 0.62 of the 8 G that the multipliers allow\n"},
		{1, 0, 0, "5 G samples/s\n"},
		{19e-3, 8e9, 0, "5 G samples/s, in too short a run to compare with the 8 G that the multipliers allow\n"},
		{19e-3, 4e9, 0, "5 G samples/s, in too short a run to compare with a limit\n"},
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
	r := Report{Seconds: 1e-6}
	if f := r.Speed(0, "samples", Limit{Rate: 1e9}); f != nil || strings.Join(r.HowGood, "") != "speed     none: nothing was left to do\n" {
		t.Errorf("of nothing: %v, %q", f, r.HowGood)
	}
}

// TestARunSparesATwentiethOfItsTime for the question how good it was.
func TestARunSparesATwentiethOfItsTime(t *testing.T) {
	for _, c := range []struct {
		seconds float64
		short   bool
		spare   time.Duration
		probe   time.Duration // of 50 ms
	}{
		{0, true, 0, 5 * time.Millisecond},
		{0.019, true, 950 * time.Microsecond, 5 * time.Millisecond},
		{0.02, false, time.Millisecond, 5 * time.Millisecond},
		{0.4, false, 20 * time.Millisecond, 20 * time.Millisecond},
		{4, false, probeTime, 50 * time.Millisecond},
	} {
		r := Report{Seconds: c.seconds}
		if r.TooShort() != c.short || r.Spare() != c.spare || r.Probe(50*time.Millisecond) != c.probe {
			t.Errorf("%g s: too short %v, %v to spare, a probe of %v, want %v, %v, %v",
				c.seconds, r.TooShort(), r.Spare(), r.Probe(50*time.Millisecond), c.short, c.spare, c.probe)
		}
	}
}
