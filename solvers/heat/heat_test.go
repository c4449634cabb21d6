package heat

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"hybrid/internal/shorttest"
	"hybrid/internal/stencil"
	"hybrid/mpi"
	"hybrid/simd"
)

// naive is the field after some steps of the solver that needs no explanation.
func naive[T Real](p Problem, u []T, steps int) []T {
	return recompute(p, zeroOf[T](p, scaleOf(magnitude(u))), whole(p), slices.Clone(u), 0, steps)
}

func randomField[T Real](p Problem, seed uint64) []T {
	rng := rand.New(rand.NewPCG(seed, 1))
	u := make([]T, p.NX*p.NY)
	for i := range u {
		u[i] = T(rng.Float64() * 100)
	}
	return u
}

// solve runs a field on local ranks, in pieces of the given numbers of steps,
// and returns the array.
func solve[T Real](p Problem, u []T, ranks int, o Options, pieces ...int) ([]T, error) {
	out := make([]T, len(u))
	var mu sync.Mutex
	seen := make([]bool, p.NY)
	err := mpi.Run(ranks, func(c *mpi.Comm) error {
		s, err := New[T](c, p, o)
		if err != nil {
			return err
		}
		if err := s.Fill(func(i int, row []T) error { copy(row, u[i*p.NX:]); return nil }); err != nil {
			return err
		}
		for _, n := range pieces {
			if err := s.Run(context.Background(), n); err != nil {
				return err
			}
		}
		return s.inOrder(func(i int, row []T) error {
			mu.Lock()
			defer mu.Unlock()
			if seen[i] {
				return fmt.Errorf("two ranks see row %d", i)
			}
			seen[i] = true
			copy(out[i*p.NX:], row)
			return nil
		})
	})
	for i := range seen {
		if !seen[i] && err == nil {
			return nil, fmt.Errorf("no rank sees row %d", i)
		}
	}
	return out, err
}

func check[T Real](t *testing.T, p Problem, u []T, ranks int, o Options, pieces ...int) {
	t.Helper()
	total := 0
	for _, n := range pieces {
		total += n
	}
	want := naive(p, u, total)
	got, err := solve(p, u, ranks, o, pieces...)
	if err != nil {
		t.Fatalf("%+v ranks %d %+v steps %v: %v", p, ranks, o, pieces, err)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%+v ranks %d %+v steps %v: [%d, %d] is %v, want %v", p, ranks, o, pieces, i/p.NX, i%p.NX, got[i], want[i])
		}
	}
}

func problem(nx, ny int, b Boundary) Problem {
	p := Problem{NX: nx, NY: ny, Alpha: 0.7, DX: 0.1, DY: 0.13, Boundary: b}
	p.DT = 0.9 * StableDT(p.Alpha, p.DX, p.DY)
	return p
}

// TestSameBits compares with the plain solver over everything that may not
// matter: ranks, threads, halo depth, strips, blocks and instruction sets, on
// grids that divide badly.
func TestSameBits(t *testing.T) {
	t.Run("float64", sameBits[float64])
	t.Run("float32", sameBits[float32])
}

func sameBits[T Real](t *testing.T) {
	rng, cases := rand.New(rand.NewPCG(7, 8)), shorttest.Every(5)
	grids := [][2]int{{3, 3}, {3, 5}, {5, 3}, {4, 4}, {17, 5}, {31, 37}, {101, 53}, {263, 41}, {600, 23}}
	for _, boundary := range []Boundary{Dirichlet, Neumann, Periodic} {
		for _, g := range grids {
			p := problem(g[0], g[1], boundary)
			u := randomField[T](p, uint64(g[0]))
			for _, ranks := range []int{1, 2, 3, 7} {
				for _, isa := range simd.Available() {
					o := Options{ISA: isa, Threads: 1 + rng.IntN(3)}
					if rng.IntN(3) > 0 {
						o.HaloDepth = 1 + rng.IntN(12)
						o.BlockRows = 1 + rng.IntN(20)
					}
					if p.NX > 100 && rng.IntN(2) == 0 {
						o.StripGroups = suitable[T](p, 6+rng.IntN(6))
					}
					pieces := []int{rng.IntN(9), rng.IntN(40)}
					if cases.Skip() {
						continue
					}
					check(t, p, u, ranks, o, pieces...)
				}
			}
		}
	}
}

// suitable is the least number of groups of a strip, from one on, that suits the grid
// at every halo depth: which one a run takes depends on its ranks.
func suitable[T Real](p Problem, groups int) int {
	for depth := 1; depth <= maxDepth; depth++ {
		if _, err := newGeometry(p, p.whole(), stencil.Lanes[T](), depth, groups); err != nil {
			groups, depth = groups+1, 0
		}
	}
	return groups
}
