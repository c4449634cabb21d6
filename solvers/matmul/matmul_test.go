package matmul

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"hybrid/gpu"
	"hybrid/internal/fma"
	"hybrid/mpi"
	"hybrid/simd"
	"hybrid/solvers/task"
)

// whole is a matrix that f fills.
func whole[T Real](rows, cols int, f func(i, j int, row []T) error) []T {
	s := make([]T, rows*cols)
	for i := range rows {
		if err := f(i, 0, s[i*cols:][:cols]); err != nil {
			panic(err)
		}
	}
	return s
}

// naive is the definition in the package comment.
func naive[T Real](p Problem, a, b []T) []T {
	c := make([]T, p.M*p.N)
	for i := range p.M {
		for j := range p.N {
			var x T
			for l := range p.K {
				x = fma.FMA(a[i*p.K+l], b[l*p.N+j], x)
			}
			c[i*p.N+j] = x
		}
	}
	return c
}

// multiply runs a solver on local ranks with random matrices and puts its C
// together.
func multiply[T Real](p Problem, ranks int, o Options, after func(c *mpi.Comm, s *Solver[T]) error) ([]T, error) {
	c := make([]T, p.M*p.N)
	err := mpi.Run(ranks, func(comm *mpi.Comm) error {
		s, err := New[T](comm, p, o)
		if err != nil {
			return err
		}
		if err := s.FillA(RandomA[T](p, 7)); err != nil {
			return err
		}
		if err := s.FillB(RandomB[T](p, 7)); err != nil {
			return err
		}
		if err := s.Multiply(context.Background()); err != nil {
			return err
		}
		for i := range s.C.Rows {
			copy(c[(s.C.Row+i)*p.N+s.C.Col:], s.C.line(i))
		}
		if after != nil {
			if err := after(comm, s); err != nil {
				return err
			}
		}
		return s.Free()
	})
	return c, err
}

func TestSameBits(t *testing.T) {
	t.Run("float64", testSameBits[float64])
	t.Run("float32", testSameBits[float32])
}

func testSameBits[T Real](t *testing.T) {
	for _, p := range []Problem{{1, 1, 1}, {2, 3, 5}, {5, 1, 40}, {1, 9, 3}, {37, 41, 43}, {120, 64, 101}, {3, 200, 2}} {
		if testing.Short() {
			p = Problem{(p.M + 1) / 2, (p.N + 1) / 2, (p.K + 1) / 2}
		}
		want := naive(p, whole(p.M, p.K, RandomA[T](p, 7)), whole(p.K, p.N, RandomB[T](p, 7)))
		check := func(ranks int, o Options) {
			t.Helper()
			got, err := multiply[T](p, ranks, o, nil)
			if err != nil {
				t.Fatalf("%+v on %d ranks, %+v: %v", p, ranks, o, err)
			}
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("%+v on %d ranks, %+v: C[%d, %d] = %v, want %v", p, ranks, o, i/p.N, i%p.N, got[i], want[i])
				}
			}
		}
		for _, ranks := range []int{1, 2, 3, 4, 6, 7} {
			check(ranks, Options{})
			check(ranks, Options{Panel: 3, Threads: 2})
		}
		for _, g := range []Grid{{1, 6}, {6, 1}, {2, 3}, {3, 2}} {
			check(6, Options{Grid: g, Panel: 5})
		}
		for _, isa := range simd.Available() {
			check(2, Options{ISA: isa})
		}
	}
}

func TestVerify(t *testing.T) {
	t.Run("float64", testVerify[float64])
	t.Run("float32", testVerify[float32])
}

