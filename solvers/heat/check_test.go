package heat

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/mpi"
	"hybrid/solvers/task"
)

// The checksum is the same on any ranks, threads, grids and devices, and another one after
// another step.
func TestChecksumOfAnyRanks(t *testing.T) {
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		p := Problem{NX: 37, NY: 29, Alpha: 0.1, DX: 0.1, DY: 0.2, DT: 0.01, Boundary: b}
		var want uint64
		for i, o := range []Options{{}, {Threads: 3}, {Rows: 2, Columns: 2}, {Rows: 1, Columns: 3}, {Rows: 5, Columns: 1}} {
			ranks := max(o.Rows*o.Columns, 1)
			err := mpi.Runner{Ranks: ranks, Local: true}.Run(func(c *mpi.Comm) error {
				s, err := New[float32](c, p, o)
				if err != nil {
					return err
				}
				defer s.Close()
				initial, err := Initial[float32]("gaussian", p)
				if err != nil {
					return err
				}
				if err := s.Fill(initial); err != nil {
					return err
				}
				before, err := s.Check()
				if err != nil {
					return err
				}
				if err := s.Run(context.Background(), 21); err != nil {
					return err
				}
				sum, err := s.Check()
				if err != nil {
					return err
				}
				if c.Rank() == 0 && i == 0 {
					want = sum
				}
				if sum != want || sum == before {
					t.Errorf("%v, %+v: checksum %016x, before the steps %016x; want %016x", b, o, sum, before, want)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// flip flips a bit of a value of the field.
func flip(s *Solver[float64], row, column int, bit uint) error {
	values := make([]float64, s.Problem.NX)
	if err := s.Row(row, values); err != nil {
		return err
	}
	values[column] = math.Float64frombits(math.Float64bits(values[column]) ^ 1<<bit)
	return s.Field.SetRow(row, values)
}

// Each bit that flips, in any value, makes another checksum; a value that cannot be is named.
func TestAFlippedBitIsFound(t *testing.T) {
	p := Problem{NX: 17, NY: 13, Alpha: 0.1, DX: 0.1, DY: 0.1, DT: 0.01}
	err := mpi.Runner{Ranks: 1, Local: true}.Run(func(c *mpi.Comm) error {
		s, err := New[float64](c, p, Options{})
		if err != nil {
			return err
		}
		defer s.Close()
		initial, err := Initial[float64]("gaussian", p)
		if err != nil {
			return err
		}
		if err := s.Fill(initial); err != nil {
			return err
		}
		if err := s.Run(context.Background(), 5); err != nil {
			return err
		}
		want, err := s.Check()
		if err != nil {
			return err
		}
		for bit := range uint(64) {
			row, column := 1+int(bit)%11, 1+int(bit*7)%15
			if err := flip(s, row, column, bit); err != nil {
				return err
			}
			sum, err := s.Check()
			var bad *ValueError
			switch {
			case bit == 62: // the exponent's highest
				if !errors.As(err, &bad) || bad.Row != row || bad.Column != column || bad.Step != 5 {
					t.Errorf("bit 62: %v; want a *ValueError of [%d, %d]", err, row, column)
				}
			case err == nil && sum == want:
				t.Errorf("bit %d at [%d, %d] is not found", bit, row, column)
			}
			if err := flip(s, row, column, bit); err != nil {
				return err
			}
		}
		if err := flip(s, 4, 4, 3); err != nil {
			return err
		}
		s.Scale = 0 // of zeros
		if _, err := s.Check(); err == nil {
			t.Error("values of a field that began with zeros are not found")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A run that is compared with the checksums of another stops where a bit was flipped.
func TestARunIsComparedWithItsChecksums(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sums.csv")
	run := func(ranks int, expect string, damage int) error {
		return mpi.Runner{Ranks: ranks, Local: true}.Run(func(c *mpi.Comm) error {
			p := &statement{Common: &task.Common{DType: "f64"}, NX: 40, NY: 30, Steps: 100, Alpha: 0.1, Initial: "disc", CheckEvery: 7, Checksums: file, Expect: expect}
			if expect != "" {
				p.Checksums = ""
			}
			opened, err := p.Open(context.Background(), &task.Job{Place: task.Place{Comm: c, Threads: 1}})
			if err != nil {
				return err
			}
			defer opened.Close()
			x := opened.(*run[float64])
			if err := x.Prepare(context.Background()); err != nil {
				return err
			}
			if damage > 0 {
				x.done = func(int) {}
				if err := x.beginChecks(); err != nil {
					return err
				}
				if err := x.Advance(context.Background(), damage); err != nil {
					return err
				}
				if lo, hi := x.solver.Rows(); lo <= 10 && 10 < hi {
					if err := flip(x.solver, 10, 10, 1); err != nil {
						return err
					}
				}
				return x.Advance(context.Background(), 100-damage)
			}
			_, err = x.Run(context.Background(), task.Unchecked)
			return err
		})
	}
	if err := run(1, "", 0); err != nil {
		t.Fatal(err)
	}
	if err := run(3, file, 0); err != nil {
		t.Errorf("the same run on other ranks: %v", err)
	}
	err := run(2, file, 45)
	var coder interface{ ExitCode() int }
	if err == nil || !errors.As(err, &coder) || coder.ExitCode() != task.Unverified || !strings.Contains(err.Error(), "after step 49 the checksum of the field is") {
		t.Errorf("a flipped bit: %v; want that it is found after step 49", err)
	}
}

// To read a pipe would wait for a writer, and a device may have no end.
func TestChecksumsAreReadFromARegularFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "device.csv")
	if err := os.Symlink(os.DevNull, path); err != nil {
		t.Fatal(err)
	}
	if _, err := readRecord(path); err == nil || !strings.Contains(err.Error(), "device.csv: it is not a regular file") {
		t.Errorf("checksums of a device: %v", err)
	}
}

// What a run has computed is not lost for its checksums.
func TestChecksumsThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "gone", "sums.csv")
	err := mpi.Runner{Ranks: 2, Local: true}.Run(func(c *mpi.Comm) error {
		p := &statement{Common: &task.Common{DType: "f64"}, NX: 40, NY: 30, Steps: 10, Alpha: 0.1, Initial: "disc", CheckEvery: 5, Checksums: file}
		x, err := p.Open(context.Background(), &task.Job{Place: task.Place{Comm: c, Threads: 1}})
		if err != nil {
			return err
		}
		defer x.Close()
		if err := x.Prepare(context.Background()); err != nil {
			return err
		}
		r, err := x.Run(context.Background(), task.Unchecked)
		if r.Failed == nil || !strings.Contains(r.Failed.Error(), "sums.csv") {
			t.Errorf("the run failed by %v", r.Failed)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// A value that cannot be is found at every place of a row of any length.
func TestPossible(t *testing.T) {
	s := &Solver[float64]{}
	s.Problem.NX = 3
	for n := range 12 {
		values := make([]float64, n)
		for k := range values {
			values[k] = float64(1 - 2*(k%2)*k) // of both signs
		}
		if err := s.possible(5, values, 100); err != nil {
			t.Errorf("%d values: %v", n, err)
		}
		for k := range values {
			for _, wrong := range []float64{100, -101, math.Inf(-1), math.NaN(), math.Copysign(math.NaN(), -1)} {
				was := values[k]
				values[k] = wrong
				var bad *ValueError
				if err := s.possible(5, values, 100); !errors.As(err, &bad) || bad.Row != 5+k/3 || bad.Column != k%3 {
					t.Errorf("%g at %d of %d values: %v", wrong, k, n, err)
				}
				values[k] = was
			}
		}
	}
}

// TestBelow compares with the comparison of floating-point numbers, at every place of a row.
func TestBelow(t *testing.T) {
	testBelow[float32](t)
	testBelow[float64](t)
}

func testBelow[T Real](t *testing.T) {
	inf := math.Inf(1)
	numbers := []float64{0, math.Copysign(0, -1), 5e-324, 1, -1, 1 + 0x1p-23, 1 + 0x1p-52, -2, 100, 0x1p126, -0x1p126, math.MaxFloat32, 0x1p128, 0x1p960, inf, -inf, math.NaN()}
	for _, limit := range []float64{0, 5e-324, 1e-40, 1, 1 + 0x1p-52, 1 + 0x1p-23, 1 + 0x1p-23 + 0x1p-40, 100, math.MaxFloat32, 0x1p128, 0x1p960, inf} {
		if !below([]T{}, limit) {
			t.Errorf("no value is below %v: false", limit)
		}
		for _, v := range numbers {
			for n := 1; n < 10; n++ {
				for at := range n {
					row := make([]T, n)
					row[at] = T(v)
					want := true
					for _, x := range row {
						want = want && math.Abs(float64(x)) < limit
					}
					if got := below(row, limit); got != want {
						t.Fatalf("%T %v at %d of %d is below %v: %v", row[at], row[at], at, n, limit, got)
					}
				}
			}
		}
	}
}
