package matmul

import (
	"fmt"
	"math"

	"hybrid/mpi"
	"hybrid/mpi/input"
	"hybrid/mpi/output"
	"hybrid/npy"
)

// A File is a matrix in a .npy file: a two-dimensional array of numbers, rows
// first. Every rank reads its own block.
type File struct {
	path string
	r    *npy.Reader
}

// OpenFile opens a matrix on every rank. It is collective, and gives every rank
// an error if one rank has one, or sees another array than rank 0.
func OpenFile(c *mpi.Comm, path string) (*File, error) {
	r, err := input.Array(c, path, func(r *npy.Reader) error {
		if len(r.Shape) != 2 {
			return fmt.Errorf("%s: its array is %d-dimensional, %v, a matrix has two dimensions: rows and columns", path, len(r.Shape), r.Shape)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &File{path, r}, nil
}

// Rows is the number of rows.
func (f *File) Rows() int { return f.r.Rows() }

// Cols is the number of columns.
func (f *File) Cols() int { return f.r.Cols() }

// DType is the type of the elements in the file, as numpy writes it: "<f8".
func (f *File) DType() string { return string(f.r.DType) }

// Close closes this rank's file.
func (f *File) Close() error { return f.r.Close() }

// FromFile returns what fills a matrix from a file, for FillA or FillB. Numbers of
// another type are converted, and rounded where T is smaller; one that is not
// finite, or not in T, is an error with its index.
func FromFile[T Real](f *File) func(i, j int, row []T) error {
	return func(i, j int, row []T) error {
		at := npy.Block{Row0: i, Row1: i + 1, Col0: j, Col1: j + len(row)}
		if err := npy.ReadBlock(f.r, at, row, npy.Round); err != nil {
			return err
		}
		bad := infinite(row)
		if bad < 0 {
			return nil
		}
		j += bad
		var was [1]float64
		if err := npy.ReadBlock(f.r, npy.Block{Row0: i, Row1: i + 1, Col0: j, Col1: j + 1}, was[:], npy.Round); err != nil {
			return err
		}
		if infinite(was[:]) < 0 {
			return fmt.Errorf("%s: the value %g at [%d, %d] (row, column) is too large for float32: use float64", f.path, was[0], i, j)
		}
		return fmt.Errorf("%s: the value at [%d, %d] (row, column) is %v: every value must be a finite number", f.path, i, j, was[0])
	}
}

// infinite is the index of the first number that is none, or infinite; -1 if there
// is none.
func infinite[T Real](s []T) int {
	for i, v := range s {
		if x := float64(v); math.IsNaN(x) || math.IsInf(x, 0) {
			return i
		}
	}
	return -1
}

// CheckOutput reports whether the product of p could be written to path, and reserves
// the space; see output.Files.Try. It is collective.
func CheckOutput[T Real](o *output.Files, path string, p Problem) error {
	h, err := npy.NewHeader(npy.DTypeOf[T](), p.M, p.N)
	if err != nil {
		return err
	}
	return o.Try(path, h.FileSize(), true)
}

// Write writes C to path as the bytes that numpy.save would, each rank its own
// block. It is collective, and its error is every rank's.
func (s *Solver[T]) Write(o *output.Files, path string) error {
	h, err := npy.NewHeader(npy.DTypeOf[T](), s.Problem.M, s.Problem.N)
	if err != nil {
		return err
	}
	return o.Shared(path, func(f output.File) error {
		if s.comm.Rank() == 0 {
			if err := h.Start(f); err != nil {
				return err
			}
		}
		c := &s.C
		return npy.WriteBlock(f, h, npy.Block{Row0: c.Row, Row1: c.Row + c.Rows, Col0: c.Col, Col1: c.Col + c.Cols}, c.Data)
	})
}
