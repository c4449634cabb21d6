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

// BenchmarkLocalWorld starts many ranks, has them take part in one collective again and
// again, and ends them; "start" is all of that with one Allreduce.
func BenchmarkLocalWorld(b *testing.B) {
	allreduce := func(c *mpi.Comm, x, _ []int64) error { return mpi.Allreduce(c, x, x, mpi.Max) }
	for _, call := range []struct {
		name string
		all  bool // on every rank an element for each
		do   func(c *mpi.Comm, x, all []int64) error
	}{
		{"start", false, allreduce},
		{"Barrier", false, func(c *mpi.Comm, _, _ []int64) error { return c.Barrier() }},
		{"Allreduce", false, allreduce},
		{"Bcast", false, func(c *mpi.Comm, x, _ []int64) error { return mpi.Bcast(c, x, 0) }},
		{"Gather", false, func(c *mpi.Comm, x, all []int64) error { return mpi.Gather(c, x, all, 0) }},
		{"Allgather", true, func(c *mpi.Comm, x, all []int64) error { return mpi.Allgather(c, x, all) }},
		{"Alltoall", true, func(c *mpi.Comm, _, all []int64) error { return mpi.Alltoall(c, all, make([]int64, len(all))) }},
		{"Split", false, func(c *mpi.Comm, _, _ []int64) error {
			d, err := c.Split(c.Rank()%3, c.Rank())
			if err != nil {
				return err
			}
			return d.Free()
		}},
	} {
		for _, ranks := range []int{4, 64, 1024, 4096} {
			b.Run(fmt.Sprintf("%s/%d", call.name, ranks), func(b *testing.B) {
				worlds, calls := 1, b.N
				if call.name == "start" {
					worlds, calls = b.N, 1
				}
				b.ReportAllocs()
				for range worlds {
					err := mpi.Run(ranks, func(c *mpi.Comm) error {
						x := []int64{int64(c.Rank())}
						var all []int64
						if call.all || c.Rank() == 0 {
							all = make([]int64, c.Size())
						}
						for range calls {
							if err := call.do(c, x, all); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*ranks), "ns/rank")
			})
		}
	}
}
