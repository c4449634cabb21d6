package halo

import "hybrid/mpi"

// Options say how a grid is cut. The zero value cuts it evenly into the parts with the
// least surface, open at all ends, with a halo of one cell.
type Options struct {
	// Ranks is the number of parts along each dimension; nil, or 0 for a dimension, lets
	// New choose, see Ranks. Their product is the number of ranks.
	Ranks []int
	// Periodic says along which dimensions the grid is closed to a ring; nil: none.
	Periodic []bool
	// Depth is how many cells of its neighbours a part knows: the reach of a stencil
	// times the steps between exchanges. 0 is 1.
	Depth int
	// Cuts are where the parts begin along each dimension, and where the last one ends;
	// nil, or nil for a dimension, for even parts, of which the first have one cell more
	// where it does not go up. A part may be empty: its neighbours are then each other's.
	// The cells of a dimension are numbered from its first cut.
	Cuts [][]int
}

// A Grid is a global grid of cells, cut over the ranks of a communicator, and this
// rank's place in it. All boxes count cells as the whole grid does, from 0. It takes no
// memory but that of the cuts.
type Grid struct {
	comm     *mpi.Comm
	periodic []bool
	depth    int
	cuts     [][]int // part p along dimension d has the cells from cuts[d][p] up to, not including, cuts[d][p+1]
	place    []int   // of this rank's part
}

// New cuts a grid of size cells along each of one to three dimensions over the ranks of
// c, in row-major order: the last dimension changes fastest, for ranks as for cells. It
// is collective. Every rank gets an error where one has: a part thinner than the depth,
// a number of parts that is not that of the ranks, ranks that ask for different grids.
func New(c *mpi.Comm, size []int, o Options) (*Grid, error) {
	g, err := cut(c.Size(), size, o)
	if err = c.Agree(err); err != nil {
		return nil, err
	}
	if err := g.sameOn(c); err != nil {
		return nil, err
	}
	g.comm = c
	g.place = g.placeOf(c.Rank())
	return g, nil
}

// placeOf is the part along each dimension that a rank has.
func (g *Grid) placeOf(rank int) []int {
	place := make([]int, len(g.cuts))
	for d := len(place) - 1; d >= 0; d-- {
		parts := len(g.cuts[d]) - 1
		place[d], rank = rank%parts, rank/parts
	}
	return place
}

// rankOf is the inverse of placeOf.
func (g *Grid) rankOf(place []int) int {
	rank := 0
	for d, p := range place {
		rank = rank*(len(g.cuts[d])-1) + p
	}
	return rank
}

// Comm is the communicator of the ranks. The tags from TagUB()-56 on are the grid's.
func (g *Grid) Comm() *mpi.Comm { return g.comm }

// Depth is that of the halo, in cells.
func (g *Grid) Depth() int { return g.depth }

// Ranks is the number of parts along each dimension.
func (g *Grid) Ranks() []int {
	parts := make([]int, len(g.cuts))
	for d := range parts {
		parts[d] = len(g.cuts[d]) - 1
	}
	return parts
}

// All is the box of all cells of the grid.
func (g *Grid) All() Box {
	b := newBox(len(g.cuts))
	for d, cuts := range g.cuts {
		b.Lo[d], b.Hi[d] = cuts[0], cuts[len(cuts)-1]
	}
	return b
}

// Own is the box of this rank's cells.
func (g *Grid) Own() Box { return g.Of(g.comm.Rank()) }

// Of is the box of a rank's cells.
func (g *Grid) Of(rank int) Box {
	b := newBox(len(g.cuts))
	for d, p := range g.placeOf(rank) {
		b.Lo[d], b.Hi[d] = g.cuts[d][p], g.cuts[d][p+1]
	}
	return b
}

// Grow is the box of this rank's cells and n more on each side where another part
// follows; with a negative n fewer. Between two exchanges, a step of a stencil that
// reaches r cells makes Grow(depth-r), the next one Grow(depth-2r), ..., the last one
// Grow(0); and Grow(-depth) are the cells that no halo reaches meanwhile.
func (g *Grid) Grow(n int) Box {
	b := g.Own()
	for d := range g.cuts {
		dir := make([]int, len(g.cuts))
		if dir[d] = -1; g.Neighbour(dir) >= 0 {
			b.Lo[d] -= n
		}
		if dir[d] = 1; g.Neighbour(dir) >= 0 {
			b.Hi[d] += n
		}
		b.Hi[d] = max(b.Hi[d], b.Lo[d])
	}
	return b
}

// Neighbour is the rank of the next part in a direction, of -1, 0 or 1 along each
// dimension; mpi.ProcNull beyond an open end. Along a ring a part may be its own
// neighbour.
func (g *Grid) Neighbour(dir []int) int {
	if g.Own().Cells() == 0 {
		return mpi.ProcNull
	}
	to := make([]int, len(dir))
	for d, step := range dir {
		if to[d] = g.next(d, step); to[d] < 0 {
			return mpi.ProcNull
		}
	}
	return g.rankOf(to)
}

// next is the next part with cells along a dimension, -1 if there is none.
func (g *Grid) next(d, step int) int {
	p, parts := g.place[d], len(g.cuts[d])-1
	if step == 0 {
		return p
	}
	for range parts {
		p += step
		if g.periodic[d] {
			p = (p + parts) % parts
		}
		if p < 0 || p >= parts {
			return -1
		}
		if g.cuts[d][p] < g.cuts[d][p+1] {
			return p
		}
	}
	return -1
}
