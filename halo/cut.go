package halo

import (
	"fmt"
	"hash/fnv"
	"slices"

	"hybrid/mpi"
)

// cut makes the grid, without a rank's place in it.
func cut(ranks int, size []int, o Options) (*Grid, error) {
	n := len(size)
	if n < 1 || n > 3 {
		return nil, fmt.Errorf("halo: a grid of %d dimensions: want 1 to 3", n)
	}
	for d, cells := range size {
		if cells < 1 {
			return nil, fmt.Errorf("halo: %d cells along dimension %d: want at least 1", cells, d)
		}
	}
	if o.Ranks != nil && len(o.Ranks) != n || o.Periodic != nil && len(o.Periodic) != n || o.Cuts != nil && len(o.Cuts) != n {
		return nil, fmt.Errorf("halo: ranks %v, periodic %v, cuts %v: want one for each of %d dimensions", o.Ranks, o.Periodic, o.Cuts, n)
	}
	if o.Depth < 0 {
		return nil, fmt.Errorf("halo: depth %d: want at least 1", o.Depth)
	}
	g := &Grid{periodic: make([]bool, n), depth: max(o.Depth, 1), cuts: make([][]int, n)}
	copy(g.periodic, o.Periodic)
	parts := make([]int, n)
	copy(parts, o.Ranks)
	for d, cuts := range o.Cuts {
		if cuts != nil && parts[d] == 0 {
			parts[d] = len(cuts) - 1
		}
	}
	parts, err := g.fill(size, parts, ranks)
	if err != nil {
		return nil, err
	}
	for d := range size {
		if o.Cuts != nil && o.Cuts[d] != nil {
			g.cuts[d] = slices.Clone(o.Cuts[d])
		} else {
			g.cuts[d] = Even(size[d], parts[d])
		}
		if err := g.check(d, size[d], parts[d]); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// Even are the cuts of n cells into so many parts of which the first have one cell more
// where it does not go up.
func Even(n, parts int) []int {
	cuts := make([]int, parts+1)
	for p := range cuts {
		cuts[p] = p*(n/parts) + min(p, n%parts)
	}
	return cuts
}

// check reports what is wrong with the parts of a dimension.
func (g *Grid) check(d, size, parts int) error {
	cuts := g.cuts[d]
	if len(cuts) != parts+1 || cuts[parts]-cuts[0] != size || !slices.IsSorted(cuts) {
		return fmt.Errorf("halo: cuts %v do not divide %d cells of dimension %d into %d parts", cuts, size, d, parts)
	}
	filled := 0
	for p := range parts {
		if cuts[p] < cuts[p+1] {
			filled++
		}
	}
	if filled == 1 && !g.periodic[d] {
		return nil // nobody needs its edges
	}
	for p := range parts {
		if n := cuts[p+1] - cuts[p]; n > 0 && n < g.depth {
			return &ThinError{fmt.Sprintf("halo: part %d of %d along dimension %d has %d of its %d cells, fewer than the depth %d of the halo: "+
				"take fewer ranks along it, a smaller depth or more cells", p, parts, d, n, size, g.depth)}
		}
	}
	return nil
}

// sameOn reports a rank that made another grid than others.
func (g *Grid) sameOn(c *mpi.Comm) error {
	h := fnv.New64a()
	fmt.Fprint(h, g.cuts, g.periodic, g.depth)
	sum := int64(h.Sum64() >> 1)
	extremes := []int64{sum, -sum}
	if err := mpi.Allreduce(c, extremes, extremes, mpi.Min); err != nil {
		return err
	}
	if extremes[0] != -extremes[1] {
		return fmt.Errorf("halo: ranks ask for different grids; one for cuts %v, periodic %v, depth %d", g.cuts, g.periodic, g.depth)
	}
	return nil
}
