package show

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"hybrid/study/result"
)

// A roof is a limit of the roofline (Williams, Waterman and Patterson, CACM 52(4),
// 2009): bytes a second, a slope, or operations a second, level.
type roof struct {
	name   string
	rate   float64
	slopes bool
}

// rooflineFigure has the roofs that the probes measured and the kernels that do
// floating-point work. Those on devices have a panel of their own.
func rooflineFigure(r *result.Result) figure {
	f := figure{Name: "roofline", Title: "roofline",
		About: "Operations a second of the kernels against their operations a byte of main memory, under the roofs that the probes measured.",
		Note:  "Kernels without floating-point work have no place in it; all kernels are held against their limits in the table."}
	colours := kernelInks(r)
	for _, device := range distinct(r.Kernels, func(p result.Point) string { return p.Device }) {
		var points []result.Point
		for _, p := range r.Kernels {
			if p.Device == device && p.Flops > 0 && p.Bytes > 0 && p.Seconds.Median > 0 {
				points = append(points, p)
			}
		}
		roofs := roofsOf(r, device)
		if len(points) == 0 || len(roofs) == 0 {
			continue
		}
		title := device
		if title == "" {
			title = "processors"
		}
		f.Panel = append(f.Panel, panel{title, func() *plot.Plot { return roofline(points, roofs, colours) }})
		for _, name := range distinct(points, func(p result.Point) string { return p.Kernel }) {
			f.Key = append(f.Key, entry{Name: name, glyph: colours.of(name).glyph()})
		}
	}
	f.Key = distinctKey(f.Key)
	return f
}

func distinctKey(key []entry) []entry {
	var some []entry
	for _, name := range distinct(key, func(e entry) string { return e.Name }) {
		for _, e := range key {
			if e.Name == name {
				some = append(some, e)
				break
			}
		}
	}
	return some
}

// roofsOf are the best of each kind that were measured on a device, or on the
// processors where device is "".
func roofsOf(r *result.Result, device string) []roof {
	var roofs []roof
	add := func(name string, p result.Probe, slopes bool) {
		for i := range roofs {
			if roofs[i].name == name {
				roofs[i].rate = max(roofs[i].rate, p.Median)
				return
			}
		}
		roofs = append(roofs, roof{name, p.Median, slopes})
	}
	for _, p := range r.Probes {
		switch {
		case device == "" && p.Name == result.Triad:
			add("memory", p, true)
		case device == "" && p.Name == result.Cache:
			add("L"+string(rune('0'+p.Level)), p, true)
		case device == "" && p.Name == result.FMA:
			add("fma "+p.DType, p, false)
		case device != "" && p.On == device && p.Name == result.DeviceCopy:
			add("memory", p, true)
		}
	}
	return roofs
}

func roofline(points []result.Point, roofs []roof, colours inks) *plot.Plot {
	p := newPlot("", "operations a byte", "operations a second")
	peak, slowest := 0.0, math.Inf(1)
	for _, r := range roofs {
		if r.slopes {
			slowest = min(slowest, r.rate)
		} else {
			peak = max(peak, r.rate)
		}
	}
	left, right, low, high := 1.0/16, 16.0, math.Inf(1), peak
	for _, q := range points {
		x, y := q.Flops/q.Bytes, q.Flops/q.Seconds.Median
		left, right, low, high = min(left, x/2), max(right, x*2), min(low, y), max(high, y)
	}
	if peak > 0 && !math.IsInf(slowest, 0) {
		right = max(right, 4*peak/slowest)
		low = min(low, left*slowest)
	}
	for _, r := range roofs {
		p.Add(roofLine{r, left, right, peak})
	}
	for _, q := range points {
		p.Add(mark{x: q.Flops / q.Bytes, v: rateInterval(q), ink: colours.of(q.Kernel)})
	}
	logarithmic(&p.X, left, right, decades{prefixed})
	logarithmic(&p.Y, low/1.5, high*2, decades{in("flop/s")})
	return p
}

// rateInterval is the rate of operations, with the bounds that the time has.
func rateInterval(q result.Point) result.Interval {
	i := result.Interval{Value: q.Flops / q.Seconds.Median}
	if q.Seconds.Low > 0 {
		i.Low, i.High = q.Flops/q.Seconds.High, q.Flops/q.Seconds.Low
	}
	return i
}

// A roofLine draws a roof with its name along it.
type roofLine struct {
	roof
	left, right, peak float64
}

// Plot is gonum's.
func (l roofLine) Plot(c draw.Canvas, p *plot.Plot) {
	at := func(x float64) plotter.XY {
		if l.slopes {
			return plotter.XY{X: x, Y: x * l.rate}
		}
		return plotter.XY{X: x, Y: l.rate}
	}
	from, to := at(l.left), at(l.right)
	if l.slopes && l.peak > 0 {
		to = at(min(l.right, l.peak/l.rate))
	}
	if l.slopes && from.Y < p.Y.Min {
		from = at(p.Y.Min / l.rate)
	}
	tx, ty := p.Transforms(&c)
	a, b := vg.Point{X: tx(from.X), Y: ty(from.Y)}, vg.Point{X: tx(to.X), Y: ty(to.Y)}
	line := draw.LineStyle{Color: mutedColor, Width: vg.Points(1)}
	c.StrokeLine2(line, a.X, a.Y, b.X, b.Y)
	name := style(8)
	name.Color = mutedColor
	name.YAlign = draw.YBottom
	unit, place := "flop/s", vg.Point{X: b.X, Y: b.Y + 2}
	name.XAlign = draw.XRight
	if l.slopes {
		unit = "B/s"
		name.XAlign = draw.XLeft
		name.Rotation = math.Atan2(float64(b.Y-a.Y), float64(b.X-a.X))
		place = vg.Point{X: a.X + 6, Y: a.Y + 2 + vg.Length(6*math.Tan(name.Rotation))}
	}
	c.FillText(name, place, l.name+" "+in(unit)(l.rate))
}
