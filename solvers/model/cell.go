package model

import (
	"fmt"
	"math"

	"hybrid/mpi"
)

// number is that of a cell in the grid, row by row.
func (s *System) number(cell [3]int) int { return (cell[0]*s.Size[1]+cell[1])*s.Size[2] + cell[2] }

// cell is the one of a number.
func (s *System) cell(number int) [3]int {
	return [3]int{number / (s.Size[1] * s.Size[2]), number / s.Size[2] % s.Size[1], number % s.Size[2]}
}

// index is that of a cell in the model's arrays.
func (s *System) index(cell [3]int) []int { return cell[3-s.Dims:] }

// placeOf names a cell of the grid, by its index and its coordinates.
func (s *System) placeOf(cell [3]int) string {
	words := []string{"column", "row, column", "plane, row, column"}[s.Dims-1]
	at := ""
	for i := range s.Dims {
		at += fmt.Sprintf(", %c = %.4g", "xyz"[i], s.coordinate(2-i, cell[2-i]))
	}
	return fmt.Sprintf("%v (%s; %s)", s.index(cell), words, at[2:])
}

// noCell is a number of none.
const noCell = math.MaxInt64

// firstOf is the least number of a cell that a rank gives, which is noCell where all give that, and puts that rank's bits in
// the place of all others'. It is collective.
func firstOf(c *mpi.Comm, number int, bits []uint64) (int, error) {
	least := []int64{int64(number)}
	if err := mpi.Allreduce(c, least, least, mpi.Min); err != nil || least[0] == noCell {
		return noCell, err
	}
	if int64(number) != least[0] {
		clear(bits)
	}
	return int(least[0]), mpi.Allreduce(c, bits, bits, mpi.Sum)
}
