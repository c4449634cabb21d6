// Package law holds a series of measured times against the laws of parallel
// computing: it finds speed-up, efficiency, the serial fraction after Karp and
// Flatt, the fits of Amdahl's and Gustafson's laws, and what holds a kernel back.
// It measures nothing.
package law

import (
	"fmt"
	"math"

	"hybrid/study/result"
)

// Complete fills in what follows from the times, parts and limits of a series'
// points: Speedup, Efficiency and SerialFraction of every point, and the series'
// Fit, HeldBackBy and Sentence. Points must ascend in Workers, and the first be on
// one worker; of a series that is not so, or has a time that is not positive,
// only Sentence is filled in, with the reason.
//
// A speed-up that is more than linear, or a time that more workers make longer, is
// none of those that a serial part explains: its SerialFraction, which would be below 0
// or above 1, is nil. So is the Fit of such a series, and that of one with a single
// point on more than one worker, which any law fits.
func Complete(s *result.Series) {
	s.Fit, s.HeldBackBy, s.Sentence = nil, "", ""
	if err := check(s); err != nil {
		s.Sentence = err.Error()
		return
	}
	for i := range s.Points {
		complete(s.Law, &s.Points[0], &s.Points[i])
	}
	s.Fit = fit(s)
	s.HeldBackBy, s.Sentence = verdict(s)
}

// check reports what makes a series unusable.
func check(s *result.Series) error {
	if s.Law != result.Strong && s.Law != result.Weak {
		return fmt.Errorf("no verdict: %q is no law", s.Law)
	}
	if len(s.Points) == 0 || s.Points[0].Workers != 1 {
		return fmt.Errorf("no verdict: the series has no time on one of its %s", s.Over)
	}
	for i, p := range s.Points {
		if i > 0 && p.Workers <= s.Points[i-1].Workers {
			return fmt.Errorf("no verdict: the series goes from %d %s to %d", s.Points[i-1].Workers, s.Over, p.Workers)
		}
		for _, t := range []float64{p.Seconds.Median, p.Seconds.Low, p.Seconds.High} {
			if !(t > 0) || math.IsInf(t, 0) {
				return fmt.Errorf("no verdict: the time on %s is %v s", workers(s, p.Workers), t)
			}
		}
	}
	return nil
}

// complete finds the speed-up of a point over the first one. Its interval reaches
// from the quotient of the one's low and the other's high bound to that of high and
// low.
func complete(law string, one, at *result.ScalingPoint) {
	p := float64(at.Workers)
	at.SerialFraction = nil
	if at.Workers == 1 {
		at.Speedup = result.Interval{Value: 1, Low: 1, High: 1}
		at.Efficiency = at.Speedup
		return
	}
	scale := 1.0
	if law == result.Weak {
		scale = p
	}
	t, u := one.Seconds, at.Seconds
	at.Speedup = result.Interval{Value: scale * t.Median / u.Median, Low: scale * t.Low / u.High, High: scale * t.High / u.Low}
	at.Efficiency = result.Interval{Value: at.Speedup.Value / p, Low: at.Speedup.Low / p, High: at.Speedup.High / p}
	if f, ok := part(serialFraction(law, at.Speedup.Value, p)); ok {
		at.SerialFraction = &f
	}
}

// part is f as a part of a whole, if it is one: from 0 to 1, but for rounding.
func part(f float64) (float64, bool) {
	const rounding = 1e-9
	if !(f >= -rounding && f <= 1+rounding) {
		return 0, false
	}
	return min(max(f, 0), 1), true
}

// serialFraction is that of speed-up s on p > 1 workers, see result.ScalingPoint.
func serialFraction(law string, s, p float64) float64 {
	if law == result.Weak {
		return (p - s) / (p - 1)
	}
	return (1/s - 1/p) / (1 - 1/p)
}

// fit finds the f whose law is nearest to the measured speed-ups s by the sum of
// the squares of their relative differences. Both are linear least squares:
//
//	Amdahl      1/law = 1/p + f (1 - 1/p)    (s - law)/law = s/law - 1 is linear in f
//	Gustafson   law   = p - f (p - 1)        (law - s)/s   = law/s - 1 is linear in f
//
// so that of a + f b = 0 for all points f is -sum(a b) / sum(b b). It takes two points
// on more than one worker, for the law goes through any single one, and an f that is a
// part.
func fit(s *result.Series) *result.Fit {
	name := "amdahl"
	if s.Law == result.Weak {
		name = "gustafson"
	}
	points := s.Points[1:]
	if len(points) < 2 {
		return nil
	}
	above, below := 0.0, 0.0
	for _, at := range points {
		p, v := float64(at.Workers), at.Speedup.Value
		a, b := v/p-1, v*(1-1/p)
		if s.Law == result.Weak {
			a, b = p/v-1, (1-p)/v
		}
		above += float64(a * b)
		below += float64(b * b)
	}
	f, ok := part(-above / below)
	if !ok {
		return nil
	}
	squares := 0.0
	for _, at := range points {
		l := Speedup(s.Law, f, float64(at.Workers))
		r := (at.Speedup.Value - l) / l
		squares += float64(r * r)
	}
	residual := math.Sqrt(squares / float64(len(points)))
	if math.IsNaN(residual) || math.IsInf(residual, 0) {
		return nil
	}
	return &result.Fit{Law: name, Serial: f, Residual: residual, Points: len(points)}
}

// Speedup is what a law, result.Strong or result.Weak, says of p workers at a
// serial fraction f: 1/(f + (1-f)/p) after Amdahl, p - f(p-1) after Gustafson.
func Speedup(law string, f, p float64) float64 {
	if law == result.Weak {
		return p - f*(p-1)
	}
	return 1 / (f + (1-f)/p)
}
