package matmul_test

import (
	"context"
	"fmt"
	"log"

	"hybrid/mpi"
	"hybrid/solvers/matmul"
)

// Four ranks multiply two random matrices and check the product.
func Example() {
	p := matmul.Problem{M: 300, N: 200, K: 100}
	err := mpi.Run(4, func(c *mpi.Comm) error {
		s, err := matmul.New[float64](c, p, matmul.Options{})
		if err != nil {
			return err
		}
		defer s.Free()
		if err := s.FillA(matmul.RandomA[float64](p, 1)); err != nil {
			return err
		}
		if err := s.FillB(matmul.RandomB[float64](p, 1)); err != nil {
			return err
		}
		if err := s.Multiply(context.Background()); err != nil {
			return err
		}
		v, err := s.Verify(1)
		if err != nil {
			return err
		}
		if c.Rank() == 0 {
			fmt.Println(s.Grid(), v.Answer)
			fmt.Println(len(s.C.Data), "elements of C on rank 0, the first", s.C.Data[0])
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// {2 2} yes
	// 15000 elements of C on rank 0, the first 3.382530579009707
}
