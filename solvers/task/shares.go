package task

import (
	"fmt"
	"slices"
	"strings"

	"hybrid/mpi"
)

// Shares gives rank 0 how much of the work each rank has done, in whole numbers, and adds a
// line to the report where that differs by more than a tenth: of what, and why. It is
// collective.
func Shares(r *Report, c *mpi.Comm, own int, ofWhat string) ([]int, error) {
	var all []int64
	if c.Rank() == 0 {
		all = make([]int64, c.Size())
	}
	if err := mpi.Gather(c, []int64{int64(own)}, all, 0); err != nil || c.Rank() != 0 {
		return nil, err
	}
	shares, sum := make([]int, len(all)), 0.0
	for i, n := range all {
		shares[i] = int(n)
		sum += float64(n)
	}
	mean := sum / float64(len(shares))
	if least, most := slices.Min(shares), slices.Max(shares); float64(most-least) > mean/10 && most-least > 1 {
		r.Rate("shares", "%s of the %s", Parts(shares, sum), ofWhat)
	}
	return shares, nil
}

// Parts says what part of a sum each rank has, of many ranks the least and the most.
func Parts(shares []int, sum float64) string {
	const few = 8
	percent := func(n int) string { return fmt.Sprintf("%.3g %%", 100*float64(n)/sum) }
	if len(shares) <= few {
		var all []string
		for _, n := range shares {
			all = append(all, percent(n))
		}
		return strings.Join(all, " + ")
	}
	least, most := slices.Min(shares), slices.Max(shares)
	return fmt.Sprintf("from %s on rank %d to %s on rank %d", percent(least), slices.Index(shares, least), percent(most), slices.Index(shares, most))
}