// testVerify accepts the product, and none with an error in one element that is
// larger than rounding can be.
func testVerify[T Real](t *testing.T) {
	p := Problem{50, 60, 70}
	for _, ranks := range []int{1, 4, 6} {
		for _, wrong := range [][2]int{{-1, 0}, {0, 0}, {49, 59}, {20, 31}} {
			_, err := multiply(p, ranks, Options{}, func(_ *mpi.Comm, s *Solver[T]) error {
				if i, j := wrong[0]-s.C.Row, wrong[1]-s.C.Col; i >= 0 && i < s.C.Rows && j >= 0 && j < s.C.Cols {
					s.C.line(i)[j] += 1e-2
				}
				v, err := s.Verify(1)
				if err != nil {
					return err
				}
				if (v.Answer == task.Yes) != (wrong[0] < 0) || v.Answer != task.Yes && !strings.Contains(v.Detail, fmt.Sprintf("row %d ", wrong[0])) {
					t.Errorf("%d ranks, wrong at %v: %+v", ranks, wrong, v)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestVerifyFindsWhatWasPlanted spoils what one of four ranks has of a product whose
// bound of rounding is wide, in float32.
func TestVerifyFindsWhatWasPlanted(t *testing.T) {
	t.Run("float64", testPlanted[float64])
	t.Run("float32", testPlanted[float32])
}

func testPlanted[T Real](t *testing.T) {
	p, epsilon := Problem{90, 100, 400}, 0x1p-52
	if testing.Short() {
		p = Problem{30, 40, 400}
	}
	if biggest[T]() == math.MaxFloat32 {
		epsilon = 0x1p-23
	}
	for _, fault := range []struct {
		name  string
		spoil func(s *Solver[T])
	}{
		{"none", func(*Solver[T]) {}},
		{"a flipped high bit", func(s *Solver[T]) { s.C.Data[77] *= 4096 }},
		{"a lost rank", func(s *Solver[T]) { clear(s.C.Data) }},
		{"swapped rows", func(s *Solver[T]) {
			for j, v := range s.C.line(3) {
				s.C.line(3)[j], s.C.line(9)[j] = s.C.line(9)[j], v
			}
		}},
		{"off by one", func(s *Solver[T]) { copy(s.C.Data[1:], s.C.Data) }},
		{"a low bit of all", func(s *Solver[T]) {
			for i, v := range s.C.Data {
				s.C.Data[i] = v + v*T(epsilon)
			}
		}},
		{"the last step of k left out", func(s *Solver[T]) {
			for i := range s.C.Rows {
				a, b := make([]T, 1), make([]T, 1)
				RandomA[T](p, 7)(s.C.Row+i, p.K-1, a)
				for j := range s.C.Cols {
					RandomB[T](p, 7)(p.K-1, s.C.Col+j, b)
					s.C.line(i)[j] -= a[0] * b[0]
				}
			}
		}},
		{"not a number", func(s *Solver[T]) { s.C.Data[5] = T(math.NaN()) }},
		{"infinite", func(s *Solver[T]) { s.C.Data[5] = T(math.Inf(1)) }},
	} {
		_, err := multiply(p, 4, Options{}, func(c *mpi.Comm, s *Solver[T]) error {
			if c.Rank() == 1 {
				fault.spoil(s)
			}
			v, err := s.Verify(1)
			if (v.Answer == task.Yes) != (fault.name == "none") || v.Answer == task.CannotTell {
				t.Errorf("%s: %+v", fault.name, v)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestVerifyCannotTellBeyondTheRange has a product that overflows, as it must.
func TestVerifyCannotTellBeyondTheRange(t *testing.T) {
	err := mpi.Run(2, func(c *mpi.Comm) error {
		s, err := New[float32](c, Problem{4, 4, 4}, Options{})
		if err != nil {
			return err
		}
		large := func(_, _ int, row []float32) error {
			for i := range row {
				row[i] = 1e30
			}
			return nil
		}
		if err := errors.Join(s.FillA(large), s.FillB(large), s.Multiply(context.Background())); err != nil {
			return err
		}
		v, err := s.Verify(1)
		if v.Answer != task.CannotTell || !strings.Contains(v.Detail, "row 0 of the product may go beyond the range") {
			t.Errorf("%+v", v)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestRandom pins the meaning of a seed and holds parts of rows to whole ones.
func TestRandom(t *testing.T) {
	p := Problem{6, 7, 5}
	a := whole(p.M, p.K, RandomA[float64](p, 1))
	if b := whole(p.K, p.N, RandomB[float64](p, 1)); a[0] == b[0] {
		t.Errorf("A and B begin with the same number %v", a[0])
	}
	for i := range p.M {
		for j := range p.K {
			part := make([]float64, p.K-j)
			if err := RandomA[float64](p, 1)(i, j, part); err != nil {
				t.Fatal(err)
			}
			for d, v := range part {
				if v != a[i*p.K+j+d] || !(-1 < v && v < 1) {
					t.Fatalf("A[%d, %d] is %v from column %d on, %v from 0", i, j+d, v, j, a[i*p.K+j+d])
				}
			}
		}
	}
}

func TestPanels(t *testing.T) {
	for _, k := range []int{1, 2, 7, 100} {
		for _, g := range []Grid{{1, 1}, {2, 3}, {3, 2}, {7, 1}, {5, 5}} {
			for _, width := range []int{1, 3, 1000} {
				begin := Problem{1, 1, k}.panels(g, width)
				if begin[0] != 0 || begin[len(begin)-1] != k {
					t.Fatalf("k=%d, %v, width %d: panels %v do not cover k", k, g, width, begin)
				}
				for i := range len(begin) - 1 {
					lo, hi := begin[i], begin[i+1]
					if lo >= hi || hi-lo > width || owner(k, g.Rows, lo) != owner(k, g.Rows, hi-1) || owner(k, g.Cols, lo) != owner(k, g.Cols, hi-1) {
						t.Fatalf("k=%d, %v, width %d: panel %d to %d has not one owner", k, g, width, lo, hi)
					}
					for _, parts := range []int{g.Rows, g.Cols} {
						if o := owner(k, parts, lo); lo < cut(k, parts, o) || lo >= cut(k, parts, o+1) {
							t.Fatalf("owner of %d of %d in %d parts: %d", lo, k, parts, o)
						}
					}
				}
			}
		}
	}
	for _, c := range []struct {
		p     Problem
		ranks int
		want  Grid
	}{{Problem{100, 100, 1}, 4, Grid{2, 2}}, {Problem{10000, 10, 1}, 6, Grid{6, 1}}, {Problem{10, 10000, 1}, 6, Grid{1, 6}}, {Problem{200, 300, 1}, 6, Grid{2, 3}}} {
		if got := c.p.grid(c.ranks); got != c.want {
			t.Errorf("%+v on %d ranks: grid %v, want %v", c.p, c.ranks, got, c.want)
		}
	}
}

func TestRefuses(t *testing.T) {
	for want, c := range map[string]struct {
		p Problem
		o Options
	}{
		"sizes must be at least 1": {Problem{0, 1, 1}, Options{}},
		"too large":                {Problem{1 << 40, 1 << 40, 1}, Options{}},
		"PiB on node":              {Problem{1 << 25, 1 << 25, 1}, Options{}},
		"must not be negative":     {Problem{1, 1, 1}, Options{Threads: -1}},
		"want one of 2 ranks":      {Problem{1, 1, 1}, Options{Grid: Grid{2, 2}}},
	} {
		err := mpi.Run(2, func(comm *mpi.Comm) error {
			_, err := New[float64](comm, c.p, c.o)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	broken := errors.New("broken disk")
	err := mpi.Run(3, func(comm *mpi.Comm) error {
		s, err := New[float64](comm, Problem{9, 9, 9}, Options{})
		if err != nil {
			return err
		}
		return s.FillB(func(i, _ int, _ []float64) error {
			if i == 8 {
				return broken
			}
			return nil
		})
	})
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
}

func TestMultiplyStopsWithItsContext(t *testing.T) {
	err := mpi.Run(2, func(comm *mpi.Comm) error {
		s, err := New[float64](comm, Problem{9, 9, 9}, Options{})
		if err != nil {
			return err
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		return s.Multiply(ctx)
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

// TestCosts counts what a ring of two by two sends.
func TestCosts(t *testing.T) {
	p := Problem{100, 60, 40}
	_, err := multiply(p, 4, Options{}, func(c *mpi.Comm, s *Solver[float32]) error {
		costs := s.Costs()
		sum := []float64{costs.Flops, costs.Bytes}
		if err := mpi.Allreduce(c, sum, sum, mpi.Sum); err != nil {
			return err
		}
		if want := 4. * float64(p.K) * float64(p.M+p.N); sum[0] != p.Flops() || sum[1] != want {
			t.Errorf("%v operations and %v bytes, want %v and %v", sum[0], sum[1], p.Flops(), want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestProgress is told the steps of k in ascending order, up to the last.
func TestProgress(t *testing.T) {
	p := Problem{20, 30, 25}
	err := mpi.Run(2, func(c *mpi.Comm) error {
		var told []int
		s, err := New[float64](c, p, Options{Panel: 10, Progress: func(k int) { told = append(told, k) }})
		if err != nil {
			return err
		}
		defer s.Free()
		if err := s.Multiply(context.Background()); err != nil {
			return err
		}
		if len(told) < 3 || !slices.IsSorted(told) || told[len(told)-1] != p.K {
			t.Errorf("rank %d was told %v", c.Rank(), told)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestProgressOnOneRank is told on the way too, where nothing is sent: large products
// would be silent otherwise.
func TestProgressOnOneRank(t *testing.T) {
	device := gpu.Sim(gpu.SimOptions{})
	defer device.Close()
	for _, c := range []struct {
		p    Problem
		o    Options
		want []int
	}{
		{Problem{3, 2, 5000}, Options{}, []int{2048, 4096, 5000}},
		{Problem{3, 2, 300}, Options{Device: device}, []int{128, 256, 300}},
	} {
		var told []int
		c.o.Progress = func(k int) { told = append(told, k) }
		err := mpi.Run(1, func(comm *mpi.Comm) error {
			s, err := New[float64](comm, c.p, c.o)
			if err != nil {
				return err
			}
			return errors.Join(s.Multiply(context.Background()), s.Free())
		})
		if err != nil || !slices.Equal(told, c.want) {
			t.Errorf("%v: told %v, want %v, %v", c.p, told, c.want, err)
		}
	}
	if _, panels := (Problem{8192, 8192, 3000}).Layout(1); !slices.Equal(panels, []int{0, 1024, 2048, 3000}) {
		t.Errorf("the panels of a large product are %v", panels)
	}
}

// A layout is what New makes of the same product.
func TestLayoutIsThatOfNew(t *testing.T) {
	p := Problem{M: 100, N: 60, K: 1100}
	for _, ranks := range []int{1, 2, 4, 6} {
		err := mpi.Run(ranks, func(c *mpi.Comm) error {
			s, err := New[float64](c, p, Options{})
			if err != nil {
				return err
			}
			var begin []int
			for _, p := range s.between(0, p.K) {
				begin = append(begin, p.k0)
			}
			if g, panels := p.Layout(ranks); g != s.Grid() || !slices.Equal(panels, append(begin, p.K)) {
				t.Errorf("%d ranks: layout %v, %v, but the solver has %v, %v", ranks, g, panels, s.Grid(), begin)
			}
			return s.Free()
		})
		if err != nil {
			t.Error(err)
		}
	}
}
