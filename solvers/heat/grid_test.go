package heat

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hybrid/internal/shorttest"
	"hybrid/mpi"
	"hybrid/simd"
	"hybrid/solvers/task"
)

// factors are the grids of so many ranks.
func factors(ranks int) [][2]int {
	var all [][2]int
	for rows := 1; rows <= ranks; rows++ {
		if ranks%rows == 0 {
			all = append(all, [2]int{rows, ranks / rows})
		}
	}
	return all
}

// Every grid of ranks gives the bits of the plain solver, on fields that divide badly
// and such that are hardly wide enough.
func TestGridSameBits(t *testing.T) {
	t.Run("float64", gridSameBits[float64])
	t.Run("float32", gridSameBits[float32])
}

func gridSameBits[T Real](t *testing.T) {
	rng := rand.New(rand.NewPCG(27, 28))
	cases := shorttest.Every(13)
	fields := [][2]int{{14, 14}, {17, 23}, {40, 31}, {263, 41}, {31, 150}}
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		for _, ranks := range []int{1, 2, 3, 4, 6, 12} {
			for _, grid := range factors(ranks) {
				for _, f := range fields {
					if cases.Skip() {
						continue
					}
					p := problem(f[0], f[1], b)
					all := simd.Available()
					o := Options{Rows: grid[0], Columns: grid[1], ISA: all[rng.IntN(len(all))], Threads: 1 + rng.IntN(3)}
					if rng.IntN(3) > 0 {
						o.HaloDepth = 1 + rng.IntN(12)
						o.BlockRows = 1 + rng.IntN(20)
					}
					check(t, p, randomField[T](p, uint64(f[0])), ranks, o, rng.IntN(9), rng.IntN(40))
				}
			}
		}
	}
}

// The same on simulated devices, on some ranks or all.
func TestGridSameBitsOnDevices(t *testing.T) {
	d := newDevices(t, 6)
	rng := rand.New(rand.NewPCG(37, 38))
	cases := shorttest.Every(7)
	mixes := []func(int) bool{every, func(r int) bool { return r%2 == 1 }, func(r int) bool { return r%3 == 0 }}
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		for _, grid := range [][2]int{{1, 2}, {2, 2}, {1, 3}, {2, 3}, {3, 2}} {
			for mix, has := range mixes {
				if mix > 0 && rng.IntN(2) > 0 || cases.Skip() {
					continue
				}
				p := problem(30+rng.IntN(40), 20+rng.IntN(20), b)
				u := randomField[float64](p, 3)
				o := Options{Rows: grid[0], Columns: grid[1], Threads: 1 + rng.IntN(2)}
				if rng.IntN(2) > 0 {
					o.HaloDepth = 1 + rng.IntN(8)
				}
				pieces := []int{rng.IntN(9), rng.IntN(30)}
				what := fmt.Sprintf("%v %dx%d grid %v mix %d depth %d pieces %v", b, p.NX, p.NY, grid, mix, o.HaloDepth, pieces)
				got, err := solveOnDevices(d, p, u, grid[0]*grid[1], has, o, pieces...)
				if err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				for i, want := range naive(p, u, pieces[0]+pieces[1]) {
					if got[i] != want {
						t.Fatalf("%s: [%d, %d] is %v, want %v", what, i/p.NX, i%p.NX, got[i], want)
					}
				}
			}
		}
	}
}

