package gather_test

import (
	"fmt"

	"hybrid/mpi"
	"hybrid/mpi/gather"
)

// Every rank tells rank 0 what it has done.
func ExampleToRoot() {
	type report struct {
		Name  string
		Cells int
	}
	err := mpi.Run(3, func(c *mpi.Comm) error {
		all, err := gather.ToRoot(c, report{fmt.Sprint("rank ", c.Rank()), 100 * c.Rank()})
		for _, r := range all { // none but on rank 0
			fmt.Println(r.Name, "made", r.Cells, "cells")
		}
		return err
	})
	fmt.Println(err)
	// Output:
	// rank 0 made 0 cells
	// rank 1 made 100 cells
	// rank 2 made 200 cells
	// <nil>
}
