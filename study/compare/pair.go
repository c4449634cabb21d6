package compare

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

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
	middles     []float64 // logarithms of the ratios of each time that it was measured again
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

// remeasure measures a suspect again and tells whether that is to be done once more: not
// if the estimate within the tolerance clears it, nor if there is no doubt left.
func (p *pair) remeasure(o Options) bool {
	p.suspect.Change = p.Change
	s, ok := o.Remeasure(p.suspect)
	now := costs(s.Values, false)
	if !ok || len(now) == 0 {
		return false
	}
	p.Remeasured++
	all := slices.Concat(values(p.New), s.Values)
	p.New, p.new = result.NewSample(all), costs(all, false)
	p.bests = append(p.bests, now[0])
	p.estimate()
	middle := ratio(p.old, now).Value
	p.middles = append(p.middles, math.Log(middle))
	p.cleared = middle <= 1+o.Tolerance
	p.doubtful = p.Remeasured < o.Attempts
	return p.doubtful && !p.cleared && !(p.Remeasured >= least && p.Ratio.Low > p.bar(o.Tolerance))
}

// bar is what the ratio of a regression is above: the tolerance, and of a suspect
// that was not measured as often as it might the tolerance twice over, since the one
// study may be off to the fast side and the other to the slow one. Where its times
// have a standard deviation of more than half the tolerance the old study may be
// off by more: by twice what is above that.
func (p *pair) bar(tolerance float64) float64 {
	bar := (1 + tolerance) * math.Exp(2*max(deviation(p.middles)-tolerance/2, 0))
	if p.doubtful {
		bar *= 1 + tolerance
	}
	return bar
}

// deviation is the standard deviation, 0 of less than two values.
func deviation(v []float64) float64 {
	if len(v) < 2 {
		return 0
	}
	return stat.StdDev(v, nil)
}

// least is how often a suspect is measured again at least before there is no doubt.
const least = 3

// judge gives the verdict.
func (p *pair) judge(tolerance float64) {
	p.Verdict = unclear
	if !p.known() {
		return
	}
	most, bar := 1+tolerance, p.bar(tolerance)
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
