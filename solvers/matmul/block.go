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

// shape is block p, q of an m x n matrix on a grid, without its elements.
func shape[T Real](m, n int, g Grid, p, q int) Block[T] {
	r, c := cut(m, g.Rows, p), cut(n, g.Cols, q)
	return Block[T]{Row: r, Col: c, Rows: cut(m, g.Rows, p+1) - r, Cols: cut(n, g.Cols, q+1) - c}
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
