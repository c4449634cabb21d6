package matmul

import "hybrid/internal/philox"

// RandomA returns what fills A at random, for FillA: element i, j is made from
// the seed and its index e = i·K + j alone. It is uniform in (-1, 1): word e mod
// 4 of the Philox block e div 4, r, gives (2r+1)/2^32 - 1, rounded to T.
func RandomA[T Real](p Problem, seed uint64) func(i, j int, row []T) error {
	return random[T](philox.New(seed, philox.MatrixA), p.K)
}

// RandomB is RandomA for B, whose index is e = i·N + j.
func RandomB[T Real](p Problem, seed uint64) func(i, j int, row []T) error {
	return random[T](philox.New(seed, philox.MatrixB), p.N)
}

func random[T Real](s philox.Stream, cols int) func(i, j int, row []T) error {
	return func(i, j int, row []T) error {
		e := uint64(i)*uint64(cols) + uint64(j)
		block := s.At(e/4, 0)
		for at := range row {
			if e%4 == 0 {
				block = s.At(e/4, 0)
			}
			row[at] = T(2*philox.Uniform(block[e%4]) - 1)
			e++
		}
		return nil
	}
}