// What a field says of itself is the same on every grid, verification finds it right and,
// where the points of one rank were changed, wrong.
func TestGridVerifies(t *testing.T) {
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		for _, size := range [][3]int{{40, 50, 60}, {160, 130, 70}} {
			if testing.Short() && size[0] == 160 {
				continue
			}
			p, steps := problem(size[0], size[1], b), size[2]
			u := randomField[float64](p, 9)
			run := func(rows, columns int, harm bool) (v Verification, sum Summary) {
				err := mpi.Run(rows*columns, func(c *mpi.Comm) error {
					var s *Solver[float64]
					o := Options{Rows: rows, Columns: columns, HaloDepth: 4}
					o.Progress = func(int) {
						if c.Rank() != c.Size()-1 || !harm || s.Step < steps-8 {
							return
						}
						harm = false
						lo, hi := s.Rows()
						from, to := s.OwnColumns()
						row := make([]float64, to-from)
						for ; lo < hi; lo++ {
							if err := s.Row(lo, row); err != nil {
								t.Error(err)
							}
							for j := range row {
								row[j] += 1e-9
							}
							if err := s.Field.SetRow(lo, row); err != nil {
								t.Error(err)
							}
						}
					}
					s, err := New[float64](c, p, o)
					if err != nil {
						return err
					}
					inWindows(s)
					if err := s.Fill(func(i int, row []float64) error { copy(row, u[i*p.NX:]); return nil }); err != nil {
						return err
					}
					got, err := s.RunVerified(context.Background(), steps)
					if err != nil {
						return err
					}
					all, err := s.Summary()
					if c.Rank() == 0 {
						v, sum = got, all
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				return v, sum
			}
			_, want := run(1, 1, false)
			grids := [][2]int{{2, 2}, {1, 3}, {3, 2}}
			if size[0] == 160 {
				grids = grids[:1+int(b)%2]
			}
			for _, g := range grids {
				if v, sum := run(g[0], g[1], false); v.Answer != task.Yes || v.Whole != (size[0] == 40) || sum != want {
					t.Errorf("%v %v grid %v: %+v, %+v, want %+v", b, size, g, v, sum, want)
				}
				if v, _ := run(g[0], g[1], true); v.Answer != task.No {
					t.Errorf("%v %v grid %v with a wrong value: %+v", b, size, g, v)
				}
			}
		}
	}
}

// A grid that does not fit is refused on all ranks.
func TestGridThatDoesNotFit(t *testing.T) {
	for _, c := range []struct {
		rows, columns int
		want          string
	}{
		{1, 3, "1 row and 3 columns of ranks are 3, but there are 4"},
		{4, 0, "4 rows and 0 columns of ranks are 0"},
		{4, 1, "the interior has 3 rows of points, fewer than the 4 rows of ranks"},
		{1, 4, "the interior has 2 columns of points, fewer than the 4 columns of ranks"},
	} {
		err := mpi.Run(4, func(comm *mpi.Comm) error {
			_, err := New[float32](comm, problem(4, 5, Neumann), Options{Rows: c.rows, Columns: c.columns})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%d x %d: rank %d: %v", c.rows, c.columns, comm.Rank(), err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// Even rows stay where they are, on a grid that is chosen, too.
func TestEvenRowsStay(t *testing.T) {
	err := onRanks(problem(902, 8, Periodic), 12, Options{Even: true}, func(c *mpi.Comm, s *Solver[float64]) error {
		if s.balance.on || s.columns() != 12 {
			t.Errorf("balanced %v, %d columns of ranks, want 12", s.balance.on, s.columns())
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	err = onRanks(problem(50, 200, Dirichlet), 2, Options{Even: true}, func(c *mpi.Comm, s *Solver[float64]) error {
		if s.balance.on || !slices.Equal(s.Partition, Even(200, 2)) {
			t.Errorf("balanced %v, %v", s.balance.on, s.Partition)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// Many ranks stand in columns, too, and few do not.
func TestGridThatIsChosen(t *testing.T) {
	for _, c := range []struct{ nx, ny, ranks, rows, columns int }{
		{100, 100, 4, 4, 1}, {4002, 4002, 4, 4, 1}, {4098, 4098, 64, 8, 8}, {900, 6, 12, 1, 12}, {3, 5, 4, 4, 1}, {50, 50_002, 64, 64, 1},
	} {
		s := Problem{NX: c.nx, NY: c.ny}.Schedule(c.ranks, 1, 100)
		if s.GridRows*s.GridColumns != min(c.ranks, (c.nx-2)*(c.ny-2)) || s.GridColumns != c.columns {
			t.Errorf("%+v: %+v", c, s)
		}
	}
}
