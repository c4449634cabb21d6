package heat_test

import (
	"context"
	"fmt"
	"log"

	"hybrid/mpi"
	"hybrid/solvers/heat"
)

// A hot square cools down, on three ranks inside this process. The numbers are
// the same on any number of ranks.
func Example() {
	p := heat.Problem{NX: 100, NY: 100, Alpha: 0.1, DX: 1.0 / 99, DY: 1.0 / 99}
	p.DT = 0.9 * heat.StableDT(p.Alpha, p.DX, p.DY)
	err := mpi.Run(3, func(c *mpi.Comm) error {
		s, err := heat.New[float64](c, p, heat.Options{Threads: 2})
		if err != nil {
			return err
		}
		square, err := heat.Initial[float64]("square", p)
		if err != nil {
			return err
		}
		if err := s.Fill(square); err != nil {
			return err
		}
		if err := s.Run(context.Background(), 200); err != nil {
			return err
		}
		sum, err := s.Summary()
		if err == nil && c.Rank() == 0 {
			fmt.Printf("after %d steps: mean %.6f, max %.4f\n", s.Step, sum.Mean, sum.Max)
		}
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output: after 200 steps: mean 15.992256, max 93.0911
}
