package halo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hybrid/mpi"
)

// A trial is a grid that is to be cut.
type trial struct {
	ranks int
	size  []int
	o     Options
}

func (c trial) String() string { return fmt.Sprintf("%d ranks, size %v, %+v", c.ranks, c.size, c.o) }

// trials are random grids of one to three dimensions on up to 12 ranks that can be cut,
// half of them unevenly.
func trials(n int) []trial {
	rng := rand.New(rand.NewPCG(1, 2))
	var all []trial
	for len(all) < n {
		dims := 1 + rng.IntN(3)
		c := trial{ranks: 1, o: Options{Depth: 1 + rng.IntN(4), Ranks: make([]int, dims), Periodic: make([]bool, dims), Cuts: make([][]int, dims)}}
		for d := range dims {
			c.o.Ranks[d] = 1 + rng.IntN([]int{12, 4, 3}[dims-1])
			c.ranks *= c.o.Ranks[d]
			c.o.Periodic[d] = rng.IntN(2) == 0
			cuts := []int{rng.IntN(3) - 1}
			for range c.o.Ranks[d] {
				part := c.o.Depth + rng.IntN(4)
				if rng.IntN(8) == 0 {
					part = 0
				}
				cuts = append(cuts, cuts[len(cuts)-1]+part)
			}
			c.size = append(c.size, cuts[len(cuts)-1]-cuts[0])
			c.o.Cuts[d] = cuts
			if rng.IntN(2) == 0 && c.size[d]/c.o.Ranks[d] >= c.o.Depth {
				c.o.Cuts[d] = nil
			}
		}
		if c.ranks <= 12 && slices.Min(c.size) > 0 {
			all = append(all, c)
		}
	}
	return all
}

// value is what a cell of the grid has, no two the same; ok is false beyond an open end.
func value(g *Grid, at []int) (v int64, ok bool) {
	all := g.All()
	for d, x := range at {
		n := all.Hi[d] - all.Lo[d]
		x -= all.Lo[d]
		if g.periodic[d] {
			x = (x%n + n) % n
		}
		if x < 0 || x >= n {
			return 0, false
		}
		v = v*int64(n) + int64(x)
	}
	return v + 1, true
}

// each calls f for the cells of a box.
func each(b Box, f func(at []int)) {
	b.rows(func(at []int, n int) {
		last := len(at) - 1
		for k := range n {
			cell := slices.Clone(at)
			cell[last] += k
			f(cell)
		}
	})
}

// Every cell of the halo, corners too, has what its owner has after an exchange; what
// lies beyond an open end stays.
func TestExchange(t *testing.T) {
	n := 200
	if testing.Short() {
		n = 60
	}
	for _, c := range trials(n) {
		err := mpi.Run(c.ranks, func(comm *mpi.Comm) error {
			g, err := New(comm, c.size, c.o)
			if err != nil {
				return err
			}
			f := NewField[int64](g)
			for range 2 {
				f.Fill(func(at []int) int64 { v, _ := value(g, at); return v })
				if err := f.Start(); err != nil {
					return err
				}
				if err := f.Finish(); err != nil {
					return err
				}
				if err := wantHalo(f); err != nil {
					return err
				}
				each(f.box, func(at []int) {
					if _, ok := value(g, at); ok {
						f.Data[f.Index(at...)] = -1
					}
				})
			}
			return nil
		})
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
	}
}

func wantHalo(f *Field[int64]) (err error) {
	each(f.box, func(at []int) {
		want, _ := value(f.grid, at)
		if got := f.Data[f.Index(at...)]; got != want && err == nil {
			err = fmt.Errorf("rank %d of %v has %d at %v, want %d", f.grid.comm.Rank(), f.grid.Own(), got, at, want)
		}
	})
	return err
}

// The number of messages is that of the neighbours, corners included.
func TestMessages(t *testing.T) {
	for _, c := range []struct {
		ranks    []int
		periodic bool
		most     int
	}{{[]int{3}, false, 2}, {[]int{3, 3}, false, 8}, {[]int{2, 2}, true, 8}, {[]int{2, 1}, false, 1}, {[]int{3, 1}, true, 6}, {[]int{2, 2, 2}, false, 7}, {[]int{2, 2, 3}, true, 26}} {
		size, n, periodic := make([]int, len(c.ranks)), 1, make([]bool, len(c.ranks))
		for d, p := range c.ranks {
			size[d], periodic[d] = 2*p, c.periodic
			n *= p
		}
		most := make([]int, n)
		if err := mpi.Run(n, func(comm *mpi.Comm) error {
			g, err := New(comm, size, Options{Ranks: c.ranks, Periodic: periodic})
			if err == nil {
				most[comm.Rank()] = NewField[float64](g).exchange.Messages()
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if got := slices.Max(most); got != c.most {
			t.Errorf("%v periodic %v: %d messages, want %d", c.ranks, c.periodic, got, c.most)
		}
	}
}

// An exchange out of turn is an error, not a hang.
func TestExchangeOutOfTurn(t *testing.T) {
	if err := mpi.Run(1, func(c *mpi.Comm) error {
		g, err := New(c, []int{8}, Options{Periodic: []bool{true}, Depth: 2})
		if err != nil {
			return err
		}
		f := NewField[float64](g)
		if err := f.Finish(); err != nil {
			return fmt.Errorf("nothing to finish: %w", err)
		}
		if err := f.exchange.Start(3); err == nil || !strings.Contains(err.Error(), "an exchange of 3 cells of a halo of depth 2") {
			return fmt.Errorf("too deep: %v", err)
		}
		if err := f.Start(); err != nil {
			return err
		}
		if err := f.Start(); err == nil || !strings.Contains(err.Error(), "before the last one was finished") {
			return fmt.Errorf("twice: %v", err)
		}
		return f.Finish()
	}); err != nil {
		t.Fatal(err)
	}
}
