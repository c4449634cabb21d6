package compare

import (
	"math"
	"slices"

	"hybrid/study/result"
)

// The verdicts of a row. Same is a ratio whose interval lies within the tolerance,
// unclear one of which nothing can be said.
const (
	slower  = "slower"
	faster  = "faster"
	same    = "same"
	unclear = "unclear"
)

// A pair is a number then and now.
type pair struct {
	result.Change
	suspect     Suspect
	old, new    []float64 // costs; now of all times
	bests       []float64 // the smallest cost of each time
	significant bool
	cleared     bool // was within the tolerance when it was measured again
	doubtful    bool // was not measured again as often as it should
}

func newPair(old, new *number) *pair {
	p := &pair{Change: new.Change, suspect: new.suspect}
	p.Old, p.New = old.sample, new.sample
	p.old, p.new = costs(values(old.sample), old.rate), costs(values(new.sample), new.rate)
	if p.known() {
		p.bests = []float64{p.new[0]}
	}
	p.estimate()
	return p
}

// values are those of a sample, or its median where it has lost them.
func values(s result.Sample) []float64 {
	if len(s.Values) == 0 {
		return []float64{s.Median}
	}
	return s.Values
}

// known tells whether there are costs to compare.
func (p *pair) known() bool { return len(p.old) > 0 && len(p.new) > 0 }

func (p *pair) estimate() {
	p.P = 1
	if p.known() {
		p.Ratio, p.P = ratio(p.old, p.new), probability(p.old, p.new)
	}
}

// looksSlower makes the pair a suspect if its estimate is beyond the tolerance.
func (p *pair) looksSlower(o Options) bool {
	p.doubtful = p.Kind != result.OfProbe && p.known() && p.Ratio.Value > 1+o.Tolerance
	return p.doubtful
}

// again measures a suspect again and tells whether that is to be done once more: not
// if the estimate within the tolerance clears it, nor if there is no doubt left.
func (p *pair) again(o Options) bool {
	p.suspect.Change = p.Change
	s, ok := o.Again(p.suspect)
	now := costs(s.Values, false)
	if !ok || len(now) == 0 {
		return false
	}
	p.Again++
	all := slices.Concat(values(p.New), s.Values)
	p.New, p.new = result.NewSample(all), costs(all, false)
	p.bests = append(p.bests, now[0])
	p.estimate()
	p.cleared = ratio(p.old, now).Value <= 1+o.Tolerance
	p.doubtful = p.Again < o.Attempts
	return p.doubtful && !p.cleared && !(p.Again >= least && p.Ratio.Low > beyondDoubt(o.Tolerance))
}

// least is how often a suspect is measured again at least before there is no doubt.
const least = 3

// beyondDoubt is a ratio that two runs of the same program do not have even if each
// is off by the tolerance, the one to the fast side, the other to the slow one.
func beyondDoubt(tolerance float64) float64 { return (1 + tolerance) * (1 + tolerance) }

// judge gives the verdict.
func (p *pair) judge(tolerance float64) {
	p.Verdict = unclear
	if !p.known() {
		return
	}
	most := 1 + tolerance
	bar := most
	if p.doubtful {
		bar = beyondDoubt(tolerance)
	}
	best := math.Exp(median(p.bests) - p.old[0])
	switch {
	case p.cleared:
	case p.significant && p.Ratio.Low > bar && best > bar:
		p.Verdict = slower
	case p.significant && p.Ratio.High < 1/most && best < 1/most:
		p.Verdict = faster
	case p.Ratio.Low >= 1/most && p.Ratio.High <= most:
		p.Verdict = same
	}
	p.Regression = p.Verdict == slower && p.Kind != result.OfProbe
}

func median(values []float64) float64 {
	v := slices.Sorted(slices.Values(values))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
