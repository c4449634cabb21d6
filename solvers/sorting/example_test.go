package sorting_test

import (
	"context"
	"fmt"

	"hybrid/mpi"
	"hybrid/solvers/sorting"
)

// Three ranks sort a million random numbers.
func Example() {
	err := mpi.Run(3, func(c *mpi.Comm) error {
		const n = 1_000_000
		s, err := sorting.New[float64](c, n, sorting.Options{Threads: 2})
		if err != nil {
			return err
		}
		values, err := sorting.Values[float64]("normal", 1, n)
		if err != nil {
			return err
		}
		if err := s.Fill(values); err != nil {
			return err
		}
		before, err := s.Checksum()
		if err != nil {
			return err
		}
		if err := s.Sort(context.Background()); err != nil {
			return err
		}
		v, err := s.Verify(before)
		if err != nil {
			return err
		}
		m, err := s.Summary()
		if err == nil && c.Rank() == 0 {
			fmt.Println(v.Detail)
			fmt.Printf("from %.3f over %.3f to %.3f\n", m.Min, m.Median, m.Max)
		}
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 1000000 keys in order, with the checksum of the input
	// from -4.843 over 0.000 to 4.782
}
