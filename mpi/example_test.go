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

// An error on one rank ends all of them, and Run returns it.
func ExampleRun() {
	err := mpi.Run(3, func(c *mpi.Comm) error {
		if c.Rank() == 1 {
			return fmt.Errorf("rank %d of %d gives up", c.Rank(), c.Size())
		}
		return c.Barrier() // for which the others wait in vain
	})
	fmt.Println(err)
	// Output: rank 1 of 3 gives up
}

// Rank 1 receives a message of a length that it does not know.
func ExampleSend() {
	err := mpi.Run(2, func(c *mpi.Comm) error {
		const tag = 7
		if c.Rank() == 0 {
			return mpi.Send(c, []float64{1, 2, 3}, 1, tag)
		}
		buf := make([]float64, 10)
		st, err := mpi.Recv(c, buf, mpi.AnySource, tag)
		if err != nil {
			return err
		}
		n, err := mpi.Count[float64](st)
		fmt.Println(buf[:n], "from rank", st.Source)
		return err
	})
	fmt.Println(err)
	// Output:
	// [1 2 3] from rank 0
	// <nil>
}

// Every rank learns the least and the sum of a value of each.
func ExampleAllreduce() {
	err := mpi.Run(4, func(c *mpi.Comm) error {
		least, sum := []int32{int32(10 - c.Rank())}, []int32{int32(10 - c.Rank())}
		if err := mpi.Allreduce(c, least, least, mpi.Min); err != nil { // in place
			return err
		}
		if err := mpi.Allreduce(c, sum, sum, mpi.Sum); err != nil {
			return err
		}
		if c.Rank() == 3 {
			fmt.Println("least", least[0], "sum", sum[0])
		}
		return nil
	})
	fmt.Println(err)
	// Output:
	// least 7 sum 34
	// <nil>
}

// Rank 0 gathers parts of any length.
func ExampleGatherv() {
	err := mpi.Run(3, func(c *mpi.Comm) error {
		own := make([]int32, c.Rank()+1)
		for i := range own {
			own[i] = int32(c.Rank())
		}
		if c.Rank() > 0 { // what it becomes is the root's alone
			return mpi.Gatherv(c, own, nil, nil, nil, 0)
		}
		all := make([]int32, 1+2+3)
		err := mpi.Gatherv(c, own, all, []int{1, 2, 3}, nil, 0)
		fmt.Println(all)
		return err
	})
	fmt.Println(err)
	// Output:
	// [0 1 1 2 2 2]
	// <nil>
}
