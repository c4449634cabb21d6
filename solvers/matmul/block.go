package matmul

import (
	"sync"

	"hybrid/internal/guard"
)

// A Block is the part of a matrix that a rank has: Rows x Cols elements, in
// row-major order, of which the first is element Row, Col of the matrix. It may
// be empty.
type Block[T Real] struct {
	Row, Col, Rows, Cols int
	Data                 []T
}

// shape is this rank's block of a matrix of n columns whose rows lie in such parts over the
// grid's rows, without its elements.
func (s *Solver[T]) shape(rows []int, n int) Block[T] {
	r, c := rows[s.p], cut(n, s.grid.Cols, s.q)
	return Block[T]{Row: r, Col: c, Rows: rows[s.p+1] - r, Cols: cut(n, s.grid.Cols, s.q+1) - c}
}

// blocks are this rank's A, B and C, without their elements.
func (s *Solver[T]) blocks() (a, b, c Block[T]) {
	p := s.Problem
	return s.shape(s.rows, p.K), s.shape(evenly(p.K, s.grid.Rows), p.N), s.shape(s.rows, p.N)
}

// evenly is where parts of n things begin, and n.
func evenly(n, parts int) []int {
	begin := make([]int, parts+1)
	for i := range begin {
		begin[i] = cut(n, parts, i)
	}
	return begin
}

// line is row i of the block.
func (b *Block[T]) line(i int) []T { return b.Data[i*b.Cols:][:b.Cols] }

// fill calls f for each row, with the global indices of its first element, on so
// many threads at once.
func (b *Block[T]) fill(threads int, f func(i, j int, row []T) error) error {
	if b.Cols == 0 {
		return nil
	}
	errs := make([]error, threads)
	var wg sync.WaitGroup
	for t := range threads {
		guard.Go(&wg, func() {
			for i := cut(b.Rows, threads, t); i < cut(b.Rows, threads, t+1) && errs[t] == nil; i++ {
				errs[t] = f(b.Row+i, b.Col, b.line(i))
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
