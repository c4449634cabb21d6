package show

import (
	"cmp"
	"slices"
	"strings"

	"hybrid/study/result"
)

// An answer is one of the three that a study is made for.
type answer struct {
	Question string
	Figure   phrase // the number to remember
	Sentence []phrase
}

// answers are how fast the machine is, which part of what is there the kernels
// use, and how they scale.
func answers(r *result.Result) []answer {
	return []answer{howFast(r), howMuch(r), howItScales(r)}
}

func howFast(r *result.Result) answer {
	a := answer{Question: "How fast is it?"}
	if p, ok := best(r.Probes, result.Triad); ok {
		a.Figure = phrase{median(p.Sample, in(p.Unit))}
		a.Sentence = append(a.Sentence, phrase{words("Memory moves "), median(p.Sample, in(p.Unit)), say(" (triad, %s).", p.On)})
	}
	if p, ok := best(r.Probes, result.FMA); ok {
		if a.Figure == nil {
			a.Figure = phrase{median(p.Sample, in(p.Unit))}
		}
		a.Sentence = append(a.Sentence, phrase{words("Arithmetic reaches "), median(p.Sample, in(p.Unit)), say(" (%s, %s).", p.DType, p.On)})
	}
	var rates phrase
	for i, p := range r.Kernels {
		if i > 0 {
			rates = append(rates, words(", "))
		}
		rates = append(rates, say("%s ", p.Kernel), number(p.Rate, in(perSecond(p.Unit))))
	}
	if rates != nil {
		if a.Figure == nil {
			a.Figure = rates[:2]
		}
		a.Sentence = append(a.Sentence, append(rates, words(".")))
	}
	return a.orNothing("Nothing was measured.")
}

// best is the fastest of the probes of a name.
func best(ps []result.Probe, name string) (best result.Probe, ok bool) {
	for _, p := range ps {
		if p.Name == name && (!ok || p.Median > best.Median) {
			best, ok = p, true
		}
	}
	return best, ok
}

func howMuch(r *result.Result) answer {
	a := answer{Question: "How much of what is there is used?"}
	var known []result.Point
	for _, p := range r.Kernels {
		if p.Fraction > 0 {
			known = append(known, p)
		}
	}
	slices.SortStableFunc(known, func(a, b result.Point) int { return cmp.Compare(a.Fraction, b.Fraction) })
	switch n := len(known); {
	case n == 0:
		return a.orNothing("No kernel's limit is known.")
	case n == 1:
		a.Figure = phrase{number(known[0].Fraction, percents)}
		a.Sentence = []phrase{{say("%s reaches ", known[0].Kernel), number(known[0].Fraction, percents), say(" of its limit (%s).", known[0].Limit.By)}}
	default:
		low, high := known[0], known[n-1]
		a.Figure = phrase{number(low.Fraction, percents), words(" to "), number(high.Fraction, percents)}
		a.Sentence = []phrase{{words("Of what the probes allow, the kernels reach from "), number(low.Fraction, percents), say(" (%s, bound by %s) to ", low.Kernel, low.Limit.By),
			number(high.Fraction, percents), say(" (%s, bound by %s).", high.Kernel, high.Limit.By)}}
	}
	return a
}

func howItScales(r *result.Result) answer {
	a := answer{Question: "How does it scale, and what holds it back?"}
	for _, w := range sweeps(r.Scaling) {
		p := w.most()
		if w.law != result.Strong || p == 1 {
			continue
		}
		var last []result.Series
		for _, s := range w.series {
			if s.Points[len(s.Points)-1].Workers == p {
				last = append(last, s)
			}
		}
		gain := func(s result.Series) result.Interval { return s.Points[len(s.Points)-1].Speedup }
		slices.SortStableFunc(last, func(a, b result.Series) int { return cmp.Compare(gain(a).Value, gain(b).Value) })
		low, high := last[0], last[len(last)-1]
		span := phrase{interval(gain(low), times)}
		if len(last) > 1 {
			span = append(span, words(" to "), interval(gain(high), times))
		}
		if a.Figure == nil {
			a.Figure = span
		}
		sentence := phrase{words("On "), whole(p), say(" %s the same problem runs ", w.over), interval(gain(low), times), say(" (%s)", low.Kernel)}
		if len(last) > 1 {
			sentence = append(sentence, words(" to "), interval(gain(high), times), say(" (%s)", high.Kernel))
		}
		sentence = append(sentence, words(" as fast as on one; held back by "+held(last)+"."))
		a.Sentence = append(a.Sentence, sentence)
	}
	return a.orNothing("There was one worker, so scaling was not measured.")
}

// held says what holds the kernels of each series back: "memory (heat, walk)".
func held(all []result.Series) string {
	var parts []string
	for _, by := range distinct(all, func(s result.Series) string { return s.HeldBackBy }) {
		var names []string
		for _, s := range all {
			if s.HeldBackBy == by {
				names = append(names, s.Kernel)
			}
		}
		parts = append(parts, by+" ("+strings.Join(distinct(names, func(s string) string { return s }), ", ")+")")
	}
	return strings.Join(parts, ", ")
}

// orNothing says why there is no answer.
func (a answer) orNothing(why string) answer {
	if a.Figure == nil {
		a.Figure, a.Sentence = phrase{words("–")}, []phrase{{words(why)}}
	}
	return a
}
