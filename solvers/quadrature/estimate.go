package quadrature

import (
	"math"
	"slices"
)

// steps are the numbers of parts to compute with: N, and up to two fewer ones, each
// an eighth of the one before, from which estimate tells the error.
func (p Problem) steps() []uint64 {
	least := uint64(1)
	if p.Rule == Simpson {
		least = 2
	}
	steps := []uint64{p.N}
	for n := p.N; len(steps) < 3 && n > least; {
		n = max(n/8/least*least, least)
		steps = append(steps, n)
	}
	return steps
}

// estimate foretells the error of the first of the values, with the most parts, from
// what more parts changed (Richardson). The order of the rule is the most that it
// expects of them: towards a singular place, or where the parts do not show the
// function, values come nearer with a lower power of their number. Where they come
// no nearer, nothing is known. A quarter is added, as all this holds for ever more
// parts.
func (p Problem) estimate(steps []uint64, values []float64) float64 {
	if len(steps) < 2 || slices.ContainsFunc(values, func(v float64) bool { return !isFinite(v) }) {
		return math.Inf(1)
	}
	last := math.Abs(values[0] - values[1])
	order := float64(p.Rule.order())
	if len(steps) > 2 && last > 0 {
		earlier := math.Abs(values[1] - values[2])
		order = min(order, math.Log(earlier/last)/math.Log(float64(steps[1])/float64(steps[2])))
		const least = 0.05
		if order < least {
			if last > rounding*p.size() {
				return math.Inf(1)
			}
			order = least
		}
	}
	return 1.25 * last / (math.Pow(float64(steps[0])/float64(steps[1]), order) - 1)
}

// rounding is what sums of this package may be off, as a part of the integral of
// |f|.
const rounding = 1e-13

// size is about the integral of |f|.
func (p Problem) size() float64 {
	const places = 1024
	f, a, b := mapped(p.F, p.A, p.B)
	sum := 0.0
	for i := range places {
		v := math.Abs(f.At(math.FMA(b-a, (float64(i)+0.5)/places, a)))
		if isFinite(v) {
			sum += v / places
		}
	}
	return sum * math.Abs(b-a)
}
