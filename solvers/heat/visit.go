package heat

import (
	"sync"
	"unsafe"

	"hybrid/internal/guard"
)

// visit calls f for each row that this rank owns, by several threads at once,
// numbered from 0 to Threads-1.
func (s *Solver[T]) visit(f func(thread, i int, row []T) error) error {
	return s.blocks(func(lo, hi int) error {
		if err := s.Field.memory.Fetch(lo, hi); err != nil {
			return err
		}
		return s.each(lo, hi, func(thread, i int, row []T) error {
			if err := s.Field.Row(i, row); err != nil {
				return err
			}
			return f(thread, i, row)
		})
	})
}

// blockBytes are moved at a time between a device and the processor.
const blockBytes = 8 << 20

// blockOfRows is the number of rows that are moved at a time, at least one for each
// thread.
func blockOfRows[T Real](p Problem, threads int) int {
	var v T
	return max(blockBytes/(p.NX*int(unsafe.Sizeof(v))), threads)
}

// blocks calls f for blocks of the rows that this rank owns, one after the other.
func (s *Solver[T]) blocks(f func(lo, hi int) error) error {
	step := blockOfRows[T](s.Problem, s.Threads())
	lo, hi := s.Rows()
	for ; lo < hi; lo += step {
		if err := f(lo, min(lo+step, hi)); err != nil {
			return err
		}
	}
	return nil
}

// each divides rows [lo, hi) over the threads of the rank, with a row's memory for
// each, and returns the error of the first thread that has one.
func (s *Solver[T]) each(lo, hi int, f func(thread, i int, row []T) error) error {
	errs := make([]error, s.Threads())
	each(s.Threads(), lo, hi, func(thread, from, to int) {
		row := make([]T, s.Problem.NX)
		for i := from; i < to && errs[thread] == nil; i++ {
			errs[thread] = f(thread, i, row)
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
