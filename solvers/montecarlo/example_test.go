package montecarlo_test

import (
	"context"
	"fmt"
	"log"

	"hybrid/mpi"
	"hybrid/solvers/montecarlo"
)

// Ten million points, on three ranks inside this process. The count is the same
// on any number of ranks.
func Example() {
	err := mpi.Run(3, func(c *mpi.Comm) error {
		p, err := montecarlo.EstimatePi(context.Background(), c, 10_000_000, 42, montecarlo.Options{Threads: 2})
		if err == nil && c.Rank() == 0 {
			fmt.Printf("%d of %d inside: pi is %.4f +- %.4f\n", p.Inside, p.Samples, p.Value, p.Stderr)
		}
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output: 7852403 of 10000000 inside: pi is 3.1410 +- 0.0005
}

// A thousand walks of ten thousand steps end some hundred from where they began.
func ExampleWalkProblem_Run() {
	p := montecarlo.WalkProblem{Walks: 1000, Steps: 10_000, Seed: 42}
	err := mpi.Run(2, func(c *mpi.Comm) error {
		w, err := p.Run(context.Background(), c, montecarlo.Options{})
		if err == nil && c.Rank() == 0 {
			fmt.Printf("sum %d, sum of squares %v, mean %.3f, standard deviation %.2f\n", w.Sum, w.SumSquares, w.Mean, w.StdDev)
		}
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output: sum -10, sum of squares 9940356, mean -0.010, standard deviation 99.70
}
