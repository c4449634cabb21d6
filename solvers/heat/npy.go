package heat

import (
	"fmt"

	"hybrid/mpi"
	"hybrid/mpi/input"
	"hybrid/mpi/output"
	"hybrid/npy"
)

// writeNPY writes the bytes that numpy.save would, each rank rows of its own. It is
// collective.
func (s *Solver[T]) writeNPY(o *output.Files, path string) error {
	h, err := npy.NewHeader(npy.DTypeOf[T](), s.Problem.NY, s.Problem.NX)
	if err != nil {
		return err
	}
	return o.Shared(path, func(f output.File) error {
		var err error
		if s.comm.Rank() == 0 {
			err = h.Start(f)
		}
		if err := s.comm.Agree(err); err != nil {
			return err
		}
		return s.blocks(nil, func(_, lo, hi int, values []T) error {
			return npy.WriteBlock(f, h, h.RowRange(lo, hi), values)
		})
	})
}

// A File is an initial field in a .npy file: a two-dimensional array of numbers,
// rows first. Every rank reads its own rows.
type File struct {
	path string
	r    *npy.Reader
}

// OpenFile opens an initial field on every rank. It is collective, and gives
// every rank an error if one rank has one, or sees another array than rank 0.
func OpenFile(c *mpi.Comm, path string) (*File, error) {
	r, err := input.Array(c, path, func(r *npy.Reader) error {
		if len(r.Shape) != 2 {
			return fmt.Errorf("%s: its array is %d-dimensional, %v, a field has two dimensions: rows and columns", path, len(r.Shape), r.Shape)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &File{path, r}, nil
}

// NX is the number of columns.
func (f *File) NX() int { return f.r.Cols() }

// NY is the number of rows.
func (f *File) NY() int { return f.r.Rows() }

// Close closes this rank's file.
func (f *File) Close() error { return f.r.Close() }

// InitialFile returns the rows of a file as Solver.Fill asks for them. Numbers of
// another type are converted, and rounded where T is smaller; one that is not
// finite, or not in T, is an error with its index.
func InitialFile[T Real](f *File) func(row int, dst []T) error {
	return func(i int, dst []T) error {
		if err := npy.ReadBlock(f.r, f.r.RowRange(i, i+1), dst, npy.Round); err != nil {
			return err
		}
		j := unusable(dst)
		if j < 0 {
			return nil
		}
		var was [1]float64
		at := npy.Block{Row0: i, Row1: i + 1, Col0: j, Col1: j + 1}
		if err := npy.ReadBlock(f.r, at, was[:], npy.Round); err == nil && unusable(was[:]) < 0 {
			return fmt.Errorf("%s: the value %g at [%d, %d] (row, column) is too large for float32: use float64", f.path, was[0], i, j)
		}
		return fmt.Errorf("%s: the value at [%d, %d] (row, column) is %v: every value must be a finite number below %.3g in magnitude", f.path, i, j, was[0], tooLarge[T]())
	}
}
