package heat

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"hybrid/simd"
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
	fields := [][2]int{{14, 14}, {17, 23}, {40, 31}, {263, 41}, {31, 150}}
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		for _, ranks := range []int{1, 2, 3, 4, 6, 12} {
			for _, grid := range factors(ranks) {
				for _, f := range fields {
					if testing.Short() && rng.IntN(4) > 0 {
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
	mixes := []func(int) bool{every, func(r int) bool { return r%2 == 1 }, func(r int) bool { return r%3 == 0 }}
	for _, b := range []Boundary{Dirichlet, Neumann, Periodic} {
		for _, grid := range [][2]int{{1, 2}, {2, 2}, {1, 3}, {2, 3}, {3, 2}} {
			for mix, has := range mixes {
				if mix > 0 && rng.IntN(2) > 0 || testing.Short() && rng.IntN(4) > 0 {
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
				for i, want := range plain(p, u, pieces[0]+pieces[1]) {
					if got[i] != want {
						t.Fatalf("%s: [%d, %d] is %v, want %v", what, i/p.NX, i%p.NX, got[i], want)
					}
				}
			}
		}
	}
}
