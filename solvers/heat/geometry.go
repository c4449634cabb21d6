package heat

import (
	"fmt"

	"hybrid/internal/stencil"
)

// A geometry says where the columns of a row lie. Every row is cut into strips
// of groups·lanes columns, each in the layout of package stencil, and every
// column moves one place to the right with a step forth, one to the left with a
// step back; the drift counts how far it is from its first place. It is the same
// on every rank, so that halo rows travel as they lie.
//
//	places of a row at drift d:
//	| free, d | ghosts | columns 0 ... nx-1 | ghosts | free |
//	|--- strip 0 ---|--- strip 1 ---|--- ... ---|
//
// Ghosts are columns on the far side of a periodic edge, renewed at each halo
// exchange; other boundaries have none. Free places hold whatever the sweeps
// leave there and reach no column: the edge columns are set at every step, and
// ghosts are deep enough.
type geometry struct {
	nx     int
	lanes  int // of a group
	groups int // of a strip
	strips int
	ghosts int // columns beyond each side of the interior, 0 unless periodic
	drift  int // the largest drift
}

// Groups of a strip that is not the only one: of fewer the halo is too large a
// part, of more only few rows fit in the first-level cache.
const (
	maxGroups = 32
	minGroups = 20
)

// newGeometry plans rows for sweeps of at most depth steps between halo
// exchanges. groups is the number of groups of a strip, 0 to choose it so that
// few places stay free.
func newGeometry(p Problem, lanes, depth, groups int) (geometry, error) {
	g := geometry{nx: p.NX, lanes: lanes, drift: maxDrift(depth)}
	if p.Boundary == Periodic {
		g.ghosts = depth
	}
	lo, hi := groups, groups
	if groups == 0 {
		lo, hi = stencil.Halo, maxGroups
		if g.columns()+g.drift > lanes*maxGroups {
			lo = minGroups
		}
	}
	best := -1
	for w := hi; w >= lo; w-- {
		n := (g.columns() + g.drift + lanes*w - 1) / (lanes * w)
		try := g
		try.groups, try.strips = w, n
		if !try.edgesTogether() {
			continue
		}
		if free := n*w*lanes - g.columns() - g.drift; best < 0 || free+n*stripCost*lanes < best {
			best = free + n*stripCost*lanes
			g.groups, g.strips = w, n
		}
	}
	if best < 0 {
		return g, fmt.Errorf("heat: strips of %d groups of %d columns do not suit %d columns at a halo depth of %d", groups, lanes, p.NX, depth)
	}
	return g, nil
}

// stripCost is what a strip costs beside its columns, in groups: its halo.
const stripCost = 3

// maxDrift is the largest drift that sweeps of depth steps in all, half of them
// forth, half back, can reach from a drift of 0 or 1.
func maxDrift(depth int) int { return depth/2 + 1 }

// columns is the number of columns that a row stores.
func (g geometry) columns() int {
	if g.ghosts > 0 {
		return g.nx - 2 + 2*g.ghosts
	}
	return g.nx
}

// width is the number of columns of a strip.
func (g geometry) width() int { return g.groups * g.lanes }

// stride is the number of values from a row of a strip to the next.
func (g geometry) stride() int { return (g.groups + 2*stencil.Halo) * g.lanes }

// place is where column c lies at a drift: the strip, and the value counted from
// the strip's group 0. Ghost columns are negative or at least nx-1.
func (g geometry) place(c, drift int) (strip, value int) {
	p := c + drift
	if g.ghosts > 0 {
		p += g.ghosts - 1
	}
	strip, p = p/g.width(), p%g.width()
	return strip, p%g.groups*g.lanes + p/g.groups
}

// edgesTogether reports whether the column at each edge and its neighbour lie in
// one strip at every drift, so that a sweep that sets the one has just computed
// the other.
func (g geometry) edgesTogether() bool {
	if g.ghosts > 0 {
		return true // no column is set
	}
	for d := 0; d <= g.drift; d++ {
		for _, c := range []int{0, g.nx - 2} {
			a, _ := g.place(c, d)
			b, _ := g.place(c+1, d)
			if a != b {
				return false
			}
		}
	}
	return true
}

// each calls f for every column in [from, to) of a row at a drift, with the
// strip and the value counted from the strip's group 0.
func (g geometry) each(from, to, drift int, f func(c, strip, value int)) {
	for c := from; c < to; {
		strip, v := g.place(c, drift)
		// A run of columns in one lane lies a group apart.
		for run := g.groups - v/g.lanes; run > 0 && c < to; run-- {
			f(c, strip, v)
			v += g.lanes
			c++
		}
	}
}
