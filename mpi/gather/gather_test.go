package gather_test

import (
	"fmt"
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

// TestValuesFail has one rank with a value that JSON does not have.
func TestValuesFail(t *testing.T) {
	failed := make([]bool, 3)
	mpi.Run(3, func(c *mpi.Comm) error {
		var own any = 1
		if c.Rank() == 1 {
			own = func() {}
		}
		_, err := gather.Values(c, own)
		failed[c.Rank()] = err != nil
		return nil
	})
	if slices.Contains(failed, false) {
		t.Errorf("ranks that fail: %v, want all", failed)
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
