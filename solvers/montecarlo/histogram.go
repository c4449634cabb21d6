package montecarlo

import "math"

// Histogram counts the end positions of walks.
//
//	Below | Counts[0] | Counts[1] | ... | Above
//	    First    First+Width  First+2 Width
//
// A bin takes the positions from its left edge up to, but not with, its right
// one. All positions have the parity of the number of steps, which is that of
// the edges.
type Histogram struct {
	First, Width int64    // the left edge of the first bin; of each bin
	Counts       []uint64 // walks that ended in each bin
	Below, Above uint64   // walks that ended left of the first bin, and right of the last

	all []uint64 // Counts, Below and Above as they are made
}

const defaultBins = 100

// reach is where the bins end, in standard deviations: one walk in 10^15 goes
// beyond.
const reach = 8

// newHistogram has at most so many bins, of equal width, for walks of so many
// steps.
func newHistogram(steps uint64, bins int) Histogram {
	if bins == 0 {
		bins = defaultBins
	}
	last := min(int64(steps), int64(math.Ceil(reach*math.Sqrt(float64(steps)))))
	last -= (last + int64(steps)) % 2
	positions := last + 1 // from -last to last, by 2
	each := (positions-1)/int64(bins) + 1
	n := (positions-1)/each + 1
	spare := n*each - positions
	return Histogram{First: -last - spare/2*2, Width: 2 * each, all: make([]uint64, n+2)}
}

func (h *Histogram) add(end int64) {
	i, n := (end-h.First)/h.Width, int64(len(h.all))-2
	switch {
	case end < h.First:
		i = n
	case i >= n:
		i = n + 1
	}
	h.all[i]++
}

func (h *Histogram) set(all []uint64) {
	n := len(all) - 2
	h.Counts, h.Below, h.Above = all[:n:n], all[n], all[n+1]
	h.all = nil
}
