package gather_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"hybrid/mpi"
	"hybrid/mpi/gather"
)

func TestValues(t *testing.T) {
	for _, p := range []int{1, 2, 3, 5} {
		err := mpi.Run(p, func(c *mpi.Comm) error {
			// Of another length on each rank, and none on the first.
			own := make([]int, c.Rank())
			for i := range own {
				own[i] = 100*c.Rank() + i
			}
			all, err := gather.Values(c, own)
			if err != nil {
				return err
			}
			for r, got := range all {
				if len(got) != r || r > 0 && got[r-1] != 101*r-1 {
					return fmt.Errorf("rank %d has %v of rank %d", c.Rank(), got, r)
				}
			}
			return nil
		})
		if err != nil {
			t.Errorf("%d ranks: %v", p, err)
		}
	}
}

// TestEveryRankFails has one rank with a value that JSON does not have.
func TestEveryRankFails(t *testing.T) {
	for name, pass := range map[string]func(c *mpi.Comm, own any) error{
		"Values":   func(c *mpi.Comm, own any) error { _, err := gather.Values(c, own); return err },
		"ToRoot":   func(c *mpi.Comm, own any) error { _, err := gather.ToRoot(c, own); return err },
		"FromRoot": func(c *mpi.Comm, own any) error { _, err := gather.FromRoot(c, own); return err },
		"Allot": func(c *mpi.Comm, own any) error {
			_, err := gather.Allot(c, own, func(all []any) []int { return make([]int, len(all)) })
			return err
		},
	} {
		mpi.Run(3, func(c *mpi.Comm) error {
			var own any = 1
			if bad := map[bool]int{true: 0, false: 1}[name == "FromRoot"]; c.Rank() == bad {
				own = math.NaN()
			}
			if err := pass(c, own); err == nil || !strings.Contains(err.Error(), "unsupported value: NaN") {
				t.Errorf("%s, rank %d: error %v, want one about NaN", name, c.Rank(), err)
			}
			return nil
		})
	}
}

func TestFromRoot(t *testing.T) {
	err := mpi.Run(3, func(c *mpi.Comm) error {
		own := []float64{math.NaN()}
		if c.Rank() == 0 {
			own = []float64{1, 2}
		}
		first, err := gather.FromRoot(c, own)
		if err != nil || !slices.Equal(first, []float64{1, 2}) {
			t.Errorf("rank %d: %v, %v", c.Rank(), first, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestToRootAndAllot(t *testing.T) {
	err := mpi.Run(3, func(c *mpi.Comm) error {
		all, err := gather.ToRoot(c, strings.Repeat("x", c.Rank()))
		if err != nil || c.Rank() == 0 && !slices.Equal(all, []string{"", "x", "xx"}) || c.Rank() > 0 && all != nil {
			t.Errorf("rank %d: %q, %v", c.Rank(), all, err)
		}
		n, err := gather.Allot(c, c.Rank()+1, func(all []int) []int { return []int{all[2], all[1], all[0]} })
		if err != nil || n != 3-c.Rank() {
			t.Errorf("rank %d: %d, %v", c.Rank(), n, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNumbers(t *testing.T) {
	for _, p := range []int{1, 2, 5} {
		err := mpi.Run(p, func(c *mpi.Comm) error {
			// Of another length on each rank, none on the first, and what JSON does not have.
			own, want := slices.Repeat([]float64{math.Inf(c.Rank()%2 - 1)}, c.Rank()), []float64(nil)
			for r := range p {
				want = append(want, slices.Repeat([]float64{math.Inf(r%2 - 1)}, r)...)
			}
			all, err := gather.Numbers(c, own)
			if c.Rank() > 0 {
				want = nil
			}
			if err == nil && !slices.Equal(all, want) {
				err = fmt.Errorf("rank %d has %v, want %v", c.Rank(), all, want)
			}
			return err
		})
		if err != nil {
			t.Errorf("%d ranks: %v", p, err)
		}
	}
}
