package heat

import (
	"fmt"
	"sort"
)

// A Partition divides the rows of the interior, 1 to ny-2, over the ranks: rank r
// has the rows from p[r] up to, not including, p[r+1]. A rank may have none.
type Partition []int

// Even divides the interior of ny rows evenly: the first ranks have one row more
// where it does not go up.
func Even(ny, ranks int) Partition {
	n := ny - 2
	p := make(Partition, ranks+1)
	for r := range p {
		p[r] = 1 + r*(n/ranks) + min(r, n%ranks)
	}
	return p
}

// Validate reports whether p divides the interior of ny rows over so many ranks.
func (p Partition) Validate(ny, ranks int) error {
	if len(p) != ranks+1 || p[0] != 1 || p[ranks] != ny-1 {
		return fmt.Errorf("heat: partition %v does not divide rows 1 to %d over %d ranks", p, ny-2, ranks)
	}
	for r := range ranks {
		if p[r] > p[r+1] {
			return fmt.Errorf("heat: partition %v gives rank %d a negative number of rows", p, r)
		}
	}
	return nil
}

// Rows are the interior rows [lo, hi) of a rank.
func (p Partition) Rows(rank int) (lo, hi int) { return p[rank], p[rank+1] }

// Owner is the rank that has an interior row.
func (p Partition) Owner(row int) int {
	if row < p[0] || row >= p[len(p)-1] {
		return -1
	}
	return sort.SearchInts(p, row+1) - 1
}

// neighbours are the ranks that have the rows above and below a rank's own, -1
// where there are none.
func (p Partition) neighbours(rank int, periodic bool) (above, below int) {
	lo, hi := p.Rows(rank)
	first, last := p[0], p[len(p)-1]
	above, below = p.Owner(lo-1), p.Owner(hi)
	if periodic && lo == first {
		above = p.Owner(last - 1)
	}
	if periodic && hi == last {
		below = p.Owner(first)
	}
	return above, below
}

// ranks is the number of ranks that have rows.
func (p Partition) ranks() int {
	n := 0
	for r := range len(p) - 1 {
		if p[r] < p[r+1] {
			n++
		}
	}
	return n
}

// bounds are the rows of the ranks, with the ring: rank r has those from
// bounds[r] up to, not including, bounds[r+1].
func bounds(p Partition, ny int) []int {
	first, last := p.Owner(1), p.Owner(ny-2)
	b := append([]int{}, p...)
	for r := range b {
		switch {
		case r <= first:
			b[r] = 0
		case r > last:
			b[r] = ny
		}
	}
	return b
}
