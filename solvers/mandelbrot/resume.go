package mandelbrot

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"hybrid/mpi"
	"hybrid/mpi/checkpoint"
	"hybrid/npy"
	"hybrid/solvers/task"
)

// A saved state is what a checkpoint has of the first so many tiles, beside their counts
// and the time that each took.
type saved struct {
	Tiles                        int
	Iterations, Inside, Computed int64
	From                         [32]int64 // see histogram
}

// The arrays of a checkpoint: whole rows of pixels as far as there are tiles, of which the
// last may have pixels that are not counted; and the seconds of each tile.
const (
	countsName  = "counts"
	secondsName = "seconds"
)

// rowsOf is the rows of pixels in which the first so many tiles lie.
func (t tiling) rowsOf(tiles int) int { return min((tiles+t.cols-1)/t.cols*Side, t.height) }

// save puts the tiles that are counted into a checkpoint. It is collective.
func (s *Solver[T]) save(w *checkpoint.Writer) error {
	if err := s.gatherBands(); err != nil {
		return err
	}
	sum, err := s.Summary()
	if err != nil {
		return err
	}
	v := saved{Tiles: s.next, Iterations: sum.Iterations, Inside: sum.Inside, Computed: sum.Computed, From: s.seen.from}
	if err := mpi.Allreduce(s.comm, v.From[:], v.From[:], mpi.Sum); err != nil {
		return err
	}
	if err := w.State(v); err != nil {
		return err
	}
	rows, width := s.tiling.rowsOf(s.next), s.Problem.Width
	lo, hi := s.tiling.band(s.comm.Rank(), s.comm.Size())
	mine := npy.Block{Row0: lo, Row1: min(hi, rows), Col1: width}
	err = checkpoint.Add(w, countsName, rows, width, mine, func(p *checkpoint.Part[int32]) error {
		if lo >= mine.Row1 {
			return nil
		}
		return p.Put(lo, s.band[:(mine.Row1-lo)*width])
	})
	if err != nil {
		return err
	}
	var first npy.Block // rank 0 writes it
	if s.comm.Rank() == 0 {
		first = npy.Block{Row1: 1, Col1: s.next}
	}
	return checkpoint.Add(w, secondsName, 1, s.next, first, func(p *checkpoint.Part[float64]) error {
		if s.comm.Rank() != 0 {
			return nil
		}
		return p.Put(0, sum.TileSeconds[:s.next])
	})
}

// restore takes over the tiles of a checkpoint. It is collective.
func (s *Solver[T]) restore(r *checkpoint.Reader) (saved, error) {
	var v saved
	err := r.Restore(&v)
	if err == nil && (v.Tiles != r.Done || r.All != s.tiling.tiles()) {
		err = fmt.Errorf("%s: its state has %d tiles, but %d of %d are done, and the picture has %d", r.Path, v.Tiles, r.Done, r.All, s.tiling.tiles())
	}
	if err == nil {
		err = s.read(r, v)
	}
	return v, s.comm.Agree(err)
}

// read fills this rank's band.
func (s *Solver[T]) read(r *checkpoint.Reader, v saved) error {
	s.first, s.next, s.moved = v.Tiles, v.Tiles, true
	rows, width := s.tiling.rowsOf(v.Tiles), s.Problem.Width
	counts, err := checkpoint.Find[int32](r, countsName, rows, width)
	if err != nil {
		return err
	}
	lo, hi := s.tiling.band(s.comm.Rank(), s.comm.Size())
	if b := (npy.Block{Row0: lo, Row1: min(hi, rows), Col1: width}); b.Row0 < b.Row1 {
		if err := checkpoint.Block(r, counts, b, s.band[:b.Len()]); err != nil {
			return err
		}
		for i, k := range s.band[:b.Len()] {
			least := int32(0)
			if tile := (lo+i/width)/Side*s.tiling.cols + i%width/Side; tile < v.Tiles {
				least = 1 // it is counted
			}
			if k < least || k > s.Problem.MaxIter {
				return fmt.Errorf("%s: it has a count of %d: want %d to %d", r.Path, k, least, s.Problem.MaxIter)
			}
		}
	}
	if s.comm.Rank() != 0 {
		return nil
	}
	s.seen = histogram{iterations: v.Iterations, inside: v.Inside, computed: v.Computed, from: v.From}
	seconds, err := checkpoint.Find[float64](r, secondsName, 1, v.Tiles)
	if err != nil {
		return err
	}
	s.before = make([]float64, v.Tiles)
	if err := checkpoint.Block(r, seconds, npy.Block{Row1: 1, Col1: v.Tiles}, s.before); err != nil {
		return err
	}
	for _, t := range s.before {
		if !(t >= 0) || math.IsInf(t, 1) {
			return fmt.Errorf("%s: it has a tile that took %v s", r.Path, t)
		}
	}
	if slices.Min(v.From[:]) < 0 || v.Iterations < 0 || v.Inside < 0 || v.Computed < 0 {
		return fmt.Errorf("%s: its state has sums below 0", r.Path)
	}
	return nil
}

// Progress counts tiles.
func (t *set[T]) Progress() (done, all int) { return t.solver.next, t.solver.tiling.tiles() }

func (t *set[T]) Advance(ctx context.Context, n int) error {
	return t.job.Everyones(t.solver.advance(ctx, n))
}

func (t *set[T]) Save(w *checkpoint.Writer) error { return t.solver.save(w) }

// Of a piece of a run that keeps checkpoints: threads wait at its end for the one that
// counts the last tile, so that it has many for each, and is long beside the costliest,
// all of whose pixels are inside.
const (
	tilesOfPiece = 32
	pieceOfCount = 250 * time.Microsecond
	longestPiece = 2 * time.Second
)

// piece is the tiles of the shortest piece, the same on all ranks, and how long it is to
// be.
func (t *set[T]) piece() (grain int, about time.Duration, err error) {
	if t.job.Keeper == nil {
		return 0, 0, nil
	}
	all := []int64{int64(t.solver.busyTiles())}
	err = mpi.Allreduce(t.job.Comm, all, all, mpi.Sum)
	return int(all[0]) * tilesOfPiece, min(max(task.Piece, time.Duration(t.MaxIter)*pieceOfCount), longestPiece), err
}

var _ task.Resumable = (*set[float64])(nil)
