package sorting

import (
	"fmt"

	"hybrid/mpi"
	"hybrid/mpi/input"
	"hybrid/npy"
)

// A File is a line of keys in a .npy file. Every rank reads its own.
type File struct {
	path string
	r    *npy.Reader
}

// dtypes are the names of the types of keys in files.
var dtypes = map[npy.DType]string{npy.Int32: "i32", npy.Int64: "i64", npy.Uint64: "u64", npy.Float32: "f32", npy.Float64: "f64"}

// OpenFile opens a file on every rank: a one-dimensional array of one of the types
// of Key. It is collective, and gives every rank an error if one rank has one, or
// sees another array than rank 0.
func OpenFile(c *mpi.Comm, path string) (*File, error) {
	r, err := input.Array(c, path, func(r *npy.Reader) error {
		if len(r.Shape) != 1 {
			return fmt.Errorf("%s: its array is %d-dimensional, %v, keys have one dimension: save a.ravel()", path, len(r.Shape), r.Shape)
		}
		if dtypes[r.DType] == "" {
			return fmt.Errorf("%s: its keys have dtype %s: want i4, i8, u8, f4 or f8: save a.astype('<%s')", path, r.DType, wider(r.DType))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &File{path, r}, nil
}

// wider is a type that keys can have, for one that they cannot.
func wider(d npy.DType) string {
	if d == npy.Uint32 {
		return "i8"
	}
	return "i4"
}

// N is the number of keys.
func (f *File) N() int { return f.r.Rows() }

// DType is the type of the keys: i32, i64, u64, f32 or f64.
func (f *File) DType() string { return dtypes[f.r.DType] }

// Close closes this rank's file.
func (f *File) Close() error { return f.r.Close() }

// FromFile returns the keys of a file as Solver.Fill asks for them. A file of
// another type is an error.
func FromFile[K Key](f *File) func(first int, dst []K) error {
	return func(first int, dst []K) error {
		if want := npy.DTypeOf[K](); f.r.DType != want {
			return fmt.Errorf("%s: its keys have dtype %s, not %s: save a.astype('%s')", f.path, f.r.DType, want, want)
		}
		return npy.ReadBlock(f.r, f.r.RowRange(first, first+len(dst)), dst, npy.Exact)
	}
}
