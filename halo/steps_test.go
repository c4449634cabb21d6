package halo

import (
	"fmt"
	"slices"
	"testing"

	"hybrid/mpi"
)

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
	n := 60
	if testing.Short() {
		n = 20
	}
	for _, c := range trials(n) {
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
