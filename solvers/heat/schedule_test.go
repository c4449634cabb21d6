package heat

import (
	"fmt"
	"testing"

	"hybrid/mpi"
)

// A schedule is what New makes of the same problem.
func TestScheduleIsThatOfNew(t *testing.T) {
	for _, c := range []struct{ nx, ny, ranks, threads int }{
		{100, 100, 1, 1}, {100, 100, 2, 1}, {500, 1000, 3, 2}, {64, 6, 4, 1}, {64, 5, 4, 2}, {1000, 2000, 1, 3}, {40, 12, 5, 4},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			p := Problem{NX: c.nx, NY: c.ny, Alpha: 1, DX: 1, DY: 1, DT: 0.1}
			err := mpi.Run(c.ranks, func(comm *mpi.Comm) error {
				s, err := New[float64](comm, p, Options{Threads: c.threads})
				if err != nil {
					return err
				}
				defer s.Close()
				got := p.Schedule(c.ranks, c.threads, 1000)
				if got.Depth != s.HaloDepth() || comm.Rank() == 0 && got.Bands != s.plan.bands || got.Rows != s.Partition[1]-s.Partition[0] || got.GridColumns != s.columns() || got.Columns != s.Columns[1]-s.Columns[0] {
					t.Errorf("rank %d: schedule %+v, but the plan is %+v of %v", comm.Rank(), got, s.plan, s.Partition)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestScheduleOfManyRanks(t *testing.T) {
	p := Problem{NX: 4096, NY: 4098}
	if s := p.Schedule(2, 1, 7); s.Depth != 7 {
		t.Errorf("7 steps: %+v", s)
	}
	last := p.Schedule(1, 1, 100)
	if last.Ahead != 0.5 || last.Bands != 1 || last.Rows != 4096 {
		t.Errorf("one rank: %+v", last)
	}
	for _, ranks := range []int{2, 8, 64, 512, 4096, 100000} {
		s := p.Schedule(ranks, 1, 100)
		if s.Cost >= last.Cost || s.Depth > s.Rows || s.Ranks != ranks || s.Rows*s.GridRows < 4096 || s.Columns*s.GridColumns < 4094 || (ranks > 8) != (s.GridColumns > 1) {
			t.Errorf("%d ranks: %+v after %+v", ranks, s, last)
		}
		last = s
	}
}
