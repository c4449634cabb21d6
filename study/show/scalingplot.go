package show

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"hybrid/internal/units"
	"hybrid/study/result"
)

// A measure is what a panel of a sweep shows.
type measure struct {
	name, title string
	of          func(p result.ScalingPoint) result.Interval
	ideal       func(w sweep, first float64, p float64) float64 // first is the value on one worker
	fit         func(s result.Series, p float64) float64
}

var measures = []measure{
	{"time", "Time of a run",
		func(p result.ScalingPoint) result.Interval {
			return result.Interval{Value: p.Seconds.Median, Low: p.Seconds.Low, High: p.Seconds.High}
		},
		func(w sweep, first, p float64) float64 {
			if w.law == result.Weak {
				return first
			}
			return first / p
		},
		func(s result.Series, p float64) float64 {
			t := s.Points[0].Seconds.Median / fitted(s, p)
			if s.Law == result.Weak {
				t *= p
			}
			return t
		}},
	{"speedup", "Speed-up",
		func(p result.ScalingPoint) result.Interval { return p.Speedup },
		func(_ sweep, _, p float64) float64 { return p },
		fitted},
	{"efficiency", "Efficiency",
		func(p result.ScalingPoint) result.Interval { return p.Efficiency },
		func(sweep, float64, float64) float64 { return 1 },
		func(s result.Series, p float64) float64 { return fitted(s, p) / p }},
}

// fitted is the speed-up on p workers that the fitted law says.
func fitted(s result.Series, p float64) float64 {
	if s.Law == result.Weak {
		return p - s.Fit.Serial*(p-1)
	}
	return 1 / (s.Fit.Serial + (1-s.Fit.Serial)/p)
}

const markers = "Markers are measured, with the 95 % confidence interval; lines are the law fitted: Amdahl's to strong scaling, Gustafson's to weak."

// scalingFigures are time, speed-up and efficiency, with a panel for each sweep.
func scalingFigures(r *result.Result) []figure {
	ws := drawn(sweeps(r.Scaling))
	if len(ws) == 0 {
		return nil
	}
	var all []figure
	for _, m := range measures {
		f := figure{Name: m.name, Title: m.title, About: markers, Key: scalingKey(r, ws)}
		for _, w := range ws {
			f.Panel = append(f.Panel, m.panel(w, kernelInks(r), w.title()))
		}
		all = append(all, f)
	}
	return all
}

// drawn are the sweeps with more than one number of workers.
func drawn(ws []sweep) []sweep {
	var some []sweep
	for _, w := range ws {
		if w.most() > 1 {
			some = append(some, w)
		}
	}
	return some
}

// sweepFigure has one sweep's time, speed-up and efficiency.
func sweepFigure(r *result.Result, w sweep) []figure {
	if w.most() == 1 {
		return nil
	}
	f := figure{Title: w.title(), Key: scalingKey(r, []sweep{w}),
		About: markers}
	for _, m := range measures {
		title := m.title
		if m.name == "speedup" {
			title = capital(w.gain())
		}
		f.Panel = append(f.Panel, m.panel(w, kernelInks(r), title))
	}
	return []figure{f}
}

func scalingKey(r *result.Result, ws []sweep) []entry {
	colours := kernelInks(r)
	var names []string
	for _, w := range ws {
		for _, s := range w.series {
			names = append(names, s.Kernel)
		}
	}
	var key []entry
	for _, name := range distinct(names, func(s string) string { return s }) {
		key = append(key, entry{Name: name, line: colours.of(name).line(false), glyph: colours.of(name).glyph()})
	}
	return append(key, entry{Name: "ideal", line: ideal()})
}

// panel draws a sweep: markers with the 95 % confidence interval are measured, lines
// are the fitted law.
func (m measure) panel(w sweep, colours inks, title string) panel {
	return panel{title, func() *plot.Plot {
		p := newPlot(w.over)
		lo, hi := math.Inf(1), math.Inf(-1)
		see := func(v float64) {
			if v > 0 {
				lo, hi = min(lo, v), max(hi, v)
			}
		}
		most := float64(w.most())
		for i, s := range w.series {
			first := m.of(s.Points[0]).Value
			if i == 0 || m.name == "time" {
				p.Add(curve(1, most, ideal(), func(x float64) float64 { return m.ideal(w, first, x) }))
				see(m.ideal(w, first, most))
			}
			if s.Fit != nil {
				p.Add(curve(1, most, colours.of(s.Kernel).line(false), func(x float64) float64 { return m.fit(s, x) }))
			}
		}
		for i, s := range w.series {
			// Ratios of the same number of workers are alike: they are set apart a little.
			aside := 3 * (vg.Length(i) - vg.Length(len(w.series)-1)/2)
			if m.name == "time" {
				aside = 0
			}
			for _, q := range s.Points {
				v := m.of(q)
				see(v.Value)
				see(v.Low)
				see(v.High)
				p.Add(mark{x: float64(q.Workers), aside: aside, v: v, ink: colours.of(s.Kernel)})
			}
		}
		logarithmic(&p.X, math.Pow(most, -0.06), math.Pow(most, 1.06), doubling{})
		switch m.name {
		case "time":
			logarithmic(&p.Y, lo/1.2, hi*1.2, decades{units.Seconds})
		case "speedup":
			logarithmic(&p.Y, min(lo, 1)/1.1, hi*1.1, doubling{})
		default:
			p.Y.Min, p.Y.Max, p.Y.Tick.Marker = 0, max(1.05, hi*1.02), parts{}
		}
		return p
	}}
}

// curve is a function over a logarithmic axis.
func curve(from, to float64, style draw.LineStyle, f func(x float64) float64) *plotter.Line {
	const pieces = 64
	var xys plotter.XYs
	for i := range pieces + 1 {
		x := from * math.Pow(to/from, float64(i)/pieces)
		if y := f(x); y > 0 && !math.IsInf(y, 0) {
			xys = append(xys, plotter.XY{X: x, Y: y})
		}
	}
	return &plotter.Line{XYs: xys, LineStyle: style}
}
