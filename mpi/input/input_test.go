package input_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/mpi"
	"hybrid/mpi/input"
	"hybrid/npy"
)

// array writes an empty array of so many rows.
func array(t *testing.T, name string, d npy.DType, rows int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h, err := npy.NewHeader(d, rows, 2)
	if err == nil {
		err = h.Start(f)
	}
	if err == nil {
		err = f.Truncate(h.DataOffset + int64(rows*2*d.Size()))
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestArray(t *testing.T) {
	good, longer, other := array(t, "a.npy", npy.Float64, 3), array(t, "b.npy", npy.Float64, 4), array(t, "c.npy", npy.Int64, 3)
	accept := func(*npy.Reader) error { return nil }
	for _, c := range []struct {
		name  string
		paths [3]string // of the ranks
		check func(*npy.Reader) error
		want  string
	}{
		{"the same", [3]string{good, good, good}, accept, ""},
		{"nothing to check", [3]string{good, good, good}, nil, ""},
		{"one has none", [3]string{good, good, "/nowhere/a.npy"}, accept, "/nowhere/a.npy"},
		{"another shape", [3]string{good, longer, good}, accept, "has shape [4 2] and dtype <f8, on the node of rank 0 [3 2] and <f8: every rank must see the same file"},
		{"another type", [3]string{other, good, good}, accept, "has shape [3 2] and dtype <f8, on the node of rank 0 [3 2] and <i8"},
		{"not wanted", [3]string{good, good, good}, func(r *npy.Reader) error { return fmt.Errorf("%d rows", r.Rows()) }, "3 rows"},
	} {
		mpi.Run(3, func(comm *mpi.Comm) error {
			r, err := input.Array(comm, c.paths[comm.Rank()], c.check)
			switch {
			case c.want == "" && (err != nil || r.Rows() != 3):
				t.Errorf("%s: rank %d: %v", c.name, comm.Rank(), err)
			case c.want != "" && (err == nil || r != nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("%s: rank %d: error %v, want %q", c.name, comm.Rank(), err, c.want)
			}
			if r != nil {
				if err := r.Close(); err != nil {
					t.Errorf("%s: rank %d: %v", c.name, comm.Rank(), err)
				}
			}
			return nil
		})
	}
}
