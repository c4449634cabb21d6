package show

import (
	"cmp"
	"slices"
	"strings"

	"hybrid/study/result"
)

// An answer is one of those that a study is made for.
type answer struct {
	Question string
	Figure   phrase // the number to remember
	Sentence []phrase
	Bad      bool
}

// answers are how fast the machine is, which part of what is there the kernels
// use, how they scale and, where there is a baseline, whether they have become slower.
func answers(r *result.Result) []answer {
	all := []answer{howFast(r), howMuch(r), howItScales(r)}
	if r.Comparison != nil {
		all = append(all, slower(r.Comparison))
	}
	return all
}

func slower(c *result.Comparison) answer {
	a := answer{Question: "Has it become slower?", Figure: phrase{words("No")}, Sentence: []phrase{verdictOf(c)}}
	switch {
	case c.Regressions > 0:
		a.Figure, a.Bad = phrase{words("Yes")}, true
	case c.Compared() == 0:
		a.Figure = phrase{words("–")}
	}
	return a
}

func howFast(r *result.Result) answer {
	a := answer{Question: "How fast is it?"}
	if p, ok := best(r.Probes, func(p result.Probe) bool { return p.Name == result.Triad }); ok {
		a.Figure = phrase{median(p.Sample, in(p.Unit))}
		a.Sentence = append(a.Sentence, phrase{words("Memory moves "), median(p.Sample, in(p.Unit)), say(" (triad, %s).", p.On)})
	}
	if p, ok := best(r.Probes, func(p result.Probe) bool { return p.Name == result.FMA && computedIn(r, p.DType) }); ok {
		if a.Figure != nil {
			a.Figure = append(a.Figure, words(" · "))
		}
		a.Figure = append(a.Figure, median(p.Sample, in(p.Unit)))
		a.Sentence = append(a.Sentence, phrase{words("Arithmetic reaches "), median(p.Sample, in(p.Unit)), say(" (multiply-adds in %s, %s).", p.DType, p.On)})
	}
	for _, device := range distinct(r.Kernels, func(p result.Point) string { return p.Device }) {
		rates := each(r.Kernels, device, func(p result.Point) cell { return number(p.Rate, in(perSecond(p.Unit))) })
		if a.Figure == nil {
			a.Figure = rates[1:2]
		}
		a.Sentence = append(a.Sentence, rates)
	}
	return a.orNothing("Nothing was measured.")
}

// each says something of the kernels on a device: "On the processors: heat 2.64 G
// updates/s, pi 1.83 G samples/s."
func each(points []result.Point, device string, of func(result.Point) cell) phrase {
	on := device
	if device == "" {
		on = "the processors"
	}
	var said phrase
	for _, p := range points {
		if p.Device == device {
			head := ", " + p.Kernel + " "
			if said == nil {
				head = "On " + on + ": " + p.Kernel + " "
			}
			said = append(said, words(head), of(p))
		}
	}
	return append(said, words("."))
}

// best is the probe of the most workers, and of those the fastest.
func best(ps []result.Probe, among func(result.Probe) bool) (best result.Probe, ok bool) {
	for _, p := range ps {
		if among(p) && (!ok || cmp.Or(cmp.Compare(p.Ranks*p.Threads, best.Ranks*best.Threads), cmp.Compare(p.Median, best.Median)) > 0) {
			best, ok = p, true
		}
	}
	return best, ok
}

// computedIn reports whether a kernel computes in a type, or none was run at all.
func computedIn(r *result.Result, dtype string) bool {
	return len(r.Kernels) == 0 || slices.ContainsFunc(r.Kernels, func(p result.Point) bool { return p.DType == dtype })
}

func howMuch(r *result.Result) answer {
	a := answer{Question: "How much of what is there is used?"}
	var known []result.Point
	for _, p := range r.Kernels {
		if p.Fraction > 0 {
			known = append(known, p)
		}
	}
	slices.SortStableFunc(known, func(a, b result.Point) int { return cmp.Compare(b.Fraction, a.Fraction) })
	switch n := len(known); {
	case n == 0:
		return a.orNothing("No kernel's limit is known.")
	case n == 1:
		a.Figure = phrase{number(known[0].Fraction, percents)}
		a.Sentence = []phrase{{say("%s reaches ", known[0].Kernel), number(known[0].Fraction, percents), say(" of its limit (%s).", known[0].Limit.By)}}
	case number(known[0].Fraction, percents).Text == number(known[n-1].Fraction, percents).Text:
		a.Figure = phrase{number(known[0].Fraction, percents)}
		a.Sentence = []phrase{{words("Of what the probes allow, each of the kernels reaches "), number(known[0].Fraction, percents), words(".")}}
	default:
		high, low := known[0], known[n-1]
		a.Figure = phrase{number(low.Fraction, percents), words(" to "), number(high.Fraction, percents)}
		a.Sentence = []phrase{{words("Of what the probes allow, the kernels reach from "), number(low.Fraction, percents), say(" (%s, bound by %s) to ", low.Kernel, low.Limit.By),
			number(high.Fraction, percents), say(" (%s, bound by %s).", high.Kernel, high.Limit.By)}}
		for _, device := range distinct(known, func(p result.Point) string { return p.Device }) {
			a.Sentence = append(a.Sentence, each(known, device, func(p result.Point) cell { return number(p.Fraction, percents) }))
		}
	}
	return a
}

func howItScales(r *result.Result) answer {
	a := answer{Question: "How does it scale?"}
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
		differ := interval(gain(low), times).Text != interval(gain(high), times).Text
		if differ {
			span = append(span, words(" to "), interval(gain(high), times))
		}
		if a.Figure == nil {
			a.Figure = span
		}
		sentence := phrase{words("On "), whole(p), say(" %s the same problem runs ", w.over), interval(gain(low), times)}
		if differ {
			sentence = append(sentence, say(" (%s) to ", low.Kernel), interval(gain(high), times), say(" (%s)", high.Kernel))
		} else {
			sentence = append(sentence, say(" (%s)", strings.Join(distinct(last, func(s result.Series) string { return s.Kernel }), ", ")))
		}
		sentence = append(sentence, words(" as fast as on one"))
		sentence = append(sentence, words("."+held(last)))
		a.Sentence = append(a.Sentence, sentence)
	}
	if len(r.Scaling) == 0 {
		return a.orNothing("Scaling was not measured.")
	}
	return a.orNothing("There was one worker to measure scaling over.")
}

// free is what holds back a series that nothing does.
const free = "nothing"

// held says what holds the kernels back: " Held back by memory (heat, walk), noise
// (sort); pi by nothing."
func held(all []result.Series) string {
	var by []string
	of := func(cause string) string {
		var names []string
		for _, s := range all {
			if s.HeldBackBy == cause {
				names = append(names, s.Kernel)
			}
		}
		return strings.Join(distinct(names, func(s string) string { return s }), ", ")
	}
	for _, cause := range distinct(all, func(s result.Series) string { return s.HeldBackBy }) {
		if cause != "" && cause != free {
			by = append(by, cause+" ("+of(cause)+")")
		}
	}
	var said string
	if len(by) > 0 {
		said = " Held back by " + strings.Join(by, ", ") + "."
	}
	if names := of(free); names != "" {
		said += " Nothing holds back " + names + "."
	}
	return said
}

// orNothing says why there is no answer.
func (a answer) orNothing(why string) answer {
	if a.Figure == nil {
		a.Figure, a.Sentence = phrase{words("–")}, []phrase{{words(why)}}
	}
	return a
}
