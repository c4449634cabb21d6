package law

import (
	"math"
	"testing"

	"hybrid/study/result"
)

// series is one of a law with the times on so many workers.
func series(law string, workers []int, seconds func(p float64) float64) *result.Series {
	s := &result.Series{Kernel: "heat", Law: law, Over: "ranks"}
	for _, p := range workers {
		t := seconds(float64(p))
		s.Points = append(s.Points, result.ScalingPoint{Workers: p, Point: result.Point{Seconds: result.Sample{Median: t, Low: t, High: t}}})
	}
	return s
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s is %v, want %v within %v", what, got, want, within)
	}
}

func TestExactLaws(t *testing.T) {
	for _, law := range []string{result.Strong, result.Weak} {
		for _, f := range []float64{0, 1e-6, 0.05, 0.5, 0.99, 1} {
			for _, workers := range [][]int{{1, 2, 3}, {1, 2, 4, 8}, {1, 3, 7, 10}} {
				s := series(law, workers, func(p float64) float64 {
					if law == result.Weak {
						return 3 * p / (p - f*(p-1))
					}
					return 3 * (f + (1-f)/p)
				})
				Complete(s)
				near(t, law+" f", s.Fit.Serial, f, 1e-12)
				near(t, law+" residual", s.Fit.Residual, 0, 1e-12)
				if s.Fit.Points != len(workers)-1 || (s.Fit.Law == "amdahl") != (law == result.Strong) {
					t.Errorf("%s: fit %+v of %d workers", law, *s.Fit, len(workers))
				}
				if s.Points[0].SerialFraction != nil || s.Points[0].Speedup != (result.Interval{Value: 1, Low: 1, High: 1}) {
					t.Errorf("%s: one worker: %+v", law, s.Points[0])
				}
				for _, p := range s.Points[1:] {
					near(t, law+" Karp-Flatt", *p.SerialFraction, f, 1e-12)
					near(t, law+" speed-up", p.Speedup.Value, Speedup(law, f, float64(p.Workers)), 1e-12*float64(p.Workers))
					near(t, law+" efficiency", p.Efficiency.Value, p.Speedup.Value/float64(p.Workers), 1e-15)
				}
			}
		}
	}
}

// No other f is nearer: the closed form finds the minimum of the sum that it says
// it minimises.
func TestFitIsNearest(t *testing.T) {
	times := map[float64]float64{1: 1, 2: 0.57, 4: 0.31, 8: 0.24, 16: 0.19}
	for _, law := range []string{result.Strong, result.Weak} {
		s := series(law, []int{1, 2, 4, 8, 16}, func(p float64) float64 {
			if law == result.Weak {
				return p * times[p]
			}
			return times[p]
		})
		Complete(s)
		distance := func(f float64) (sum float64) {
			for _, p := range s.Points[1:] {
				v, l := p.Speedup.Value, Speedup(law, f, float64(p.Workers))
				if law == result.Weak {
					v, l = l, v
				}
				sum += (v/l - 1) * (v/l - 1)
			}
			return sum
		}
		f := s.Fit.Serial
		for _, h := range []float64{-1e-3, 1e-3, -1e-6, 1e-6} {
			if distance(f+h) <= distance(f) {
				t.Errorf("%s: %v is nearer than %v", law, f+h, f)
			}
		}
		if s.Fit.Residual < 0.01 || s.Fit.Residual > 0.5 {
			t.Errorf("%s: residual %v of times that follow no law", law, s.Fit.Residual)
		}
	}
}

// Nothing is said where nothing can be said: of a serial part below 0 or above 1, or
// from as many points as a law has parameters.
func TestNothingToSay(t *testing.T) {
	for _, law := range []string{result.Strong, result.Weak} {
		gain := func(s func(p float64) float64) func(p float64) float64 {
			return func(p float64) float64 {
				if law == result.Weak {
					return p / s(p)
				}
				return 1 / s(p)
			}
		}
		for _, c := range []struct {
			name         string
			workers      []int
			gain         func(p float64) float64
			serial, fits bool
		}{
			{"one point", []int{1, 2}, func(p float64) float64 { return p / 1.1 }, true, false},
			{"more than linear", []int{1, 2, 4}, func(p float64) float64 { return 1.2 * p }, false, false},
			{"slower with every one", []int{1, 2, 4}, func(p float64) float64 { return 1 / p }, false, false},
			{"two points", []int{1, 2, 4}, func(p float64) float64 { return p / 1.1 }, true, true},
		} {
			s := series(law, c.workers, gain(func(p float64) float64 {
				if p == 1 {
					return 1
				}
				return c.gain(p)
			}))
			Complete(s)
			if (s.Fit != nil) != c.fits {
				t.Errorf("%s, %s: fit %+v", law, c.name, s.Fit)
			}
			for _, p := range s.Points[1:] {
				if (p.SerialFraction != nil) != c.serial {
					t.Errorf("%s, %s: serial fraction on %d workers, speed-up %v", law, c.name, p.Workers, p.Speedup.Value)
				}
			}
		}
	}
}

func TestIntervals(t *testing.T) {
	for _, c := range []struct {
		law   string
		scale float64
	}{{result.Strong, 1}, {result.Weak, 4}} {
		s := series(c.law, []int{1, 4}, func(float64) float64 { return 1 })
		s.Points[0].Seconds = result.Sample{Median: 8, Low: 7, High: 9}
		s.Points[1].Seconds = result.Sample{Median: 4, Low: 3, High: 5}
		Complete(s)
		want := result.Interval{Value: c.scale * 2, Low: c.scale * 7 / 5, High: c.scale * 9 / 3}
		if got := s.Points[1].Speedup; got != want {
			t.Errorf("%s: speed-up %+v, want %+v", c.law, got, want)
		}
		want = result.Interval{Value: want.Value / 4, Low: want.Low / 4, High: want.High / 4}
		if got := s.Points[1].Efficiency; got != want {
			t.Errorf("%s: efficiency %+v, want %+v", c.law, got, want)
		}
	}
}

func TestUnusable(t *testing.T) {
	times := func(p float64) float64 { return 1 / p }
	for _, c := range []struct {
		series *result.Series
		say    string
	}{
		{series("moore", []int{1, 2}, times), `no verdict: "moore" is no law`},
		{series(result.Strong, nil, times), "no verdict: the series has no time on one of its ranks"},
		{series(result.Strong, []int{2, 4}, times), "no verdict: the series has no time on one of its ranks"},
		{series(result.Strong, []int{1, 4, 2}, times), "no verdict: the series goes from 4 ranks to 2"},
		{series(result.Strong, []int{1, 2}, func(float64) float64 { return 0 }), "no verdict: the time on 1 rank is 0 s"},
		{series(result.Strong, []int{1, 2}, func(p float64) float64 { return math.Inf(1 - int(p)) }), "no verdict: the time on 1 rank is +Inf s"},
	} {
		Complete(c.series)
		if s := c.series; s.Sentence != c.say || s.HeldBackBy != "" || s.Fit != nil {
			t.Errorf("got %q, %q, %v, want %q", s.HeldBackBy, s.Sentence, s.Fit, c.say)
		}
	}
	s := series(result.Strong, []int{1}, times)
	Complete(s)
	if s.Sentence != "no verdict: only one of its ranks was measured" || s.HeldBackBy != "" || s.Fit != nil || s.Points[0].Speedup.Value != 1 {
		t.Errorf("one point: %+v", s)
	}
}
