// Package raster reduces a field that lies on ranks to the pixels of a picture, which have
// the same bits on any number of them.
package raster

import (
	"hybrid/internal/heatmap"
	"hybrid/mpi"
)

// A Share is the rows [Lo, Hi) of a field that this rank has, those of the ranks following
// each other, and the nearest ranks with rows before and after it; mpi.ProcNull where there
// is none.
type Share struct {
	Lo, Hi        int
	Before, After int
	Tag           int // of the message that carries a pixel row's partial sums to the next rank
}

// ShareOf finds the neighbours of a rank's rows. It is collective: an Allgather of two
// integers.
func ShareOf(c *mpi.Comm, lo, hi, tag int) (Share, error) {
	s := Share{Lo: lo, Hi: hi, Before: mpi.ProcNull, After: mpi.ProcNull, Tag: tag}
	all := make([]int64, 2*c.Size())
	if err := mpi.Allgather(c, []int64{int64(lo), int64(hi)}, all); err != nil {
		return s, err
	}
	for r := range c.Size() {
		switch {
		case all[2*r] == all[2*r+1] || r == c.Rank():
		case r < c.Rank():
			s.Before = r
		case s.After == mpi.ProcNull:
			s.After = r
		}
	}
	return s, nil
}

// Pixels reduces the field to the raster's pixels, each the mean of its points. rows calls
// add with each of the share's rows, in their order, and its error is every rank's. Rank 0
// gets the pixels row by row, the others nil. It is collective.
func Pixels[T ~float32 | ~float64](c *mpi.Comm, r heatmap.Raster, s Share, rows func(add func(i int, row []T) error) error) ([]float64, error) {
	d := heatmap.NewReducer[T](r, s.Lo, s.Hi)
	err := rows(func(i int, row []T) error {
		d.Add(i, row)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = d.Exchange(func(partial []float64) error {
		_, err := mpi.Recv(c, partial, s.Before, s.Tag)
		return err
	}, func(partial []float64) error {
		return mpi.Send(c, partial, s.After, s.Tag)
	})
	if err != nil {
		return nil, err
	}
	own := d.Pixels()
	n := []int64{int64(len(own))}
	all := make([]int64, c.Size())
	if err := mpi.Allgather(c, n, all); err != nil {
		return nil, err
	}
	counts := make([]int, len(all))
	for i, n := range all {
		counts[i] = int(n)
	}
	var pixels []float64
	if c.Rank() == 0 {
		pixels = make([]float64, r.W*r.H)
	}
	return pixels, mpi.Gatherv(c, own, pixels, counts, nil, 0)
}
