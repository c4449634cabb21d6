package output_test

import (
	"fmt"
	"os"
	"path/filepath"

	"hybrid/mpi"
	"hybrid/mpi/output"
	"hybrid/npy"
)

// Three ranks write an array of three rows, each its own.
func ExampleFiles_Shared() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "a.npy")
	err = mpi.Run(3, func(c *mpi.Comm) error {
		files, err := output.New(c)
		if err != nil {
			return err
		}
		return files.Shared(path, func(f output.File) error {
			h, err := npy.NewHeader(npy.Float64, c.Size(), 2)
			if err == nil && c.Rank() == 0 {
				err = h.Start(f)
			}
			if err = c.Agree(err); err != nil { // nobody writes before the file has its size
				return err
			}
			row := []float64{float64(c.Rank()), 0.5}
			return npy.WriteBlock(f, h, h.RowRange(c.Rank(), c.Rank()+1), row)
		})
	})
	if err != nil {
		panic(err)
	}
	r, err := npy.Open(path)
	if err != nil {
		panic(err)
	}
	defer r.Close()
	all := make([]float64, 6)
	err = npy.ReadBlock(r, r.RowRange(0, r.Rows()), all, npy.Exact)
	fmt.Println(r.Shape, all, err)
	// Output: [3 2] [0 0.5 1 0.5 2 0.5] <nil>
}
