package mandelbrot

import (
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math/bits"
	"path/filepath"

	"hybrid/internal/heatmap"
	"hybrid/mpi"
	"hybrid/mpi/output"
	"hybrid/npy"
)

// CheckOutput reports whether the counts of p could be written to path, and reserves
// the space of an array; see output.Files.Try. It is collective.
func CheckOutput(o *output.Files, path string, p Problem) error {
	switch filepath.Ext(path) {
	case ".png":
		return o.Try(path, 0, false)
	case ".npy":
		h, err := npy.NewHeader(npy.DTypeOf[int32](), p.Height, p.Width)
		if err != nil {
			return err
		}
		return o.Try(path, h.FileSize(), true)
	}
	return fmt.Errorf("mandelbrot: output file %q ends in none of .npy, .png", path)
}

// Write writes the counts to path: .npy as an array of int32, rows first, of which
// each rank writes a band; .png as a picture, which rank 0 draws row by row from
// what the others send. It is collective, and its error is every rank's.
func (s *Solver[T]) Write(o *output.Files, path string) error {
	if err := s.gatherBands(); err != nil {
		return err
	}
	if filepath.Ext(path) == ".png" {
		return s.writePNG(o, path)
	}
	h, err := npy.NewHeader(npy.DTypeOf[int32](), s.Problem.Height, s.Problem.Width)
	if err != nil {
		return err
	}
	return o.Shared(path, func(f output.File) error {
		if s.comm.Rank() == 0 {
			if err := h.Start(f); err != nil {
				return err
			}
		}
		lo, _ := s.tiling.band(s.comm.Rank(), s.comm.Size())
		w, err := npy.NewRowWriter[int32](f, h, lo)
		if err != nil {
			return err
		}
		if err := w.Write(s.band); err != nil {
			return err
		}
		return w.Flush()
	})
}

// Band is the rows [lo, hi) of the counts that this rank has, row by row. It is
// collective.
func (s *Solver[T]) Band() (lo, hi int, counts []int32, err error) {
	if err := s.gatherBands(); err != nil {
		return 0, 0, nil, err
	}
	lo, hi = s.tiling.band(s.comm.Rank(), s.comm.Size())
	return lo, hi, s.band, nil
}

// gatherBands brings every tile that was counted to the rank in whose band it lies, if that
// is still to be done. It is collective. A message is, for each tile, its number and its counts.
func (s *Solver[T]) gatherBands() error {
	if s.gathered {
		return nil
	}
	s.seen, s.counted = s.histogram(), len(s.done)
	s.gathered, s.moved = true, true
	p := s.comm.Size()
	others := make([][]*result, p) // the tiles of other ranks' bands
	sizes, incoming := make([]int64, p), make([]int64, p)
	for i := range s.done {
		if r := &s.done[i]; r.counts != nil {
			to := s.tiling.keeper(r.tile, p)
			others[to] = append(others[to], r)
			sizes[to] += int64(2 + len(r.counts))
		}
	}
	if err := mpi.Alltoall(s.comm, sizes, incoming); err != nil {
		return err
	}
	// One partner at a time, so that no rank holds more than its tiles and a message
	// each way.
	for d := 1; d < p; d++ {
		to, from := (s.comm.Rank()+d)%p, (s.comm.Rank()-d+p)%p
		send, got := make([]int32, 0, sizes[to]), make([]int32, incoming[from])
		for _, r := range others[to] {
			send = append(append(send, int32(r.tile), int32(r.tile>>32)), r.counts...)
			r.counts = nil
		}
		if _, err := mpi.Sendrecv(s.comm, send, to, tagBands, got, from, tagBands); err != nil {
			return err
		}
		for len(got) > 0 {
			tile := int(uint32(got[0])) | int(got[1])<<32
			got = got[2+s.place(tile, got[2:]):]
		}
	}
	return nil
}

const tagBands = 10

// place copies the counts of a tile into the band in which it lies, and returns how
// many they are.
func (s *Solver[T]) place(tile int, counts []int32) int {
	lo, _ := s.tiling.band(s.comm.Rank(), s.comm.Size())
	x0, x1, y0, y1 := s.tiling.box(tile)
	for y := y0; y < y1; y++ {
		copy(s.band[(y-lo)*s.Problem.Width+x0:], counts[:x1-x0])
		counts = counts[x1-x0:]
	}
	return (x1 - x0) * (y1 - y0)
}

