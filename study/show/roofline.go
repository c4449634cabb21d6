package show

import (
	"fmt"
	"math"
	"strconv"

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
	f := figure{Name: "roofline", Title: "Roofline",
		About: "Floating-point operations a second under the roofs that the probes measured. Kernels without such work are not in it."}
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
		f.Panel = append(f.Panel, panel{capital(place(device)), func() *plot.Plot { return roofline(points, roofs, colours) }})
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

// roofsOf are those of each kind that the most workers reach on a device, or on the
// processors where device is "".
func roofsOf(r *result.Result, device string) []roof {
	var roofs []roof
	add := func(name string, slopes bool, is func(result.Probe) bool) {
		if p, ok := best(r.Probes, is); ok {
			roofs = append(roofs, roof{name, p.Median, slopes})
		}
	}
	if device != "" {
		add("memory", true, func(p result.Probe) bool { return p.Name == result.DeviceCopy && p.On == device })
		return roofs
	}
	add("memory", true, func(p result.Probe) bool { return p.Name == result.Triad })
	for level := 1; level <= 4; level++ {
		add(fmt.Sprintf("L%d", level), true, func(p result.Probe) bool { return p.Name == result.Cache && p.Level == level })
	}
	for _, dtype := range []string{"f64", "f32"} {
		add("fma "+dtype, false, func(p result.Probe) bool { return p.Name == result.FMA && p.DType == dtype })
	}
	return roofs
}

func roofline(points []result.Point, roofs []roof, colours inks) *plot.Plot {
	p := newPlot("operations a byte of main memory")
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
	if !math.IsInf(slowest, 0) {
		low = min(low, left*slowest)
		if peak > 0 {
			right = max(right, 6*peak/slowest) // room for the names of the peaks
		}
	}
	for _, named := range []bool{false, true} {
		for _, r := range roofs {
			p.Add(roofLine{r, left, right, peak, named})
		}
	}
	for _, q := range points {
		p.Add(mark{x: q.Flops / q.Bytes, v: rateInterval(q), ink: colours.of(q.Kernel)})
	}
	logarithmic(&p.X, left, right, decades{func(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }})
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

// A roofLine draws a roof, or its name along it.
type roofLine struct {
	roof
	left, right, peak float64
	named             bool
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
	if l.slopes {
		top := p.Y.Max
		if l.peak > 0 {
			top = l.peak
		}
		from, to = at(max(l.left, p.Y.Min/l.rate)), at(min(l.right, top/l.rate))
	}
	tx, ty := p.Transforms(&c)
	a, b := vg.Point{X: tx(from.X), Y: ty(from.Y)}, vg.Point{X: tx(to.X), Y: ty(to.Y)}
	if !l.named {
		c.StrokeLine2(draw.LineStyle{Color: mutedColor, Width: vg.Points(1)}, a.X, a.Y, b.X, b.Y)
		return
	}
	name := style(8)
	name.Color, name.YAlign, name.XAlign = mutedColor, draw.YBottom, draw.XRight
	if !l.slopes {
		text := l.name + " " + in("flop/s")(l.rate)
		place := vg.Point{X: b.X, Y: b.Y + 2}
		width := name.Width(text)
		// Slopes end behind the name.
		c.FillPolygon(paper, []vg.Point{{X: place.X - width - 2, Y: place.Y}, {X: place.X, Y: place.Y}, {X: place.X, Y: place.Y + 8}, {X: place.X - width - 2, Y: place.Y + 8}})
		c.FillText(name, place, text)
		return
	}
	name.XAlign = draw.XLeft
	name.Rotation = math.Atan2(float64(b.Y-a.Y), float64(b.X-a.X))
	c.FillText(name, vg.Point{X: a.X + 6, Y: a.Y + 2 + vg.Length(6*math.Tan(name.Rotation))}, l.name+" "+in("B/s")(l.rate))
}
