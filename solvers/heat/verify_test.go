package heat

import (
	"context"
	"math"
	"slices"
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

// inWindows has a run on a field of 100 columns or more verified as if it were too large to
// be computed again as a whole.
func inWindows(s *Solver[float64]) {
	if s.Problem.NX >= 100 {
		s.verifyAll = 0
	}
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
			if testing.Short() {
				continue // TestRunVerifiedFindsWhatWasPlanted has some
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

// TestRunVerifiedFindsWhatWasPlanted spoils the field of one rank behind a step, of a run
// that is computed again as a whole and of one that is not, near its end and at its
// beginning.
func TestRunVerifiedFindsWhatWasPlanted(t *testing.T) {
	const low, none = "a flipped low bit", "none"
	faults := map[string]func(rows [][]float64){
		none:            func([][]float64) {},
		low:             func(rows [][]float64) { rows[2][9] = math.Float64frombits(math.Float64bits(rows[2][9]) ^ 1<<20) },
		"a flipped bit": func(rows [][]float64) { rows[2][9] = math.Float64frombits(math.Float64bits(rows[2][9]) ^ 1<<52) },
		"another sign":  func(rows [][]float64) { rows[0][1] = math.Copysign(rows[0][1], -1) },
		"lost rows": func(rows [][]float64) {
			for _, row := range rows {
				clear(row)
			}
		},
		"swapped rows": func(rows [][]float64) { rows[1], rows[3] = rows[3], rows[1] },
		"off by one": func(rows [][]float64) {
			for _, row := range rows {
				copy(row[1:], row[:len(row)-1])
			}
		},
		"a step too many": nil,
	}
	for _, size := range []struct{ nx, ny, steps, at int }{{40, 50, 60, 40}, {150, 140, 80, 76}, {150, 140, 80, 20}} {
		for name, fault := range faults {
			if size.nx == 150 && name == low {
				continue // it is within the rounding of the whole field
			}
			for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
				if testing.Short() && size.nx == 150 && (b != Neumann || name != none && name != map[int]string{76: "off by one", 20: "a flipped bit"}[size.at]) {
					continue // what is found does not depend on the architecture
				}
				p := problem(size.nx, size.ny, b)
				v := spoilt(t, p, size.steps, size.at, fault)
				if (v.Answer == task.Yes) != (name == none) || v.Whole != (p.NX == 40) && name == none {
					t.Errorf("%v, %d x %d, %s after step %d of %d: %+v", b, p.NX, p.NY, name, size.at, size.steps, v)
				}
			}
		}
	}
	err := mpi.Run(2, func(c *mpi.Comm) error {
		s, err := New[float64](c, problem(20, 20, Dirichlet), Options{})
		if err != nil {
			return err
		}
		v, err := s.RunVerified(context.Background(), 0)
		if v.Answer != task.CannotTell {
			t.Errorf("no step: %+v", v)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// spoilt runs so many steps on 3 ranks and, behind one of them, has a fault in all rows
// of the middle rank; without a fault that rank alone makes a step more.
func spoilt(t *testing.T, p Problem, steps, at int, fault func(rows [][]float64)) (out Verification) {
	t.Helper()
	err := mpi.Run(3, func(c *mpi.Comm) error {
		var s *Solver[float64]
		done := false
		harm := func(int) {
			if done || c.Rank() != 1 || s.Step < at {
				return
			}
			done = true
			lo, hi := s.Rows()
			var rows [][]float64
			for i := lo; i < hi; i++ {
				row := make([]float64, p.NX)
				if err := s.Row(i, row); err != nil {
					t.Error(err)
				}
				rows = append(rows, row)
			}
			if fault != nil {
				fault(rows)
			} else {
				part := p
				part.NY, part.Boundary = len(rows), Dirichlet
				next := recompute(part, s.zero(), whole(part), slices.Concat(rows...), s.Step, 1)
				for i := range rows {
					rows[i] = next[i*p.NX:][:p.NX]
				}
			}
			for i, row := range rows {
				if err := s.Field.SetRow(lo+i, row); err != nil {
					t.Error(err)
				}
			}
		}
		s, err := New[float64](c, p, Options{HaloDepth: 4, Progress: harm})
		if err != nil {
			return err
		}
		inWindows(s)
		u := randomField[float64](p, 9)
		if err := s.Fill(func(i int, row []float64) error { copy(row, u[i*p.NX:]); return nil }); err != nil {
			return err
		}
		v, err := s.RunVerified(context.Background(), steps)
		if c.Rank() == 2 {
			out = v
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestBits tells apart what compares as equal.
func TestBits(t *testing.T) {
	nan := math.NaN()
	same := nan
	if bits(0.0) == bits(math.Copysign(0, -1)) || bits(nan) != bits(same) || bits(float32(1)) == bits(math.Nextafter32(1, 2)) {
		t.Error("0 is -0, a NaN is not itself, or 1 is the next number")
	}
}

func TestPrinciple(t *testing.T) {
	v := Verification{Verdict: task.Right("")}
	v.principle(Summary{Min: 1, Max: 2}, Summary{Min: 1, Max: 2 + 1e-9}, 10, epsilon[float64]())
	if v.Answer != task.No {
		t.Error("a value above the initial ones passed")
	}
}
