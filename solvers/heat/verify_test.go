package heat

import (
	"context"
	"strings"
	"testing"

	"hybrid/mpi"
	"hybrid/solvers/task"
)

// verified runs with verification and, after so many steps, changes one point.
func verified(t *testing.T, p Problem, ranks, steps, harmAfter int) Verification {
	t.Helper()
	var out Verification
	err := mpi.Run(ranks, func(c *mpi.Comm) error {
		var s *Solver[float64]
		harm := func(done int) {
			lo, _ := s.Rows()
			if lo != 0 || harmAfter == 0 || s.Step < harmAfter {
				return
			}
			row := make([]float64, p.NX)
			if err := s.Row(3, row); err != nil {
				t.Error(err)
			}
			row[5] += 1e-9
			if err := s.Field.SetRow(3, row); err != nil {
				t.Error(err)
			}
			harmAfter = 0
		}
		s, err := New[float64](c, p, Options{HaloDepth: 4, Progress: harm})
		if err != nil {
			return err
		}
		u := randomField[float64](p, 9)
		if err := s.Fill(func(i int, row []float64) error { copy(row, u[i*p.NX:]); return nil }); err != nil {
			return err
		}
		v, err := s.RunVerified(context.Background(), steps)
		if c.Rank() == c.Size()-1 {
			out = v
		}
		if err == nil && s.Step != steps {
			t.Errorf("%d steps done, want %d", s.Step, steps)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRunVerified(t *testing.T) {
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		small, large := problem(40, 50, b), problem(300, 200, b)
		for _, ranks := range []int{1, 3} {
			if v := verified(t, small, ranks, 60, 0); v.Answer != task.Yes || v.Points != 40*50 {
				t.Errorf("%v small: %+v", b, v)
			}
			if v := verified(t, small, ranks, 60, 30); v.Answer != task.No || !strings.Contains(v.Detail, "plain solver") {
				t.Errorf("%v small with a wrong value: %+v", b, v)
			}
			if testing.Short() && (b != Neumann || ranks == 1) {
				continue
			}
			if v := verified(t, large, ranks, 400, 0); v.Answer != task.Yes || !strings.Contains(v.Detail, "32 steps") {
				t.Errorf("%v large: %+v", b, v)
			}
			if v := verified(t, large, ranks, 400, 390); v.Answer != task.No {
				t.Errorf("%v large with a wrong value: %+v", b, v)
			}
		}
	}
}

func TestPrinciple(t *testing.T) {
	v := Verification{Verdict: task.Right("")}
	v.principle(Summary{Min: 1, Max: 2}, Summary{Min: 1, Max: 2 + 1e-9}, 10, epsilon[float64]())
	if v.Answer != task.No {
		t.Error("a value above the initial ones passed")
	}
}
