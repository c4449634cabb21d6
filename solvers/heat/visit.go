package heat

import (
	"math"
	"sync"
	"sync/atomic"
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
	n := s.Problem.NX
	return s.blocks(nil, func(thread, lo, hi int, values []T) error {
		for i := lo; i < hi; i++ {
			if err := f(thread, i, values[(i-lo)*n:][:n]); err != nil {
				return err
			}
		}
		return nil
	})
}

// blocks calls f for blocks of the rows that this rank sees whole, by several threads at
// once, each of which has its blocks in their order. Where room is not nil, it may say where
// the values of rows [lo, hi) are to be. It is collective.
func (s *Solver[T]) blocks(room func(lo, hi int) []T, f func(thread, lo, hi int, values []T) error) error {
	h := s.whole()
	if h == nil {
		return s.read(s.atOnce(), math.MaxInt, func(lo, hi int, values []T) error {
			return s.each(lo, hi, values, f)
		})
	}
	n, atOnce := s.Problem.NX, nearRows[T](s.Problem)
	return s.comm.Agree(h.share(func(thread, lo, hi int) error {
		var own []T
		for ; lo < hi; lo += atOnce {
			to := min(lo+atOnce, hi)
			var part []T
			if room != nil {
				part = room(lo, to)
			}
			if part == nil {
				if own == nil {
					own = make([]T, (to-lo)*n) // no later block has more rows
				}
				part = own[:(to-lo)*n]
			}
			for i := lo; i < to; i++ {
				if err := s.Field.Row(i, part[(i-lo)*n:][:n]); err != nil {
					return err
				}
			}
			s.wrapColumns(part)
			if err := f(thread, lo, to, part); err != nil {
				return err
			}
		}
		return nil
	}))
}

// whole is the memory of a rank that has whole rows in that of its processor, so that its
// threads may reach them by themselves; nil for any other.
func (s *Solver[T]) whole() *host[T] {
	if h, ok := s.engine.(*host[T]); ok && s.columns() == 1 {
		return h
	}
	return nil
}

// read calls f for blocks of the rows that this rank sees whole, one after the other,
// of at most atOnce rows each and so many in all. It is collective, and the error of one
// rank is every rank's.
func (s *Solver[T]) read(atOnce, most int, f func(lo, hi int, values []T) error) error {
	first := s.firstRow()
	return s.rows.Read(atOnce, most, func(lo, hi int, values []T) error {
		s.wrapColumns(values)
		return f(first+lo, first+hi, values)
	})
}

// wrapColumns sets the ring's columns of whole rows of a periodic field.
func (s *Solver[T]) wrapColumns(values []T) {
	if s.Problem.Boundary != Periodic {
		return
	}
	n := s.Problem.NX
	for row := values; len(row) > 0; row = row[n:] {
		row[0], row[n-1] = row[n-2], row[1]
	}
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
// nearBytes are what a thread has of its own rows: they stay in a core's second-level
// cache until they are used.
const (
	blockBytes = 1 << 20
	nearBytes  = 1 << 18
)

// blockOfRows is the number of rows that are passed on at a time, the same on all ranks;
// some for threads to divide.
func blockOfRows[T Real](p Problem) int {
	return max(blockBytes/rowBytes[T](p), 8)
}

func nearRows[T Real](p Problem) int { return max(nearBytes/rowBytes[T](p), 1) }

func rowBytes[T Real](p Problem) int {
	var v T
	return p.NX * int(unsafe.Sizeof(v))
}

func (s *Solver[T]) atOnce() int { return blockOfRows[T](s.Problem) }

// each divides rows [lo, hi) over the threads of the rank, with their part of values, and
// returns the error of the first thread that has one.
func (s *Solver[T]) each(lo, hi int, values []T, f func(thread, lo, hi int, values []T) error) error {
	if lo >= hi {
		return nil
	}
	n := len(values) / (hi - lo)
	return firstError(s.Threads(), func(thread int) error {
		from, to := lo+(hi-lo)*thread/s.Threads(), lo+(hi-lo)*(thread+1)/s.Threads()
		return f(thread, from, to, values[(from-lo)*n:(to-lo)*n])
	})
}

// eachRow is each row by row.
func (s *Solver[T]) eachRow(lo, hi int, values []T, f func(i int, row []T) error) error {
	return s.each(lo, hi, values, func(_, lo, hi int, values []T) error {
		for i := lo; i < hi; i++ {
			n := len(values) / (hi - i)
			if err := f(i, values[:n]); err != nil {
				return err
			}
			values = values[n:]
		}
		return nil
	})
}

// share calls f for the rows of the grid that each thread's bands have, the ring's
// included, by that thread: so the memory that it is the first to touch lies near the core
// that uses it. It returns the error of the first thread that has one.
func (h *host[T]) share(f func(thread, lo, hi int) error) error {
	if len(h.bands) == 0 {
		return nil
	}
	return firstError(h.threads, func(thread int) error {
		lo, hi := h.rowsOf(thread)
		return f(thread, lo, hi)
	})
}

// rowsOf are the rows [lo, hi) of share of a thread.
func (h *host[T]) rowsOf(thread int) (lo, hi int) {
	from, to := h.of(thread)
	lo, hi = h.bands[from].lo, h.bands[to-1].hi
	if lo == 1 {
		lo = 0
	}
	if hi == h.problem.NY-1 {
		hi++
	}
	return lo, hi
}

// shareOut is share by pieces of so many rows. A thread that has done its own takes those that others
// have not begun: what the system takes to hand out memory differs from page to page. It returns the
// error of the first row that has one, if f does its rows in order.
func (h *host[T]) shareOut(piece int, f func(thread, lo, hi int) error) error {
	if len(h.bands) == 0 {
		return nil
	}
	n := h.threads
	next, errs, at := make([]atomic.Int64, n), make([]error, n), make([]int, n)
	for thread := range n {
		lo, _ := h.rowsOf(thread)
		next[thread].Store(int64(lo))
	}
	run := func(thread int) error {
		for i := range n {
			of := (thread + i) % n
			_, hi := h.rowsOf(of)
			for {
				lo := int(next[of].Add(int64(piece))) - piece
				if lo >= hi {
					break
				}
				if err := f(thread, lo, min(lo+piece, hi)); err != nil {
					errs[thread], at[thread] = err, lo
					return err
				}
			}
		}
		return nil
	}
	if firstError(n, run) == nil {
		return nil
	}
	first := -1
	for thread, err := range errs {
		if err != nil && (first < 0 || at[thread] < at[first]) {
			first = thread
		}
	}
	return errs[first]
}

// firstError calls f on n threads at once and returns the error of the first of them that
// has one.
func firstError(n int, f func(thread int) error) error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for thread := 1; thread < n; thread++ {
		guard.Go(&wg, func() { errs[thread] = f(thread) })
	}
	errs[0] = f(0)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
