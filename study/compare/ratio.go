package compare

import (
	"math"
	"slices"
	"sort"

	"github.com/aclements/go-moremath/stats"

	"hybrid/study/result"
)

// mostValues is how many values of a sample count: of more, as many quantiles
// stand for all.
const mostValues = 200

// Times and rates lie between these, whatever measured them: ratios of others are no numbers.
const (
	smallest = 1e-100
	largest  = 1e100
)

// measurable tells whether a time, or a rate, can be one that was measured.
func measurable(v float64) bool { return v > smallest && v < largest }

// costs are the sorted logarithms of the times of a sample, or of one over its
// rates; nil where a value is none.
func costs(values []float64, rate bool) []float64 {
	logs := make([]float64, len(values))
	for i, v := range values {
		if !measurable(v) {
			return nil
		}
		logs[i] = math.Log(v)
		if rate {
			logs[i] = -logs[i]
		}
	}
	slices.Sort(logs)
	if len(logs) <= mostValues {
		return logs
	}
	few := make([]float64, mostValues)
	for i := range few {
		few[i] = logs[(2*i+1)*len(logs)/(2*mostValues)]
	}
	return few
}

// ratio is Hodges and Lehmann's estimate of the ratio of the costs b to a, both
// logarithms, and its interval of 95 % confidence, or more, after Moses. Where
// there are too few values for that much confidence it reaches from the smallest
// ratio of a pair to the largest.
func ratio(a, b []float64) result.Interval {
	d := make([]float64, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			d = append(d, y-x)
		}
	}
	slices.Sort(d)
	n := len(d)
	k := max(intervalRank(len(a), len(b)), 1)
	return result.Interval{Value: math.Exp((d[(n-1)/2] + d[n/2]) / 2), Low: math.Exp(d[k-1]), High: math.Exp(d[n-k])}
}

// intervalRank is the number of differences of samples of sizes m and n that the interval
// ends at, from either side: the largest k with a probability of at most 2.5 % that
// Mann and Whitney's U is below it; 0 if there is none.
func intervalRank(m, n int) int {
	const tail = 0.025
	if m*n > 200 {
		mean := float64(m) * float64(n) / 2
		deviation := math.Sqrt(float64(m) * float64(n) * float64(m+n+1) / 12)
		return max(int(mean+0.5+deviation*stats.InvCDF(stats.StdNormal)(tail)), 0)
	}
	u := stats.UDist{N1: m, N2: n}
	return sort.Search(m*n/2+1, func(k int) bool { return u.CDF(float64(k)) > tail })
}

// probability is that of Mann and Whitney: of two samples of one distribution to
// differ at least so much. Samples whose values are all the same tell nothing.
func probability(a, b []float64) float64 {
	r, err := stats.MannWhitneyUTest(a, b, stats.LocationDiffers)
	if err != nil {
		return 1
	}
	return min(r.P, 1)
}
