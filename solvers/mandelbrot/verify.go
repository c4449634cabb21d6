package mandelbrot

import (
	"context"
	"fmt"
	"sync"

	"hybrid/internal/escape"
	"hybrid/internal/guard"
	"hybrid/internal/simd"
	"hybrid/mpi"
	"hybrid/solvers/task"
)

// Verify counts every pixel again, by the plain loop that every kernel must agree
// with, on the rank that has its count, and compares. It is collective.
func (s *Solver[T]) Verify(ctx context.Context) (task.Verdict, error) {
	plain, err := escape.New[T](simd.Go)
	if err != nil {
		return task.Verdict{}, err
	}
	wrong := make([]int64, s.threads)
	first := make([]error, s.threads)
	held := s.held()
	s.each(func(thread int) {
		for i := thread; i < len(held) && ctx.Err() == nil; i += s.threads {
			n, err := s.recount(ctx, plain, held[i])
			if wrong[thread] += n; first[thread] == nil {
				first[thread] = err
			}
		}
	})
	if err := s.comm.Agree(context.Cause(ctx)); err != nil {
		return task.Verdict{}, err
	}
	sum := []int64{s.count, 0}
	var found error
	for i := range wrong {
		sum[1] += wrong[i]
		if found == nil {
			found = first[i]
		}
	}
	if err := mpi.Allreduce(s.comm, sum, sum, mpi.Sum); err != nil {
		return task.Verdict{}, err
	}
	all := int64(s.Problem.Width) * int64(s.Problem.Height)
	switch {
	case sum[0] != all:
		return task.Wrong("%d pixels were counted of %d", sum[0], all), nil
	case sum[1] == 0:
		return task.Right("all %d pixels have the counts of the plain loop", all), nil
	}
	// Some rank has found a pixel, and its error reaches all.
	return task.Wrong("%d of %d pixels have other counts than the plain loop gives, such as %v", sum[1], all, s.comm.Agree(found)), nil
}

// recount compares one tile: how many pixels differ, and the first of them.
func (s *Solver[T]) recount(ctx context.Context, plain *escape.Kernel[T], r result) (wrong int64, first error) {
	x0, x1, y0, y1 := s.tiling.box(r.tile)
	want := make([]int32, (x1-x0)*(y1-y0))
	plain.Counts(s.columns[x0:x1], s.rows(y0, y1), s.Problem.MaxIter, want, func() bool { return ctx.Err() == nil })
	i := 0
	s.tileRows(r, func(row []int32) {
		for _, n := range row {
			if n != want[i] {
				if wrong++; first == nil {
					first = fmt.Errorf("column %d, row %d: %d, want %d", x0+i%(x1-x0), y0+i/(x1-x0), n, want[i])
				}
			}
			i++
		}
	})
	return wrong, first
}

// each calls f once for each thread of the rank.
func (s *Solver[T]) each(f func(thread int)) {
	var wg sync.WaitGroup
	for thread := range s.threads {
		guard.Go(&wg, func() { f(thread) })
	}
	wg.Wait()
}
