package show

import (
	"fmt"

	"hybrid/study/result"
)

// modelled is what every projection is labelled with.
const modelled = "model, not measured"

// projections is the section of what a model says of ranks that were not there.
func projections(r *result.Result) section {
	s := section{ID: "projection", Short: "Projection", Title: "More ranks than there are: " + modelled}
	if f := projectionFigure(r); len(f.Panel) > 0 {
		s.Parts = append(s.Parts, part{Full: true, Charts: []figure{f}})
	}
	for _, p := range r.Projection {
		q := part{Title: fmt.Sprintf("%s %s, %s scaling", p.Kernel, p.DType, p.Law), Tables: []table{projectionTable(p)}}
		m := p.Model
		q.Lead = []phrase{{
			words("LogGP model of the link between ranks ("), words(m.Link), words("): latency "), number(m.L, in("s")), words(", overhead "), number(m.O, in("s")),
			words(", gap "), number(m.Gap, in("s")), words(" a message and "), number(m.G, in("s")), words(" a byte; a rank alone does "), number(m.Rate, in(rateOf(r, p.Kernel))), words("."),
		}}
		if p.Checked > 0 {
			q.Notes = []note{{Is: phrase{words("Against what was measured ("), whole(p.Checked), words(" of the points) the model is wrong by at most "), number(p.Error, percent), words(".")}}}
		} else {
			q.Notes = []note{{Is: phrase{words("No measured point was there to check the model against.")}}}
		}
		s.Parts = append(s.Parts, q)
	}
	return s
}

// rateOf is the unit of a kernel's rate.
func rateOf(r *result.Result, kernel string) string {
	for _, p := range r.Kernels {
		if p.Kernel == kernel {
			return perSecond(p.Unit)
		}
	}
	for _, s := range r.Scaling {
		if s.Kernel == kernel && len(s.Points) > 0 {
			return perSecond(s.Points[0].Unit)
		}
	}
	return "units/s"
}

func projectionTable(p result.Projection) table {
	gain := sweep{law: p.Law}.gain()
	t := table{
		Caption: fmt.Sprintf("%s %s, %s: %s", p.Kernel, p.DType, p.Size, modelled),
		Columns: []column{num("ranks"), num("time"), num("computing"), num("messages"),
			num(gain), num("efficiency")},
	}
	for _, q := range p.Points {
		t.add(whole(q.Ranks), number(q.Seconds, in("s")), number(q.Compute, in("s")), number(q.Messages, in("s")), number(q.Speedup, factor), number(q.Efficiency, percent))
	}
	return t
}
