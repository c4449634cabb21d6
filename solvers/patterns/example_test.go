package patterns_test

import (
	"context"
	"fmt"
	"log"

	"hybrid/mpi"
	"hybrid/solvers/patterns"
)

// A ring of three ranks inside this process, checked and timed.
func Example() {
	p := patterns.Problem{Patterns: []string{"ring"}, Sizes: []int{8 << 10}, Iterations: 5}
	err := mpi.Run(3, func(c *mpi.Comm) error {
		rows, err := patterns.Run[float64](context.Background(), c, p, nil)
		if err == nil && c.Rank() == 0 {
			r := rows[0]
			fmt.Printf("%s beside %s, %d bytes, %d times, wrong: %q\n", r.Pattern, r.Against, r.Bytes, r.Iterations, r.Wrong)
		}
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output: ring beside Allreduce, 8192 bytes, 5 times, wrong: ""
}
