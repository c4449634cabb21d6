package mpi_test

import (
	"fmt"

	"hybrid/mpi"
)

// Four ranks pass their numbers around a ring and add them up.
func Example() {
	err := mpi.Run(4, func(c *mpi.Comm) error {
		next, prev := (c.Rank()+1)%c.Size(), (c.Rank()-1+c.Size())%c.Size()
		mine, got := []int64{int64(c.Rank() * 10)}, []int64{0}
		if _, err := mpi.Sendrecv(c, mine, next, 0, got, prev, 0); err != nil {
			return err
		}
		all, sum := make([]int64, c.Size()), []int64{0}
		if err := mpi.Gather(c, got, all, 0); err != nil {
			return err
		}
		if err := mpi.Allreduce(c, mine, sum, mpi.Sum); err != nil {
			return err
		}
		if c.Rank() == 0 {
			fmt.Println("from the left:", all, "sum:", sum[0])
		}
		return nil
	})
	fmt.Println("error:", err)
	// Output:
	// from the left: [30 0 10 20] sum: 60
	// error: <nil>
}
