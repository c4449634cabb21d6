package quadrature_test

import (
	"context"
	"fmt"
	"log"

	"hybrid/mpi"
	"hybrid/solvers/quadrature"
)

// The integral of 4/(1+x²) from 0 to 1 is pi, here on three ranks inside this
// process. The bits are the same on any number of ranks.
func Example() {
	f, err := quadrature.Parse("4/(1+x^2)")
	if err != nil {
		log.Fatal(err)
	}
	p := quadrature.Problem{F: f, A: 0, B: 1, Rule: quadrature.Simpson, N: 1000}
	err = mpi.Run(3, func(c *mpi.Comm) error {
		r, err := p.Run(context.Background(), c, quadrature.Options{Threads: 2})
		if err == nil && c.Rank() == 0 {
			fmt.Printf("%.12f from %d points\n", r.Value, r.Points)
		}
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output: 3.141592653590 from 1141 points
}
