package heat

import (
	"math"
	"sync"
	"unsafe"

	"hybrid/internal/guard"
)

// wholeRows are the rows [lo, hi) of the grid that this rank sees whole in visit and
// read: its own or, on several columns of ranks, its share of those of its row of ranks.
// They follow those of the rank before.
func (s *Solver[T]) wholeRows() (lo, hi int) {
	lo, hi = s.rows.Range()
	first := s.firstRow()
	return first + lo, first + hi
}

// firstRow is the first row of the ranks of this one's row.
func (s *Solver[T]) firstRow() int { return s.rows.At(0)[0] }

// wholeBounds are the wholeRows of all ranks: rank r has those from bounds[r] up to, not
// including, bounds[r+1].
func (s *Solver[T]) wholeBounds() []int {
	rows, n := bounds(s.Partition, s.Problem.NY), s.columns()
	all := []int{0}
	for r := range len(rows) - 1 {
		for c := range n {
			all = append(all, rows[r]+(c+1)*(rows[r+1]-rows[r])/n)
		}
	}
	return all
}

// visit calls f for each row that this rank sees whole, by several threads at once,
// numbered from 0 to Threads-1. It is collective.
func (s *Solver[T]) visit(f func(thread, i int, row []T) error) error {
	return s.read(s.atOnce(), math.MaxInt, func(lo, hi int, values []T) error {
		return s.each(lo, hi, values, f)
	})
}

// read calls f for blocks of the rows that this rank sees whole, one after the other,
// of at most atOnce rows each and so many in all. It is collective, and the error of one
// rank is every rank's.
func (s *Solver[T]) read(atOnce, most int, f func(lo, hi int, values []T) error) error {
	first, n := s.firstRow(), s.Problem.NX
	return s.rows.Read(atOnce, most, func(lo, hi int, values []T) error {
		if s.Problem.Boundary == Periodic {
			for row := values; len(row) > 0; row = row[n:] {
				row[0], row[n-1] = row[n-2], row[1]
			}
		}
		return f(first+lo, first+hi, values)
	})
}

// inOrder is read row by row.
func (s *Solver[T]) inOrder(f func(i int, row []T) error) error {
	n := s.Problem.NX
	return s.read(s.atOnce(), math.MaxInt, func(lo, hi int, values []T) error {
		for i := lo; i < hi; i++ {
			if err := f(i, values[(i-lo)*n:(i-lo+1)*n]); err != nil {
				return err
			}
		}
		return nil
	})
}

// blockBytes are passed on at a time, and moved between a device and the processor.
const blockBytes = 1 << 20

// blockOfRows is the number of rows that are passed on at a time, the same on all ranks;
// some for threads to divide.
func blockOfRows[T Real](p Problem) int {
	var v T
	return max(blockBytes/(p.NX*int(unsafe.Sizeof(v))), 8)
}

func (s *Solver[T]) atOnce() int { return blockOfRows[T](s.Problem) }

// each divides rows [lo, hi) over the threads of the rank, with each row's part of
// values, and returns the error of the first thread that has one.
func (s *Solver[T]) each(lo, hi int, values []T, f func(thread, i int, row []T) error) error {
	if lo >= hi {
		return nil
	}
	n := len(values) / (hi - lo)
	errs := make([]error, s.Threads())
	each(s.Threads(), lo, hi, func(thread, from, to int) {
		for i := from; i < to && errs[thread] == nil; i++ {
			errs[thread] = f(thread, i, values[(i-lo)*n:(i-lo+1)*n])
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// each divides [lo, hi) over n threads.
func each(n, lo, hi int, f func(thread, from, to int)) {
	var wg sync.WaitGroup
	for i := range n {
		from, to := lo+(hi-lo)*i/n, lo+(hi-lo)*(i+1)/n
		if i == n-1 {
			f(i, from, to)
			break
		}
		guard.Go(&wg, func() { f(i, from, to) })
	}
	wg.Wait()
}
