package heat

import (
	"context"
	"fmt"
	"testing"
	"time"

	"hybrid/mpi"
)

// BenchmarkRun reports updates a second, and the memory of the field over that
// of the grid.
func BenchmarkRun(b *testing.B) {
	for _, n := range []int{102, 2002, 8002} {
		for _, ranks := range []int{1, 2} {
			for _, threads := range []int{1, 2} {
				if ranks*threads > 2 {
					continue
				}
				b.Run(fmt.Sprintf("float64/n=%d/ranks=%d/threads=%d", n, ranks, threads), func(b *testing.B) {
					benchmarkRun[float64](b, n, ranks, threads)
				})
			}
		}
	}
}

func benchmarkRun[T Real](b *testing.B, n, ranks, threads int) {
	p := problem(n, n, Dirichlet)
	steps := max(32, 400_000_000/(n*n)/32*32)
	err := mpi.Run(ranks, func(c *mpi.Comm) error {
		s, err := New[T](c, p, Options{Threads: threads})
		if err != nil {
			return err
		}
		if err := s.Fill(func(i int, row []T) error {
			for j := range row {
				row[j] = T((i*31 + j*17) % 101)
			}
			return nil
		}); err != nil {
			return err
		}
		if err := s.Run(context.Background(), s.HaloDepth()); err != nil {
			return err
		}
		runs := 0
		if c.Rank() == 0 {
			b.ResetTimer()
			for b.Loop() {
				runs++
				flag := []int8{1}
				if err := mpi.Bcast(c, flag, 0); err != nil {
					return err
				}
				if err := s.Run(context.Background(), steps); err != nil {
					return err
				}
			}
			flag := []int8{0}
			if err := mpi.Bcast(c, flag, 0); err != nil {
				return err
			}
			b.ReportMetric(float64(p.Interior())*float64(steps)*float64(runs)/b.Elapsed().Seconds()/1e6, "Mupdates/s")
			b.ReportMetric(float64(s.Costs().FieldBytes)*float64(ranks)/float64(n*n*8), "x-grid")
			b.ReportMetric(float64(s.HaloDepth()), "depth")
			b.ReportMetric(0, "ns/op")
			return nil
		}
		for {
			flag := []int8{0}
			if err := mpi.Bcast(c, flag, 0); err != nil || flag[0] == 0 {
				return err
			}
			if err := s.Run(context.Background(), steps); err != nil {
				return err
			}
		}
	})
	if err != nil {
		b.Fatal(err)
	}
}

// A swing moves rows between even ones and three times as many on rank 1.
type swing struct{ ny, moves int }

func (a *swing) hear(stretch) order { return order{ask: true} }

func (a *swing) settle([]int) order {
	a.moves++
	part := Even(a.ny, 2)
	if a.moves%2 > 0 {
		part[1] = 1 + (a.ny-2)/4
	}
	return order{part: part, depth: 32, next: 32}
}

func (a *swing) moved(time.Duration) {}

// BenchmarkMove reports how many steps of even rows a move of a quarter of them costs.
func BenchmarkMove(b *testing.B) {
	for _, n := range []int{2002, 8002} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			p, moving, computing := problem(n, n, Dirichlet), 0.0, 0.0
			steps := 0
			for b.Loop() {
				err := onRanks(p, 2, Options{}, func(c *mpi.Comm, s *Solver[float64]) error {
					if err := s.Fill(func(i int, row []float64) error { return nil }); err != nil {
						return err
					}
					s.balance.on, s.balance.left = true, 32
					s.balance.arbiter = &swing{ny: n}
					if err := s.Run(context.Background(), 32*5); err != nil {
						return err
					}
					if costs := s.Costs(); c.Rank() == 0 {
						moving += costs.Moving.Seconds() / float64(costs.Moves)
						computing += (costs.Compute + costs.Halo).Seconds()
						steps += s.Step
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(moving/float64(b.N)/(computing/float64(steps)), "steps/move")
			b.ReportMetric(float64(n*n*8)/(moving/float64(b.N))/1e9, "GB/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}
