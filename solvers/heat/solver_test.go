package heat

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"hybrid/mpi"
)

// onRanks runs f with a solver on local ranks.
func onRanks(p Problem, ranks int, o Options, f func(c *mpi.Comm, s *Solver[float64]) error) error {
	return mpi.Run(ranks, func(c *mpi.Comm) error {
		s, err := New[float64](c, p, o)
		if err != nil {
			return err
		}
		return f(c, s)
	})
}

func TestNewRefuses(t *testing.T) {
	good := problem(10, 10, Dirichlet)
	with := func(f func(*Problem)) Problem {
		p := good
		f(&p)
		return p
	}
	for name, c := range map[string]struct {
		p    Problem
		o    Options
		want string
	}{
		"no interior":  {with(func(p *Problem) { p.NX = 2 }), Options{}, "2 x 10 points"},
		"alpha":        {with(func(p *Problem) { p.Alpha = -1 }), Options{}, "alpha is -1"},
		"dx":           {with(func(p *Problem) { p.DX = math.NaN() }), Options{}, "dx is NaN"},
		"dt":           {with(func(p *Problem) { p.DT = 1 }), Options{}, "dt 1 exceeds the stability limit 0.00448"},
		"boundary":     {with(func(p *Problem) { p.Boundary = 7 }), Options{}, "unknown boundary"},
		"memory":       {with(func(p *Problem) { p.NX, p.NY = 1<<30, 1<<30 }), Options{}, "EiB on node"},
		"threads":      {good, Options{Threads: -1}, "must not be negative"},
		"partition":    {good, Options{Partition: Partition{1, 5, 8}}, "does not divide rows 1 to 8"},
		"partition up": {good, Options{Partition: Partition{1, 12, 9}}, "negative number of rows"},
	} {
		err := onRanks(c.p, 2, c.o, func(*mpi.Comm, *Solver[float64]) error { return nil })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

func TestFillRefusesWhatIsNotFinite(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(-1), math.MaxFloat64, -0x1p960} {
		err := onRanks(problem(10, 20, Dirichlet), 3, Options{Threads: 2}, func(_ *mpi.Comm, s *Solver[float64]) error {
			return s.Fill(func(i int, row []float64) error {
				clear(row)
				if i == 13 {
					row[4] = bad
				}
				return nil
			})
		})
		if err == nil || !strings.Contains(err.Error(), "[13, 4] (row, column)") {
			t.Errorf("error %v, want one that names [13, 4]", err)
		}
	}
	broken := errors.New("broken disk")
	err := onRanks(problem(10, 20, Dirichlet), 3, Options{}, func(_ *mpi.Comm, s *Solver[float64]) error {
		return s.Fill(func(i int, row []float64) error {
			if i == 19 {
				return broken
			}
			return nil
		})
	})
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	err := onRanks(problem(50, 50, Dirichlet), 2, Options{}, func(_ *mpi.Comm, s *Solver[float64]) error {
		ctx, cancel := context.WithCancel(context.Background())
		s.options.Progress = func(int) { cancel() }
		err := s.Run(ctx, 1_000_000_000)
		if s.Step > 100 {
			t.Errorf("%d steps after the end of the context", s.Step)
		}
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

// TestSummary compares with sums over the array, and between numbers of ranks
// bit for bit.
func TestSummary(t *testing.T) {
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		p := problem(33, 29, b)
		u := randomField[float64](p, 3)
		want := naive(p, u, 7)
		var all, interior float64
		lo, hi := math.Inf(1), math.Inf(-1)
		for k, v := range want {
			all += v
			if i, j := k/p.NX, k%p.NX; i > 0 && i < p.NY-1 && j > 0 && j < p.NX-1 {
				interior += v
			}
			lo, hi = min(lo, v), max(hi, v)
		}
		all, interior = all/float64(len(want)), interior/float64(p.Interior())
		var first Summary
		for _, ranks := range []int{1, 2, 3, 7, 40} {
			err := onRanks(p, ranks, Options{Threads: 2}, func(c *mpi.Comm, s *Solver[float64]) error {
				if err := s.Fill(func(i int, row []float64) error { copy(row, u[i*p.NX:]); return nil }); err != nil {
					return err
				}
				if err := s.Run(context.Background(), 7); err != nil {
					return err
				}
				got, err := s.Summary()
				if err != nil {
					return err
				}
				if ranks == 1 {
					first = got
				}
				if got != first {
					t.Errorf("%v: rank %d of %d has %+v, one rank %+v", b, c.Rank(), ranks, got, first)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if math.Abs(first.Mean-all) > 1e-12 || math.Abs(first.MeanInterior-interior) > 1e-12 || first.Min != lo || first.Max != hi {
			t.Errorf("%v: %+v, want mean %v, of the interior %v, from %v to %v", b, first, all, interior, lo, hi)
		}
	}
}

// TestUnevenPartition gives ranks rows as no even division would, none to some.
func TestUnevenPartition(t *testing.T) {
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		p := problem(20, 32, b)
		u := randomField[float32](p, 4)
		for _, part := range []Partition{{1, 1, 20, 31}, {1, 31, 31, 31}, {1, 2, 30, 31}, {1, 1, 1, 31}, {1, 15, 15, 31}} {
			check(t, p, u, 3, Options{Partition: part, Threads: 2}, 11, 6)
		}
	}
}

func TestEven(t *testing.T) {
	for _, c := range []struct {
		ny, ranks int
		want      Partition
	}{
		{12, 1, Partition{1, 11}},
		{12, 3, Partition{1, 5, 8, 11}},
		{3, 7, Partition{1, 2, 2, 2, 2, 2, 2, 2}},
	} {
		if got := Even(c.ny, c.ranks); !slices.Equal(got, c.want) {
			t.Errorf("Even(%d, %d) = %v, want %v", c.ny, c.ranks, got, c.want)
		}
	}
}

// TestPlaces checks that every column has a place of its own at every drift, and
// that each step moves it by one.
func TestPlaces(t *testing.T) {
	for _, sides := range [][2]side{{ring, ring}, {nearby, nearby}, {ring, remote}, {remote, ring}, {remote, remote}} {
		for _, nx := range []int{3, 4, 17, 100, 257, 2002, 4999} {
			for _, depth := range []int{1, 2, 7, 32} {
				p := Problem{NX: nx, NY: 9}
				tile := p.whole()
				tile.west, tile.east = sides[0], sides[1]
				g, err := newGeometry(p, tile, 8, depth, 0)
				if err != nil {
					t.Fatal(err)
				}
				for drift := 0; drift <= g.drift; drift++ {
					taken := map[[2]int]bool{}
					for c := g.left - g.beside(g.west); c < g.right+g.beside(g.east); c++ {
						strip, v := g.place(c, drift)
						if strip < 0 || strip >= g.strips || v < 0 || v >= g.width() {
							t.Fatalf("nx %d depth %d: column %d at drift %d lies at %d of strip %d, outside", nx, depth, c, drift, v, strip)
						}
						if taken[[2]int{strip, v}] {
							t.Fatalf("nx %d depth %d: column %d at drift %d shares its place", nx, depth, c, drift)
						}
						taken[[2]int{strip, v}] = true
						if s, w := g.place(c+1, drift); drift < g.drift {
							if ns, nv := g.place(c, drift+1); ns != s || nv != w {
								t.Fatalf("nx %d: column %d does not move to the place of its neighbour", nx, c)
							}
						}
					}
				}
				if free := g.strips*g.width() - g.columns() - g.drift; nx > 1000 && free > nx/20 {
					t.Errorf("nx %d depth %d: %d places free", nx, depth, free)
				}
			}
		}
	}
}

func TestLimit(t *testing.T) {
	err := onRanks(problem(10, 10, Dirichlet), 1, Options{}, func(_ *mpi.Comm, s *Solver[float64]) error {
		l, err := s.Limit(5 * time.Millisecond)
		if !(l.Updates > 0) || math.IsInf(l.Updates, 0) {
			t.Errorf("limit of %g updates a second", l.Updates)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
