package halo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"hybrid/gpu"
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

// Rows and Gather bring all cells to files and to one rank, and SetRows back.
func TestRows(t *testing.T) {
	for _, c := range trials(150) {
		var mu sync.Mutex
		seen := map[string]int{}
		err := mpi.Run(c.ranks, func(comm *mpi.Comm) error {
			g, err := New(comm, c.size, c.o)
			if err != nil {
				return err
			}
			f := NewField[int64](g)
			row := func(act func(v *int64, want int64) error) func(at []int, values []int64) error {
				return func(at []int, values []int64) error {
					for k := range values {
						cell := slices.Clone(at)
						cell[len(cell)-1] += k
						want, ok := value(g, cell)
						if !ok {
							return fmt.Errorf("%v is beyond the grid", cell)
						}
						if err := act(&values[k], want); err != nil {
							return err
						}
					}
					return nil
				}
			}
			if err := f.SetRows(row(func(v *int64, want int64) error { *v = want; return nil })); err != nil {
				return err
			}
			if err := f.EachRow(row(func(v *int64, want int64) error {
				mu.Lock()
				defer mu.Unlock()
				seen[fmt.Sprint(want)]++
				if *v != want {
					return fmt.Errorf("%d, want %d", *v, want)
				}
				return nil
			})); err != nil {
				return err
			}
			root := comm.Size() - 1
			whole, err := f.Gather(root)
			for i, v := range whole {
				if v != int64(i)+1 {
					return fmt.Errorf("%d of the whole is %d", i, v)
				}
			}
			if comm.Rank() == root && len(whole) != g.All().Cells() {
				return fmt.Errorf("the whole has %d cells", len(whole))
			}
			return err
		})
		cells := 1
		for _, n := range c.size {
			cells *= n
		}
		if err == nil && len(seen) != cells {
			err = fmt.Errorf("%d of %d cells in rows", len(seen), cells)
		}
		for v, n := range seen {
			if n != 1 && err == nil {
				err = fmt.Errorf("cell %s in %d rows", v, n)
			}
		}
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
	}
}

