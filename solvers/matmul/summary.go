package matmul

import (
	"math"

	"hybrid/internal/neumaier"
	"hybrid/mpi"
)

// A Summary says in three numbers what C is, the same bits for every grid.
type Summary struct {
	Sum  float64 // of all elements
	Norm float64 // Frobenius: the root of the sum of the squares
	Max  float64 // the largest magnitude
}

// Summary adds up C in float64, each row from left to right and then the rows from
// the first to the last, whatever the grid: what a rank has of a row takes on the
// sum of the rank to its left. A C that has a NaN has NaN for all three; where an
// element is infinite Max and Norm are.
func (s *Solver[T]) Summary() (Summary, error) {
	rows := s.C.Rows
	tops := make([]float64, rows)
	err := s.C.fill(s.threads, func(i, _ int, row []T) error {
		top := 0.0
		for _, v := range row {
			if x := math.Abs(float64(v)); !(x <= top) {
				top = x // a NaN stays: nothing is at least as large
			}
			if top != top {
				break
			}
		}
		tops[i-s.C.Row] = top
		return nil
	})
	if err != nil {
		return Summary{}, err
	}
	most := []float64{0, 0} // the largest, and whether there is a NaN
	for _, top := range tops {
		if top != top {
			most[1] = 1
		} else {
			most[0] = max(most[0], top)
		}
	}
	if err := mpi.Allreduce(s.comm, most, most, mpi.Max); err != nil {
		return Summary{}, err
	}
	switch {
	case most[1] == 1:
		return Summary{math.NaN(), math.NaN(), math.NaN()}, nil
	case most[0] == 0, math.IsInf(most[0], 1):
		sum := 0.0
		if most[0] != 0 {
			sum = math.NaN() // of infinities that may have both signs
		}
		return Summary{sum, most[0], most[0]}, nil
	}

	// Scaled by a power of two, so that no square leaves the range.
	_, exponent := math.Frexp(most[0])
	sums := make([]float64, 2*rows)
	if err := s.take(s.row, sums); err != nil {
		return Summary{}, err
	}
	scale, rest := -exponent/2, -exponent-(-exponent/2)
	err = s.C.fill(s.threads, func(i, _ int, row []T) error {
		sum, squares := sums[2*(i-s.C.Row)], sums[2*(i-s.C.Row)+1]
		half, other := math.Ldexp(1, scale), math.Ldexp(1, rest)
		for _, v := range row {
			x := float64(v) * half * other
			sum += x
			squares += float64(x * x)
		}
		sums[2*(i-s.C.Row)], sums[2*(i-s.C.Row)+1] = sum, squares
		return nil
	})
	if err != nil {
		return Summary{}, err
	}
	if err := s.pass(s.row, sums); err != nil {
		return Summary{}, err
	}

	// Now the last rank of each row of the grid has the sums of its rows.
	total := make([]float64, 4)
	if s.q == s.grid.Cols-1 {
		if err := s.take(s.col, total); err != nil {
			return Summary{}, err
		}
		var sum, squares neumaier.Sum
		sum.AddParts(total[0], total[1])
		squares.AddParts(total[2], total[3])
		for i := range rows {
			sum.Add(sums[2*i])
			squares.Add(sums[2*i+1])
		}
		total[0], total[1] = sum.Parts()
		total[2], total[3] = squares.Parts()
		if err := s.pass(s.col, total); err != nil {
			return Summary{}, err
		}
	}
	if err := mpi.Bcast(s.comm, total, s.comm.Size()-1); err != nil {
		return Summary{}, err
	}
	return Summary{
		Sum:  math.Ldexp(total[0]+total[1], exponent),
		Norm: math.Ldexp(math.Sqrt(total[2]+total[3]), exponent),
		Max:  most[0],
	}, nil
}

// summing is the tag of sums on their way.
const summing = slots

// take receives sums from the rank before, if there is one.
func (s *Solver[T]) take(c *mpi.Comm, sums []float64) error {
	if c.Rank() == 0 || len(sums) == 0 {
		return nil
	}
	_, err := mpi.Recv(c, sums, c.Rank()-1, summing)
	return err
}

// pass sends them to the rank behind, if there is one.
func (s *Solver[T]) pass(c *mpi.Comm, sums []float64) error {
	if c.Rank() == c.Size()-1 || len(sums) == 0 {
		return nil
	}
	return mpi.Send(c, sums, c.Rank()+1, summing)
}
