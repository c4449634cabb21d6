package matmul

import (
	"context"
	"fmt"
	"testing"

	"hybrid/mpi"
	"hybrid/solvers/task"
)

// BenchmarkMultiply reports GFLOP/s and the part of the time that rank 0 waits
// for panels.
func BenchmarkMultiply(b *testing.B) {
	for _, ranks := range []int{1, 2, 4} {
		b.Run(fmt.Sprintf("float64/n=1024/ranks=%d", ranks), func(b *testing.B) {
			p := Problem{1024, 1024, 1024}
			_, err := multiply(p, ranks, Options{}, func(c *mpi.Comm, s *Solver[float64]) error {
				if v, err := s.Verify(1); err != nil || v.Answer != task.Yes {
					return fmt.Errorf("%+v: %w", v, err)
				}
				before := s.Costs()
				again, runs := []int8{1}, 0
				for again[0] == 1 {
					again[0] = 0
					if c.Rank() == 0 && b.Loop() {
						again[0] = 1
					}
					if err := mpi.Bcast(c, again, 0); err != nil {
						return err
					}
					if again[0] == 1 {
						runs++
						if err := s.Multiply(context.Background()); err != nil {
							return err
						}
					}
				}
				if c.Rank() == 0 {
					costs := s.Costs()
					wait, compute := costs.Wait-before.Wait, costs.Compute-before.Compute
					b.ReportMetric(p.Flops()*float64(runs)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
					b.ReportMetric(wait.Seconds()/(wait+compute).Seconds(), "waiting")
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}
