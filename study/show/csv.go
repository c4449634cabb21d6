package show

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"hybrid/study/result"
)

// A line is a row of the CSV: one number, and what it is of.
type line struct {
	section, name, dtype, law, over, on, library, device, size string
	bytes, level, ranks, threads                               int
	quantity, unit                                             string
	value, low, high                                           float64
	repeats                                                    int
}

var header = []string{"section", "name", "dtype", "law", "over", "on", "library", "device", "size", "bytes", "level", "ranks", "threads",
	"quantity", "unit", "value", "low", "high", "repeats"}

// CSV writes one table in long form, a number a row, with these columns:
//
//	section   probe, kernel, scaling, fit, projection, cpu_gpu or comparison
//	name      of the probe, the kernel or the number compared
//	dtype, law, over, on, library, device, size, bytes, level, ranks, threads
//	          what it was measured with, empty where that says nothing
//	quantity  time, rate, limit, fraction, speedup, efficiency, serial_fraction, ...
//	unit      of value, low and high; empty for a ratio
//	value     with its 95 % confidence interval low to high, which are empty where
//	          the value has none
//	repeats   values that it is the median of
//
// A name from outside, as of a device, that begins with =, +, - or @ has an apostrophe before it: a
// spreadsheet would compute it.
func CSV(w io.Writer, r *result.Result) error {
	out := csv.NewWriter(w)
	out.Write(header) // the writer keeps its first error
	for _, l := range lines(r) {
		out.Write(l.fields())
	}
	out.Flush()
	return out.Error()
}

func (l line) fields() []string {
	n := func(i int) string {
		if i == 0 {
			return ""
		}
		return strconv.Itoa(i)
	}
	f := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	low, high := "", ""
	if l.low != 0 || l.high != 0 {
		low, high = f(l.low), f(l.high)
	}
	return []string{l.section, inert(l.name), l.dtype, l.law, l.over, inert(l.on), inert(l.library), inert(l.device), l.size, n(l.bytes), n(l.level), n(l.ranks), n(l.threads),
		l.quantity, l.unit, f(l.value), low, high, n(l.repeats)}
}

// inert is a text that a spreadsheet does not take for a formula.
func inert(text string) string {
	if text != "" && strings.ContainsAny(text[:1], "=+-@") {
		return "'" + text
	}
	return text
}

func (l line) sample(quantity, unit string, s result.Sample) line {
	l.quantity, l.unit, l.value, l.low, l.high, l.repeats = quantity, unit, s.Median, s.Low, s.High, len(s.Values)
	return l
}

func (l line) plain(quantity, unit string, v float64) line {
	l.quantity, l.unit, l.value = quantity, unit, v
	return l
}

func (l line) between(quantity string, i result.Interval) line {
	l.quantity, l.value, l.low, l.high = quantity, i.Value, i.Low, i.High
	return l
}

// lines are all numbers of a result.
func lines(r *result.Result) []line {
	var all []line
	for _, p := range r.Probes {
		all = append(all, line{section: "probe", name: p.Name, dtype: p.DType, on: p.On, library: p.Library, bytes: p.Bytes, level: p.Level, ranks: p.Ranks, threads: p.Threads}.
			sample(quantityOf(p), p.Unit, p.Sample))
	}
	for _, p := range r.Kernels {
		all = append(all, pointLines(line{section: "kernel"}, p)...)
	}
	for _, s := range r.Scaling {
		for _, p := range s.Points {
			l := line{section: "scaling", law: s.Law, over: s.Over}
			all = append(all, pointLines(l, p.Point)...)
			l = l.of(p.Point)
			all = append(all, l.between("speedup", p.Speedup), l.between("efficiency", p.Efficiency))
			if p.SerialFraction != nil {
				all = append(all, l.plain("serial_fraction", "", *p.SerialFraction))
			}
		}
		if s.Fit != nil {
			l := line{section: "fit", name: s.Kernel, dtype: s.DType, law: s.Law, over: s.Over, device: s.Device}
			all = append(all, l.plain(s.Fit.Law+"_serial", "", s.Fit.Serial), l.plain(s.Fit.Law+"_residual", "", s.Fit.Residual))
		}
	}
	for _, p := range r.Projection {
		for _, q := range p.Points {
			l := line{section: "projection", name: p.Kernel, dtype: p.DType, law: p.Law, over: "ranks", on: p.Model.Link, size: p.Size.String(), ranks: q.Ranks}
			all = append(all, l.plain("time", "s", q.Seconds), l.plain("compute", "s", q.Compute), l.plain("messages", "s", q.Messages),
				l.plain("speedup", "", q.Speedup), l.plain("efficiency", "", q.Efficiency))
		}
	}
	return append(all, ratioLines(r)...)
}

// ratioLines are CPU against GPU, and now against then.
func ratioLines(r *result.Result) []line {
	var all []line
	for _, v := range r.Versus {
		all = append(all, pointLines(line{section: "cpu_gpu"}, v.CPU)...)
		all = append(all, pointLines(line{section: "cpu_gpu"}, v.GPU)...)
		l := line{section: "cpu_gpu", name: v.Kernel, dtype: v.DType, size: v.Size.String()}
		all = append(all, l.between("ratio", v.Ratio))
		if v.Transfer > 0 {
			all = append(all, l.plain("transfer", "s", v.Transfer), l.plain("ratio_with_transfer", "", v.RatioWithTransfer))
		}
	}
	if r.Comparison == nil {
		return all
	}
	for _, c := range r.Comparison.Rows {
		l := line{section: "comparison", name: c.Name}
		all = append(all, l.sample("then", c.Unit, c.Old), l.sample("now", c.Unit, c.New), l.between("ratio", c.Ratio))
	}
	return all
}

// of says what a point was measured with.
func (l line) of(p result.Point) line {
	l.name, l.dtype, l.device, l.size, l.ranks, l.threads = p.Kernel, p.DType, p.Device, p.Size.String(), p.Ranks, p.Threads
	return l
}

func pointLines(l line, p result.Point) []line {
	l = l.of(p)
	unit := perSecond(p.Unit)
	all := []line{l.sample("time", "s", p.Seconds), l.plain("rate", unit, p.Rate)}
	if p.Limit.Rate > 0 {
		all = append(all, l.plain("limit", unit, p.Limit.Rate), l.plain("fraction", "", p.Fraction))
	}
	return append(all, l.plain("compute", "s", p.Parts.Compute), l.plain("messages", "s", p.Parts.Messages),
		l.plain("imbalance", "s", p.Parts.Imbalance), l.plain("launch", "s", p.Parts.Launch))
}

func quantityOf(p result.Probe) string {
	if p.HigherIsBetter() {
		return "rate"
	}
	return "time"
}
