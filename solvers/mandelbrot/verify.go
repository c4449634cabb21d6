package mandelbrot

import (
	"context"
	"fmt"
	"sync"

	"hybrid/internal/guard"
	"hybrid/mpi"
	"hybrid/solvers/task"
)

// Verify counts every pixel again, by a plain loop of its own, on the rank that has
// its count, and compares; and it sees to it that every tile was counted once, on one
// rank. It is collective.
func (s *Solver[T]) Verify(ctx context.Context) (task.Verdict, error) {
	if s.moved {
		if err := s.gatherBands(); err != nil {
			return task.Verdict{}, err
		}
	}
	wrong := make([]int64, s.threads)
	first := make([]error, s.threads)
	held := s.held()
	s.each(func(thread int) {
		for i := thread; i < len(held) && ctx.Err() == nil; i += s.threads {
			n, err := s.recount(ctx, held[i])
			if wrong[thread] += n; first[thread] == nil {
				first[thread] = err
			}
		}
	})
	if err := s.comm.Agree(context.Cause(ctx)); err != nil {
		return task.Verdict{}, err
	}
	times := make([]int32, s.tiling.tiles()) // that each tile was counted
	for _, r := range s.done {
		times[r.tile]++
	}
	for tile := range s.before { // of a checkpoint
		times[tile]++
	}
	if err := mpi.Allreduce(s.comm, times, times, mpi.Sum); err != nil {
		return task.Verdict{}, err
	}
	sum := []int64{0}
	var found error
	for i := range wrong {
		sum[0] += wrong[i]
		if found == nil {
			found = first[i]
		}
	}
	if err := mpi.Allreduce(s.comm, sum, sum, mpi.Sum); err != nil {
		return task.Verdict{}, err
	}
	all := int64(s.Problem.Width) * int64(s.Problem.Height)
	for tile, n := range times {
		if n != 1 {
			x0, _, y0, _ := s.tiling.box(tile)
			return task.Wrong("the tile at column %d, row %d was counted %d times", x0, y0, n), nil
		}
	}
	if sum[0] == 0 {
		return task.Right("all %d pixels have the counts of the plain loop", all), nil
	}
	// Some rank has found a pixel, and its error reaches all.
	return task.Wrong("%d of %d pixels have other counts than the plain loop gives, such as %v", sum[0], all, s.comm.Agree(found)), nil
}

// recount compares one tile: how many pixels differ, and the first of them.
func (s *Solver[T]) recount(ctx context.Context, r result) (wrong int64, first error) {
	x0, _, y, _ := s.tiling.box(r.tile)
	s.tileRows(r, func(row []int32) {
		for i, n := range row {
			want, ok := plain(ctx, T(s.Problem.column(x0+i)), T(s.Problem.row(y)), s.Problem.MaxIter)
			if ok && n != want {
				if wrong++; first == nil {
					first = fmt.Errorf("column %d, row %d: %d, want %d", x0+i, y, n, want)
				}
			}
		}
		y++
	})
	return wrong, first
}

// plain is the count of a point: the first k for which |z| > 2 after step k. A second
// point makes one step for two of the first; where they meet, z repeats itself and
// never escapes (R. W. Floyd, see Knuth, "The Art of Computer Programming", 2,
// exercise 3.1-6). ok is false if the context ended before.
func plain[T Real](ctx context.Context, cx, cy T, limit int32) (count int32, ok bool) {
	step := func(x, y T) (T, T) { return T(T(x*x)-T(y*y)) + cx, T(2*T(x*y)) + cy }
	var x, y, slowX, slowY T
	for k := int32(1); k < limit; k++ {
		if x, y = step(x, y); T(x*x)+T(y*y) > 4 {
			return k, true
		}
		if k%2 == 0 {
			if slowX, slowY = step(slowX, slowY); slowX == x && slowY == y {
				break
			}
		}
		if k%(1<<20) == 0 && ctx.Err() != nil {
			return 0, false
		}
	}
	return limit, true
}

// each calls f once for each thread of the rank.
func (s *Solver[T]) each(f func(thread int)) {
	var wg sync.WaitGroup
	for thread := range s.threads {
		guard.Go(&wg, func() { f(thread) })
	}
	wg.Wait()
}
