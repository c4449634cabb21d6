package show

import (
	"slices"

	"hybrid/study/result"
)

// kernels is the section of how fast the kernels are.
func kernels(r *result.Result) section {
	s := section{ID: "kernels", Short: "Kernels", Title: "How fast the kernels are"}
	if len(r.Kernels) == 0 {
		return s
	}
	p := part{Full: true}
	for _, f := range []figure{rooflineFigure(r), partsFigure(r)} {
		if len(f.Panel) > 0 {
			p.Charts = append(p.Charts, f)
		}
	}
	for _, device := range distinct(r.Kernels, func(p result.Point) string { return p.Device }) {
		p.Tables = append(p.Tables, kernelTables(r, device)...)
	}
	if slices.ContainsFunc(r.Kernels, func(p result.Point) bool { return p.Seconds.Wide }) {
		p.Notes = append(p.Notes, note{Is: phrase{words(wideNote)}})
	}
	s.Parts = []part{p}
	return s
}

// kernelTables are how fast the kernels are on a device, or on the processors where
// that is "", and what was run there.
func kernelTables(r *result.Result, device string) []table {
	speeds := table{
		Caption: "Median time of a run on its slowest rank, and the fraction reached of the limit that the probes set",
		Columns: []column{col("kernel"), col("dtype"), num("ranks\u00a0× threads"), num("time"), num("±"), num("rate"), num("limit"), num("of it"), col("bound by")},
	}
	what := table{
		Caption: "What was run, what it is held against and what was compared before it was timed",
		Columns: []column{col("kernel"), {Name: "size", Width: 22}, {Name: "limit", Width: 30}, {Name: "checked", Width: 30}},
	}
	if device != "" {
		speeds.Caption = device + ". " + speeds.Caption
		what.Caption = device + ". " + what.Caption
	}
	for _, p := range r.Kernels {
		if p.Device != device {
			continue
		}
		limit, fraction := words("not known"), cell{}
		if p.Limit.Rate > 0 {
			limit, fraction = number(p.Limit.Rate, prefixed), number(p.Fraction, percent)
			fraction.Bar = true
		}
		speeds.add(words(p.Kernel), words(p.DType), on(p.Ranks, p.Threads), median(p.Seconds, in("s")), spread(p.Seconds),
			number(p.Rate, in(perSecond(p.Unit))), limit, fraction, words(p.Limit.By))
		what.add(words(p.Kernel), code(p.Size.Flags()...), words(p.Limit.Text), checked(p))
	}
	return []table{speeds, what}
}

// checked says what of a kernel's answer was compared.
func checked(p result.Point) cell {
	if !p.Verified {
		return words("cannot tell: " + p.Check)
	}
	return words(p.Check)
}
