// Package compare holds a study against an older one and tells what has become
// slower from what is noise. It measures nothing itself.
//
// # How a regression is told
//
// A cost is a time, or one over a rate. Of each kernel and scaling point that both
// studies have, three things must say that its cost has grown by more than the
// tolerance:
//
//	the middle     Hodges and Lehmann's estimate of the ratio of the costs, the median
//	               of the ratios of all pairs of an old and a new value: the lower end
//	               of its 95 % confidence interval, after Moses, which inverts the test
//	               of Mann and Whitney (Hollander, Wolfe and Chicken, Nonparametric
//	               Statistical Methods, 2014, sections 4.1 to 4.3)
//	the chance     the probability, after Mann and Whitney, that samples of one
//	               distribution differ so much: at most 5 % for the whole comparison,
//	               corrected for the number of rows after Holm ("A simple sequentially
//	               rejective multiple test procedure", Scand. J. Statist. 6(2), 1979)
//	the best       the ratio of the smallest costs. Other work on a machine only ever
//	               adds to a time, so the smallest is the least noisy of a sample
//	               (Chen and Revels, "Robust benchmarking in noisy environments",
//	               HPEC 2016)
//
// None of them assumes a distribution, but all take the values of a run to be
// independent, and they are not: a machine is a few percent slower for minutes, and a
// second run of the same program differs from the first by more than either's
// interval says. So what looks slower is a suspect and is measured again, up to
// Attempts times, with pauses between. A single measurement within the tolerance clears it.
// Else all its values are put together for the middle and the chance, and the best
// is the median of the smallest values of all measurements. What can no longer be
// measured again is a regression only if it is slower by the tolerance twice over,
// (1 + Tolerance)², and so is done with before the last attempt what is. Where a
// suspect's measurements differ from each other by more than the tolerance can bear,
// as on a machine with other work, so may the old one, and more is asked for.
//
// Two studies of one program have less than one false alarm in a hundred comparisons
// while measurements differ by up to 8 %; a kernel that is 1.3 times slower shows in
// four of its five rows or so, and at least in one 99 times in a hundred. The tests
// hold the package to both. A machine whose measurements differ by more than the
// tolerance, and was at its fastest when the old study was made, cannot be told from
// a regression.
//
// Probes are compared alike, but say what has become of the machine, not of the
// program: they are never measured again and no regression.
package compare

import (
	"slices"

	"hybrid/internal/plain"
	"hybrid/study/result"
)

// Options say what counts as a regression; the zero value is a good choice.
type Options struct {
	Baseline  string  // the old result's file, for the comparison
	Tolerance float64 // part by which a cost may grow; 0 stands for DefaultTolerance
	// Remeasure measures a kernel or a scaling point of the new study once more, if it
	// can. It is called with the same suspects in the same order wherever the two
	// results are the same and it gives the same samples, so that it may be
	// collective. nil measures nothing again.
	Remeasure func(Suspect) (s result.Sample, ok bool)
	Attempts  int // times that a suspect is measured again; 0 stands for DefaultAttempts
	// Pause waits before all suspects are measured again for the first, second, ...
	// time, so that a disturbance may pass; nil does not.
	Pause func(round int)
}

// What the zero Options stand for.
const (
	DefaultTolerance = 0.10
	DefaultAttempts  = 10
)

// chance is the probability of a false alarm that a comparison allows itself while
// all values are independent.
const chance = 0.05

// A Suspect is a point of the new study that looks slower than it was.
type Suspect struct {
	Change result.Change
	Point  *result.Point  // of the new result
	Series *result.Series // that the point is of; nil for one of Kernels
}

// Against compares two studies number by number. Numbers are the same where all
// that names them is: kernel, type, size, ranks, threads and device of a point, all
// fields of a probe. Probes are left out where one of the studies has none. A point that a study has in several places, as a kernel's and in
// series, is one number. It costs the time that Remeasure takes.
func Against(old, new *result.Result, o Options) *result.Comparison {
	if o.Tolerance == 0 {
		o.Tolerance = DefaultTolerance
	}
	if o.Attempts == 0 {
		o.Attempts = DefaultAttempts
	}
	c := &result.Comparison{Baseline: o.Baseline, Tolerance: o.Tolerance, Warnings: differences(old.Machine, new.Machine)}
	was, is := numbers(old), numbers(new)
	if len(old.Probes) == 0 || len(new.Probes) == 0 {
		// A study that has left out the probes does not miss each of them.
		probe := func(n *number) bool { return n.Kind == result.OfProbe }
		was, is = slices.DeleteFunc(was, probe), slices.DeleteFunc(is, probe)
	}
	then := index(was)
	var pairs []*pair
	for _, n := range is {
		before, ok := then[n.key]
		if !ok {
			c.Added = append(c.Added, n.Name)
			continue
		}
		delete(then, n.key)
		pairs = append(pairs, newPair(before, n))
	}
	for _, n := range was {
		if _, ok := then[n.key]; ok {
			c.Missing = append(c.Missing, plain.Text(n.Name))
		}
	}
	remeasure(pairs, o)
	significant(pairs)
	for _, p := range pairs {
		p.judge(o.Tolerance)
		if p.Regression {
			c.Regressions++
		}
		c.Rows = append(c.Rows, p.Change)
	}
	return c
}

// remeasure measures all suspects again, and those that stay suspects again, so that
// the measurements of one lie apart in time.
func remeasure(pairs []*pair, o Options) {
	if o.Remeasure == nil {
		return
	}
	suspects := slices.DeleteFunc(slices.Clone(pairs), func(p *pair) bool { return !p.looksSlower(o) })
	for round := 1; len(suspects) > 0; round++ {
		if o.Pause != nil {
			o.Pause(round)
		}
		suspects = slices.DeleteFunc(suspects, func(p *pair) bool { return !p.remeasure(o) })
	}
}

// significant marks the pairs whose probabilities are small enough, after Holm, of
// kernels and scaling points apart from probes.
func significant(pairs []*pair) {
	for _, probes := range []bool{false, true} {
		var family []*pair
		for _, p := range pairs {
			if (p.Kind == result.OfProbe) == probes {
				family = append(family, p)
			}
		}
		slices.SortStableFunc(family, func(a, b *pair) int {
			switch {
			case a.P < b.P:
				return -1
			case a.P > b.P:
				return 1
			}
			return 0
		})
		for i, p := range family {
			if p.P > chance/float64(len(family)-i) {
				break
			}
			p.significant = true
		}
	}
}
