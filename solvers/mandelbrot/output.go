package mandelbrot

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math/bits"
	"path/filepath"

	"hybrid/internal/atomicfile"
	"hybrid/internal/heatmap"
	"hybrid/internal/npy"
	"hybrid/mpi"
	"hybrid/mpi/output"
)

// CheckOutput reports whether the counts could be written to path. It is
// collective.
func CheckOutput(o *output.Files, path string) error {
	switch filepath.Ext(path) {
	case ".png":
		return o.Alone(path, nil)
	case ".npy":
		return o.Shared(path, nil)
	}
	return fmt.Errorf("mandelbrot: output file %q ends in none of .npy, .png", path)
}

// Write writes the counts to path: .npy as an array of int32, rows first, of which
// each rank writes a band; .png as a picture, which rank 0 draws row by row from
// what the others send. It is collective, and its error is every rank's.
func (s *Solver[T]) Write(o *output.Files, path string) error {
	if err := s.settle(); err != nil {
		return err
	}
	if filepath.Ext(path) == ".png" {
		return s.writePNG(o, path)
	}
	h, err := npy.NewHeader(npy.DTypeOf[int32](), s.Problem.Height, s.Problem.Width)
	if err != nil {
		return err
	}
	return o.Shared(path, func(f *atomicfile.File) error {
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
	if err := s.settle(); err != nil {
		return 0, 0, nil, err
	}
	lo, hi = s.tiling.band(s.comm.Rank(), s.comm.Size())
	return lo, hi, s.band, nil
}

// settle brings every tile to the rank in whose band it lies, if that is still to
// be done. A message is, for each tile, its number and its counts.
func (s *Solver[T]) settle() error {
	if s.band != nil {
		return nil
	}
	p := s.comm.Size()
	send, sizes := make([][]int32, p), make([]int64, p)
	for _, r := range s.done {
		to := s.tiling.keeper(r.tile, p)
		sizes[to] += int64(2 + len(r.counts))
	}
	for to := range send {
		send[to] = make([]int32, 0, sizes[to])
	}
	for _, r := range s.done {
		to := s.tiling.keeper(r.tile, p)
		send[to] = append(append(send[to], int32(r.tile), int32(r.tile>>32)), r.counts...)
	}
	incoming := make([]int64, p)
	if err := mpi.Alltoall(s.comm, sizes, incoming); err != nil {
		return err
	}
	lo, hi := s.tiling.band(s.comm.Rank(), p)
	s.band = make([]int32, (hi-lo)*s.Problem.Width)
	// One partner at a time, so that no rank holds more than its band and a message.
	for d := range p {
		to, from := (s.comm.Rank()+d)%p, (s.comm.Rank()-d+p)%p
		got := make([]int32, incoming[from])
		if _, err := mpi.Sendrecv(s.comm, send[to], to, tagSettle, got, from, tagSettle); err != nil {
			return err
		}
		send[to] = nil
		s.place(got, lo)
	}
	return nil
}

const tagSettle = 10

// place copies the tiles of a message into the band, which begins with row lo.
func (s *Solver[T]) place(message []int32, lo int) {
	for len(message) > 0 {
		tile := int(uint32(message[0])) | int(message[1])<<32
		x0, x1, y0, y1 := s.tiling.box(tile)
		counts := message[2:]
		for y := y0; y < y1; y++ {
			copy(s.band[(y-lo)*s.Problem.Width+x0:], counts[:x1-x0])
			counts = counts[x1-x0:]
		}
		message = counts
	}
}

// writePNG draws the counts. It is collective.
func (s *Solver[T]) writePNG(o *output.Files, path string) error {
	var picture bytes.Buffer // drawn before the file is begun: the others send their rows whatever becomes of it
	var err error
	if s.comm.Rank() == 0 {
		err = s.draw(&picture)
	} else {
		err = s.sendRows()
	}
	if err != nil {
		return err
	}
	return o.Alone(path, func(w io.Writer) error {
		_, err := picture.WriteTo(w)
		return err
	})
}

func (s *Solver[T]) sendRows() error {
	w := s.Problem.Width
	for row := s.band; len(row) > 0; row = row[w:] {
		if err := mpi.Send(s.comm, row[:w], 0, tagSettle); err != nil {
			return err
		}
	}
	return nil
}

func (s *Solver[T]) draw(w io.Writer) error {
	m := &picture{width: s.Problem.Width, height: s.Problem.Height, limit: s.Problem.MaxIter, palette: palette(), at: -1}
	m.row = make([]int32, m.width)
	m.fetch = s.fetch
	if err := png.Encode(w, m); m.err == nil {
		return err
	}
	return m.err
}

// fetch brings row y of the picture to rank 0, rows in ascending order.
func (s *Solver[T]) fetch(y int, row []int32) error {
	rank := s.tiling.keeper(y/Side*s.tiling.cols, s.comm.Size())
	if rank == 0 {
		copy(row, s.band[y*len(row):])
		return nil
	}
	_, err := mpi.Recv(s.comm, row, rank, tagSettle)
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

const shades = 128

// palette is black, and colours from dark to light and back.
func palette() color.Palette {
	up := heatmap.Colours(shades)
	p := color.Palette{color.Black}
	for _, c := range up {
		p = append(p, c)
	}
	for i := len(up) - 2; i > 0; i-- {
		p = append(p, up[i])
	}
	return p
}
