package sorting

import (
	"context"
	"fmt"
	"testing"

	"hybrid/mpi"
	"hybrid/solvers/task"
)

func benchmark[K Key](b *testing.B, distribution string, ranks, threads, n int) {
	err := mpi.Run(ranks, func(c *mpi.Comm) error {
		s, err := New[K](c, n, Options{Threads: threads})
		if err != nil {
			return err
		}
		fill, err := Values[K](distribution, 1, n)
		if err != nil {
			return err
		}
		keys := make([]K, len(s.Keys))
		if err := s.Fill(fill); err != nil {
			return err
		}
		copy(keys, s.Keys)
		before, err := s.Checksum()
		if err != nil {
			return err
		}
		one := func() error {
			copy(s.Keys, keys)
			return s.Sort(context.Background())
		}
		if err := one(); err != nil {
			return err
		}
		if v, err := s.Verify(before); err != nil || v.Answer != task.Yes {
			return fmt.Errorf("%v %v", v, err)
		}
		if c.Rank() > 0 { // rank 0 says when it is enough
			for more := []int32{1}; ; {
				if err := mpi.Bcast(c, more, 0); err != nil || more[0] == 0 {
					return err
				}
				if err := one(); err != nil {
					return err
				}
			}
		}
		for b.Loop() {
			if err := mpi.Bcast(c, []int32{1}, 0); err != nil {
				return err
			}
			if err := one(); err != nil {
				return err
			}
		}
		b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mkeys/s")
		return mpi.Bcast(c, []int32{0}, 0)
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkSort includes a copy of the keys.
func BenchmarkSort(b *testing.B) {
	for _, d := range Distributions {
		b.Run("f64/"+d, func(b *testing.B) { benchmark[float64](b, d, 1, 2, 1<<22) })
	}
	b.Run("i32/uniform", func(b *testing.B) { benchmark[int32](b, "uniform", 1, 2, 1<<22) })
	b.Run("f64/uniform/ranks2", func(b *testing.B) { benchmark[float64](b, "uniform", 2, 1, 1<<22) })
}
