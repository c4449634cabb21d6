package heat

import (
	"fmt"
	"io"

	"hybrid/internal/heatmap"
	"hybrid/internal/raster"
	"hybrid/mpi"
	"hybrid/mpi/output"
)

// The message that carries a pixel row's partial sums to the next rank.
const tagPixels = 3

// Pixels reduces the field to w by h pixels, of which there are no more than columns
// and rows: each is the mean of its points. It is collective; rank 0 gets them row by
// row, the same bits for any number of ranks, the others nil.
func (s *Solver[T]) Pixels(w, h int) ([]float64, error) {
	p := s.Problem
	if w < 1 || h < 1 || w > p.NX || h > p.NY {
		return nil, fmt.Errorf("heat: %d x %d pixels of %d x %d points: want 1 or more, and no more than points", w, h, p.NX, p.NY)
	}
	lo, hi := s.wholeRows()
	share := raster.Share{Lo: lo, Hi: hi, Tag: tagPixels}
	share.Before, share.After = s.around()
	return raster.Pixels(s.comm, heatmap.Raster{NX: p.NX, NY: p.NY, W: w, H: h}, share, s.inOrder)
}

// around are the nearest ranks that see rows whole before and after this one.
func (s *Solver[T]) around() (before, after int) {
	before, after = mpi.ProcNull, mpi.ProcNull
	bounds := s.wholeBounds()
	for r := range s.comm.Size() {
		switch {
		case bounds[r] == bounds[r+1] || r == s.comm.Rank():
		case r < s.comm.Rank():
			before = r
		case after == mpi.ProcNull:
			after = r
		}
	}
	return before, after
}

// WritePNG draws the field as a heat map with axes and a colour bar from lo to
// hi; both 0 are the extremes of what is drawn. It is collective; rank 0 holds
// the picture, of at most some 800 by 800 pixels, and draws it.
func (s *Solver[T]) WritePNG(o *output.Files, path string, lo, hi float64) error {
	p := s.Problem
	m := heatmap.Map{
		Raster: heatmap.NewRaster(p.NX, p.NY, p.DX, p.DY),
		Title:  fmt.Sprintf("heat, %d x %d points, %v, step %d, time %.4g", p.NX, p.NY, p.Boundary, s.Step, s.Time()),
		XLabel: "x", YLabel: "y", Label: "temperature",
		Min: lo, Max: hi,
	}
	var err error
	m.Pixels, err = s.Pixels(m.W, m.H)
	if err = s.comm.Agree(err); err != nil {
		return err
	}
	return o.Alone(path, func(w io.Writer) error { return m.Encode(w) })
}
