package heat

import (
	"math"

	"hybrid/internal/neumaier"
	"hybrid/mpi"
	"hybrid/mpi/gather"
)

// A Summary describes a field in a few numbers. They are the same bits on any
// number of ranks and threads.
type Summary struct {
	Mean         float64 // of all points
	MeanInterior float64 // of all but the ring
	Min, Max     float64
}

// A span is from the least to the greatest of some numbers, by integers that are in their order: -0
// is below 0, and what is no number is outside the infinities. One comparison each takes less than
// min and max of numbers, which look for both.
type span struct{ least, most int64 }

var emptySpan = span{math.MaxInt64, math.MinInt64}

func (s *span) add(v float64) {
	i := int64(math.Float64bits(v))
	i ^= int64(uint64(i>>63) >> 1)
	s.least, s.most = min(s.least, i), max(s.most, i)
}

// ends are the least and the greatest number, of none +Inf and -Inf, and NaN if there was one.
func (s span) ends() (low, high float64) {
	number := func(i int64) float64 { return math.Float64frombits(uint64(i ^ int64(uint64(i>>63)>>1))) }
	if s == emptySpan {
		return math.Inf(1), math.Inf(-1)
	}
	low, high = number(s.least), number(s.most)
	if math.IsNaN(low) || math.IsNaN(high) {
		return math.NaN(), math.NaN()
	}
	return low, high
}

// Summary is collective. Each row is summed from left to right and the rows from
// top to bottom, with compensation (Neumaier, "Rundungsfehleranalyse einiger
// Verfahren zur Summation endlicher Summen", 1974); rank 0 holds two numbers for
// each row of the grid while it adds them.
func (s *Solver[T]) Summary() (Summary, error) {
	p := s.Problem
	lo, hi := s.wholeRows()
	all, interior := make([]float64, hi-lo), make([]float64, hi-lo)
	spans := make([]span, s.Threads())
	for i := range spans {
		spans[i] = emptySpan
	}
	err := s.visit(func(thread, i int, row []T) error {
		seen := spans[thread]
		var inner neumaier.Sum
		for _, v := range row[1 : p.NX-1] {
			inner.Add(float64(v))
			seen.add(float64(v))
		}
		interior[i-lo] = inner.Value()
		for _, v := range [...]T{row[0], row[p.NX-1]} {
			inner.Add(float64(v))
			seen.add(float64(v))
		}
		all[i-lo] = inner.Value()
		spans[thread] = seen
		return nil
	})
	if err != nil {
		return Summary{}, err
	}
	extremes := []float64{math.Inf(1), math.Inf(1)} // the smallest, and minus the largest
	for _, seen := range spans {
		low, high := seen.ends()
		extremes[0], extremes[1] = min(extremes[0], low), min(extremes[1], -high)
	}
	if err := mpi.Allreduce(s.comm, extremes, extremes, mpi.Min); err != nil {
		return Summary{}, err
	}
	means := make([]float64, 2)
	for i, own := range [][]float64{all, interior} {
		rows, err := gather.Numbers(s.comm, own)
		if err != nil {
			return Summary{}, err
		}
		if s.comm.Rank() != 0 {
			continue
		}
		points := float64(p.NX) * float64(p.NY)
		if i == 1 {
			rows, points = rows[1:p.NY-1], float64(p.NX-2)*float64(p.NY-2)
		}
		var total neumaier.Sum
		for _, v := range rows {
			total.Add(v)
		}
		means[i] = total.Value() / points
	}
	if err := mpi.Bcast(s.comm, means, 0); err != nil {
		return Summary{}, err
	}
	return Summary{Mean: means[0], MeanInterior: means[1], Min: extremes[0], Max: -extremes[1]}, nil
}