// An error of one rank's row is every rank's, and nobody waits for ever.
func TestRowsFail(t *testing.T) {
	err := mpi.Run(4, func(comm *mpi.Comm) error {
		g, err := New(comm, []int{6, 6}, Options{Ranks: []int{2, 2}})
		if err != nil {
			return err
		}
		f := NewField[float32](g)
		for _, walk := range []func(func([]int, []float32) error) error{f.EachRow, f.SetRows} {
			err := walk(func(at []int, values []float32) error {
				if at[0] == 4 {
					return fmt.Errorf("row %d", at[0])
				}
				return nil
			})
			if err == nil || !strings.Contains(err.Error(), "row 4") {
				return fmt.Errorf("rank %d got %v", comm.Rank(), err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// sum makes a box of v: each cell the sum of its neighbours in u, those on the diagonals
// too, within the grid.
func sum(u, v *Field[int64], b Box) {
	each(b, func(at []int) {
		reach := Box{slices.Clone(at), slices.Clone(at)}
		for d := range at {
			reach.Lo[d]--
			reach.Hi[d] += 2
		}
		total := int64(0)
		each(reach, func(from []int) {
			if _, ok := value(u.grid, from); ok {
				total += u.Data[u.Index(from...)]
			}
		})
		v.Data[v.Index(at...)] = total % 1000003
	})
}

// Steps of a stencil with corners give what they give on one rank: several between two
// exchanges, each on a smaller box, and one with Update.
func TestSteps(t *testing.T) {
	const steps = 5
	for _, c := range trials(60) {
		// What the steps give on one rank.
		var want []int64
		for _, ranks := range []int{1, c.ranks} {
			o := c.o
			if ranks == 1 {
				o = Options{Periodic: c.o.Periodic, Depth: 1}
			}
			err := mpi.Run(ranks, func(comm *mpi.Comm) error {
				g, err := New(comm, c.size, o)
				if err != nil {
					return err
				}
				for _, update := range []bool{true, false} {
					u, v := NewField[int64](g), NewField[int64](g)
					// By its place from the first cell, since cuts may begin elsewhere.
					u.Fill(func(at []int) int64 { x, _ := value(g, at); return x })
					for done := 0; done < steps; {
						if update {
							if err := u.Update(func(b Box) { sum(u, v, b) }); err != nil {
								return err
							}
							u, v = v, u
							done++
							continue
						}
						if err := u.Start(); err != nil {
							return err
						}
						if err := u.Finish(); err != nil {
							return err
						}
						for left := min(g.Depth(), steps-done); left > 0; left-- {
							sum(u, v, g.Grow(left-1))
							u, v = v, u
							done++
						}
					}
					whole, err := u.Gather(0)
					if err != nil {
						return err
					}
					if comm.Rank() > 0 {
						continue
					}
					if want == nil {
						want = whole
					}
					if !slices.Equal(whole, want) {
						return fmt.Errorf("update %v: the fields differ", update)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatalf("%v: %v", c, err)
			}
		}
	}
}

// Update makes each own cell once, and those that no halo reaches first.
func TestUpdateCovers(t *testing.T) {
	for _, c := range trials(60) {
		err := mpi.Run(c.ranks, func(comm *mpi.Comm) error {
			g, err := New(comm, c.size, c.o)
			if err != nil {
				return err
			}
			f, made := NewField[uint8](g), NewField[uint8](g)
			if err := f.Update(func(b Box) {
				each(b, func(at []int) { made.Data[made.Index(at...)]++ })
			}); err != nil {
				return err
			}
			each(made.box, func(at []int) {
				want := uint8(0)
				if (Box{at, at}).in(g.Own()) {
					want = 1
				}
				if got := made.Data[made.Index(at...)]; got != want && err == nil {
					err = fmt.Errorf("%v is made %d times", at, got)
				}
			})
			return err
		})
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
	}
}

// in tells whether the first cell of b is in another box.
func (b Box) in(other Box) bool {
	for d, x := range b.Lo {
		if x < other.Lo[d] || x >= other.Hi[d] {
			return false
		}
	}
	return true
}

// A field on a device has the halo of one on the host.
func TestDevice(t *testing.T) {
	for _, c := range trials(60) {
		err := mpi.Run(c.ranks, func(comm *mpi.Comm) error {
			g, err := New(comm, c.size, c.o)
			if err != nil {
				return err
			}
			d := gpu.Sim(gpu.SimOptions{Index: comm.Rank()})
			defer d.Close()
			s, err := d.NewStream()
			if err != nil {
				return err
			}
			defer s.Close()
			on, err := NewDeviceField[int64](g, d)
			if err != nil {
				return err
			}
			defer on.Close()
			f := NewField[int64](g)
			f.Fill(func(at []int) int64 { v, _ := value(g, at); return v })
			for _, update := range []bool{false, true} {
				if err := on.Write(f); err != nil {
					return err
				}
				cells := 0
				if update {
					if err := on.Update(s, func(b Box) error { cells += b.Cells(); return nil }); err != nil {
						return err
					}
					if cells != g.Own().Cells() {
						return fmt.Errorf("%d cells are made of %d", cells, g.Own().Cells())
					}
				} else {
					if err := on.Start(s); err != nil {
						return err
					}
					if err := on.Finish(s); err != nil {
						return err
					}
				}
				got := NewField[int64](g)
				if err := on.Read(got); err != nil {
					return err
				}
				if err := wantHalo(got); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
	}
}

// What cannot be cut is refused, on all ranks and in words.
func TestRefuse(t *testing.T) {
	for _, c := range []struct {
		ranks int
		size  []int
		o     Options
		want  string
	}{
		{2, nil, Options{}, "a grid of 0 dimensions: want 1 to 3"},
		{2, []int{2, 2, 2, 2}, Options{}, "a grid of 4 dimensions"},
		{1, []int{4, 0}, Options{}, "0 cells along dimension 1"},
		{1, []int{4, 4}, Options{Ranks: []int{1}}, "want one for each of 2 dimensions"},
		{1, []int{4}, Options{Depth: -1}, "depth -1"},
		{1, []int{4}, Options{Ranks: []int{-1}}, "-1 parts along dimension 0"},
		{6, []int{9, 9}, Options{Ranks: []int{2, 2}}, "2 x 2 ranks are 4, but there are 6"},
		{6, []int{9, 9}, Options{Ranks: []int{4, 0}}, "6 ranks are no multiple of the 4 parts"},
		{4, []int{7}, Options{Ranks: []int{4}, Depth: 2}, "part 3 of 4 along dimension 0 has 1 of its 7 cells, fewer than the depth 2"},
		{4, []int{3, 3}, Options{Depth: 2}, "a grid of 3 x 3 cells has no 4 parts that are at least 2 cells thick"},
		{1, []int{2}, Options{Periodic: []bool{true}, Depth: 3}, "part 0 of 1 along dimension 0 has 2 of its 2 cells, fewer than the depth 3"},
		{2, []int{4}, Options{Cuts: [][]int{{0, 5}}}, "1 ranks are 1, but there are 2"},
		{2, []int{4}, Options{Cuts: [][]int{{0, 3, 2}}}, "cuts [0 3 2] do not divide 4 cells"},
	} {
		errs := make([]error, c.ranks)
		if err := mpi.Run(c.ranks, func(comm *mpi.Comm) error {
			_, errs[comm.Rank()] = New(comm, c.size, c.o)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for rank, err := range errs {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%d ranks, %v, %+v: rank %d has error %v, want %q", c.ranks, c.size, c.o, rank, err, c.want)
			}
		}
	}
}

// Ranks that ask for different grids all hear of it.
func TestRefuseUnlike(t *testing.T) {
	errs := make([]error, 3)
	if err := mpi.Run(3, func(c *mpi.Comm) error {
		_, errs[c.Rank()] = New(c, []int{30}, Options{Depth: 1 + c.Rank()/2})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for rank, err := range errs {
		if err == nil || !strings.Contains(err.Error(), "different grids") {
			t.Errorf("rank %d: %v", rank, err)
		}
	}
}

// The parts have the least surface, and keep rows whole where that is equal.
func TestRanks(t *testing.T) {
	for _, c := range []struct {
		size     []int
		n, depth int
		want     []int
	}{
		{[]int{100}, 7, 1, []int{7}},
		{[]int{100, 100}, 1, 1, []int{1, 1}},
		{[]int{100, 100}, 2, 1, []int{2, 1}},
		{[]int{100, 100}, 4, 1, []int{2, 2}},
		{[]int{100, 100}, 12, 1, []int{6, 2}},
		{[]int{1000, 10}, 12, 1, []int{12, 1}},
		{[]int{10, 1000}, 12, 1, []int{1, 12}},
		{[]int{10, 1000}, 12, 6, []int{1, 12}},
		{[]int{64, 64, 64}, 8, 1, []int{2, 2, 2}},
		{[]int{64, 64, 64}, 12, 2, []int{3, 2, 2}},
		{[]int{3, 64, 64}, 4, 3, []int{1, 2, 2}},
	} {
		got, err := Ranks(c.size, c.n, Options{Depth: c.depth})
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("Ranks(%v, %d, %d) = %v, %v, want %v", c.size, c.n, c.depth, got, err, c.want)
		}
	}
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