// held are the tiles of which this rank has the counts: those that it has counted
// or, once all are gathered, those of its band.
func (s *Solver[T]) held() []result {
	if !s.moved {
		return s.done
	}
	lo, hi := part(s.tiling.rows, s.comm.Rank(), s.comm.Size())
	var all []result
	for tile := lo * s.tiling.cols; tile < hi*s.tiling.cols; tile++ {
		all = append(all, result{tile: tile})
	}
	return all
}

// tileRows calls f with each row of the counts of a tile that this rank has.
func (s *Solver[T]) tileRows(r result, f func(row []int32)) {
	lo, _ := s.tiling.band(s.comm.Rank(), s.comm.Size())
	x0, x1, y0, y1 := s.tiling.box(r.tile)
	for y := y0; y < y1; y++ {
		if r.counts != nil {
			f(r.counts[(y-y0)*(x1-x0):][:x1-x0])
		} else {
			f(s.band[(y-lo)*s.Problem.Width:][x0:x1])
		}
	}
}

// writePNG draws the counts. It is collective.
func (s *Solver[T]) writePNG(o *output.Files, path string) error {
	return o.Gathered(path, func(w io.Writer) error {
		if w == nil {
			return s.sendRows()
		}
		return s.draw(w)
	})
}

func (s *Solver[T]) sendRows() error {
	w := s.Problem.Width
	for row := s.band; len(row) > 0; row = row[w:] {
		if err := mpi.Send(s.comm, row[:w], 0, tagBands); err != nil {
			return err
		}
	}
	return nil
}

// draw draws the picture as its rows come in. It takes them all, also where they
// cannot be written, for the others send them.
func (s *Solver[T]) draw(w io.Writer) error {
	kept := &errorKeeper{w: w}
	m := &picture{width: s.Problem.Width, height: s.Problem.Height, limit: s.Problem.MaxIter, palette: palette(), at: -1}
	m.row = make([]int32, m.width)
	m.fetch = s.fetch
	err := png.Encode(kept, newFramed(s.Problem, m))
	return cmp.Or(m.err, kept.err, err)
}

// An errorKeeper writes until that fails, and then takes what comes.
type errorKeeper struct {
	w   io.Writer
	err error
}

func (k *errorKeeper) Write(b []byte) (int, error) {
	if k.err == nil {
		_, k.err = k.w.Write(b)
	}
	return len(b), nil
}

// fetch brings row y of the picture to rank 0, rows in ascending order.
func (s *Solver[T]) fetch(y int, row []int32) error {
	rank := s.tiling.keeper(y/Side*s.tiling.cols, s.comm.Size())
	if rank == 0 {
		copy(row, s.band[y*len(row):])
		return nil
	}
	_, err := mpi.Recv(s.comm, row, rank, tagBands)
	return err
}

// A picture is an image of which one row is there at a time.
type picture struct {
	width, height int
	limit         int32
	palette       color.Palette
	row           []int32
	at            int // which row is there
	fetch         func(y int, row []int32) error
	err           error
}

// Opaque is what the PNG encoder asks, which would else look at every pixel twice.
func (m *picture) Opaque() bool            { return true }
func (m *picture) ColorModel() color.Model { return m.palette }
func (m *picture) Bounds() image.Rectangle { return image.Rect(0, 0, m.width, m.height) }
func (m *picture) At(x, y int) color.Color { return m.palette[m.ColorIndexAt(x, y)] }

// ColorIndexAt is asked for by the encoder row by row.
func (m *picture) ColorIndexAt(x, y int) uint8 {
	if y > m.at && m.err == nil {
		m.at = y
		m.err = m.fetch(y, m.row)
	}
	return shade(m.row[x], m.limit)
}

// shade is black for the greatest count and else goes round the palette with the
// logarithm of the count, in integers: 32 shades from one power of two to the next.
func shade(count, limit int32) uint8 {
	if count >= limit {
		return 0
	}
	n := bits.Len32(uint32(count)) - 1
	log := 32*n + int(uint64(count)<<5>>n) - 32 // piecewise linear
	return uint8(1 + (log+96)%(2*shades-2))
}

const shades = 124

// palette is black, colours from dark to light and back, and greys up to white.
func palette() color.Palette {
	up := heatmap.Colours(shades + shades/8)[shades/8:] // none so dark that it looks like the black of the inside
	p := color.Palette{color.Black}
	for _, c := range up {
		p = append(p, c)
	}
	for i := len(up) - 2; i > 0; i-- {
		p = append(p, up[i])
	}
	for k := 1; k <= greys; k++ {
		p = append(p, color.Gray{uint8(255 * k / greys)})
	}
	return p
}
