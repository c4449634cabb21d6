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
//	| free, d | ghosts | columns left ... right-1, the ring's | ghosts | free |
//	|--- strip 0 ---|--- strip 1 ---|--- ... ---|
//
// Ghosts are columns of the rank beside, or on the far side of a periodic edge, renewed
// at each halo exchange; a side that ends with the ring has none. Free places hold
// whatever the sweeps leave there and reach no column: the ring's columns are set at
// every step, and ghosts are deep enough.
type geometry struct {
	tile
	nx     int // of the grid
	lanes  int // of a group
	groups int // of a strip
	strips int
	ghosts int // columns beyond a side that has some
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
func newGeometry(p Problem, t tile, lanes, depth, groups int) (geometry, error) {
	g := geometry{tile: t, nx: p.NX, lanes: lanes, ghosts: depth, drift: maxDrift(depth)}
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
		return g, fmt.Errorf("heat: strips of %d groups of %d columns do not suit %d columns at a halo depth of %d", groups, lanes, g.columns(), depth)
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
	return g.beside(g.west) + g.right - g.left + g.beside(g.east)
}

// beside is the number of columns stored beyond a side.
func (g geometry) beside(s side) int {
	if s == ring {
		return 1
	}
	return g.ghosts
}

// width is the number of columns of a strip.
func (g geometry) width() int { return g.groups * g.lanes }

// stride is the number of values from a row of a strip to the next.
func (g geometry) stride() int { return (g.groups + 2*stencil.Halo) * g.lanes }

// place is where column c lies at a drift: the strip, and the value counted from
// the strip's group 0. Ghost columns beyond a periodic edge are below 1 or at least
// nx-1.
func (g geometry) place(c, drift int) (strip, value int) {
	p := c - g.left + g.beside(g.west) + drift
	strip, p = p/g.width(), p%g.width()
	return strip, p%g.groups*g.lanes + p/g.groups
}

// edgesTogether reports whether the column at each edge and its neighbour lie in
// one strip at every drift, so that a sweep that sets the one has just computed
// the other.
func (g geometry) edgesTogether() bool {
	for d := 0; d <= g.drift; d++ {
		for _, c := range g.ringColumns() {
			a, _ := g.place(c.ring, d)
			b, _ := g.place(c.inner, d)
			if c.is && a != b {
				return false
			}
		}
	}
	return true
}

// An edgeColumn is a column of the ring, if that is one of the tile's, and its
// neighbour in the interior.
type edgeColumn struct {
	is          bool
	ring, inner int
}

// ringColumns are those in the west and in the east.
func (g geometry) ringColumns() [2]edgeColumn {
	return [2]edgeColumn{{g.west == ring, g.left - 1, g.left}, {g.east == ring, g.right, g.right - 1}}
}

// wraps tells whether the ghosts are copies of the rank's own columns.
func (g geometry) wraps() bool { return g.west == nearby }

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
