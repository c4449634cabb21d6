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

// Summary is collective. Each row is summed from left to right and the rows from
// top to bottom, with compensation (Neumaier, "Rundungsfehleranalyse einiger
// Verfahren zur Summation endlicher Summen", 1974); rank 0 holds two numbers for
// each row of the grid while it adds them.
func (s *Solver[T]) Summary() (Summary, error) {
	p := s.Problem
	lo, hi := s.wholeRows()
	all, interior := make([]float64, hi-lo), make([]float64, hi-lo)
	low, high := make([]float64, s.Threads()), make([]float64, s.Threads())
	for i := range low {
		low[i], high[i] = math.Inf(1), math.Inf(-1)
	}
	err := s.visit(func(thread, i int, row []T) error {
		least, most := low[thread], high[thread]
		var inner neumaier.Sum
		for _, v := range row[1 : p.NX-1] {
			f := float64(v)
			inner.Add(f)
			least, most = min(least, f), max(most, f)
		}
		interior[i-lo] = inner.Value()
		for _, v := range [...]T{row[0], row[p.NX-1]} {
			f := float64(v)
			inner.Add(f)
			least, most = min(least, f), max(most, f)
		}
		all[i-lo] = inner.Value()
		low[thread], high[thread] = least, most
		return nil
	})
	if err != nil {
		return Summary{}, err
	}
	extremes := []float64{math.Inf(1), math.Inf(1)} // the smallest, and minus the largest
	for i := range low {
		extremes[0], extremes[1] = min(extremes[0], low[i]), min(extremes[1], -high[i])
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
