package model

import (
	"math"
	"slices"

	"hybrid/halo"
	"hybrid/internal/neumaier"
	"hybrid/mpi"
	"hybrid/mpi/gather"
)

// A Summary describes a field in a few numbers, the same bits on any ranks and threads.
type Summary struct {
	Mean, Min, Max float64
	Integral       float64 // the sum over all cells times a cell's volume
}

// Summary is that of a field as it is now. It is collective. Each row of the grid is summed
// from the first column to the last and the rows in their order, with compensation
// (Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen",
// 1974); each rank holds two numbers for each of its rows, and rank 0 for each of the grid, of one
// dimension for each cell.
func (s *Solver[T]) Summary(field int) (Summary, error) {
	return summaryOf(s.sys, s.current[field])
}

// summaryOf is that of a field of the system's grid.
func summaryOf[T Real](s *System, f *halo.Field[T]) (Summary, error) {
	c := f.Grid().Comm()
	extremes := []float64{math.Inf(1), math.Inf(1)} // the least, and minus the greatest
	var number, sum []float64                       // of the rows that this rank is given
	err := f.EachRow(func(at []int, values []T) error {
		var row neumaier.Sum
		for i, v := range values {
			x := float64(v)
			extremes[0], extremes[1] = min(extremes[0], x), min(extremes[1], -x)
			row.Add(x)
			if s.Dims == 1 { // a row that ranks have parts of
				number, sum = append(number, float64(at[0]+i)), append(sum, x)
			}
		}
		if s.Dims == 1 {
			return nil
		}
		n := 0
		for d, i := range at[:len(at)-1] {
			n = n*s.Size[3-s.Dims+d] + i
		}
		number, sum = append(number, float64(n)), append(sum, row.Value())
		return nil
	})
	if err != nil {
		return Summary{}, err
	}
	if err := mpi.Allreduce(c, extremes, extremes, mpi.Min); err != nil {
		return Summary{}, err
	}
	numbers, err := gather.Numbers(c, number)
	if err != nil {
		return Summary{}, err
	}
	sums, err := gather.Numbers(c, sum)
	if err != nil {
		return Summary{}, err
	}
	order := make([]int, len(numbers))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return int(numbers[a] - numbers[b]) })
	var total neumaier.Sum
	for _, i := range order {
		total.Add(sums[i])
	}
	volume := 1.0
	for axis := 3 - s.Dims; axis < 3; axis++ {
		volume *= s.Spacing[axis]
	}
	all := []float64{total.Value()}
	if err := mpi.Bcast(c, all, 0); err != nil {
		return Summary{}, err
	}
	return Summary{Mean: all[0] / float64(s.cells()), Min: extremes[0], Max: -extremes[1], Integral: all[0] * volume}, nil
}
