package show

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"hybrid/study/result"
)

// messageFigure has the latency and the bandwidth over the size of a message, for
// each kind of pair.
func messageFigure(all []result.Probe) figure {
	f := figure{Name: "messages", Title: "Messages", About: "Half a round trip, and a window of messages one way, for each kind of pair. Markers have the 95 % confidence interval."}
	ps := slices.DeleteFunc(slices.Clone(all), func(p result.Probe) bool {
		return quantity(p) != result.Latency && quantity(p) != result.Bandwidth || p.Bytes < 1 || p.Median <= 0
	})
	ps, _ = named(ps)
	kinds := inks(distinct(ps, via))
	for _, name := range []string{result.Latency, result.Bandwidth} {
		some := slices.DeleteFunc(slices.Clone(ps), func(p result.Probe) bool { return quantity(p) != name })
		if len(some) > 0 {
			f.Panel = append(f.Panel, panel{capital(name), func() *plot.Plot { return overSize(some, kinds) }})
		}
	}
	for _, kind := range kinds {
		f.Key = append(f.Key, entry{Name: kind, line: kinds.of(kind).line(false), glyph: kinds.of(kind).glyph()})
	}
	return f
}

// overSize draws probes of one name over their sizes, a line for each kind.
func overSize(ps []result.Probe, kinds inks) *plot.Plot {
	p := newPlot("size of a message")
	lo, hi, left, right := math.Inf(1), 0.0, math.Inf(1), 0.0
	for _, kind := range kinds {
		of := slices.DeleteFunc(slices.Clone(ps), func(p result.Probe) bool { return via(p) != kind })
		slices.SortStableFunc(of, func(a, b result.Probe) int { return cmp.Compare(a.Bytes, b.Bytes) })
		ink := kinds.of(kind)
		var xys plotter.XYs
		for _, q := range of {
			xys = append(xys, plotter.XY{X: float64(q.Bytes), Y: q.Median})
			left, right = min(left, float64(q.Bytes)), max(right, float64(q.Bytes))
			lo, hi = min(lo, q.Median), max(hi, q.Median, q.High)
			if q.Low > 0 {
				lo = min(lo, q.Low)
			}
		}
		if len(xys) > 0 {
			p.Add(&plotter.Line{XYs: xys, LineStyle: ink.line(false)})
		}
		for _, q := range of {
			p.Add(mark{x: float64(q.Bytes), v: result.Interval{Value: q.Median, Low: q.Low, High: q.High}, ink: ink})
		}
	}
	logarithmic(&p.X, left, right, binary{})
	logarithmic(&p.Y, lo/1.3, hi*1.3, decades{in(ps[0].Unit)})
	return p
}
