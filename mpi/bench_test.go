package mpi_test

import (
	"fmt"
	"testing"

	"hybrid/mpi"
)

// BenchmarkLocalRoundTrip sends n bytes to another local rank and back.
func BenchmarkLocalRoundTrip(b *testing.B) {
	for _, n := range []int{8, 1 << 10, 64 << 10, 64 << 20} {
		b.Run(fmt.Sprintf("%d bytes", n), func(b *testing.B) {
			b.SetBytes(int64(2 * n))
			err := mpi.Run(2, func(c *mpi.Comm) error {
				buf := make([]byte, n)
				buf[0] = byte(c.Rank())
				if c.Rank() == 1 {
					for {
						st, err := mpi.Recv(c, buf, 0, mpi.AnyTag)
						if err != nil || st.Tag == 1 {
							return err
						}
						if err := mpi.Send(c, buf, 0, 0); err != nil {
							return err
						}
					}
				}
				for b.Loop() {
					if err := mpi.Send(c, buf, 1, 0); err != nil {
						return err
					}
					if _, err := mpi.Recv(c, buf, 1, 0); err != nil {
						return err
					}
				}
				return mpi.Send(c, buf, 1, 1)
			})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1e6, "us/roundtrip")
		})
	}
}

// BenchmarkLocalAllreduce combines one number, and a million, over four ranks.
func BenchmarkLocalAllreduce(b *testing.B) {
	for _, n := range []int{1, 1 << 20} {
		b.Run(fmt.Sprintf("%d numbers", n), func(b *testing.B) {
			err := mpi.Run(4, func(c *mpi.Comm) error {
				x, sum, more := make([]float64, n), make([]float64, n), []int32{1}
				for more[0] == 1 {
					if c.Rank() == 0 && !b.Loop() {
						more[0] = 0
					}
					if err := mpi.Bcast(c, more, 0); err != nil {
						return err
					}
					if err := mpi.Allreduce(c, x, sum, mpi.Sum); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}
