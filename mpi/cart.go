package mpi

import "slices"

// Cart is a communicator whose ranks stand on a grid, in row-major order: the
// last coordinate changes fastest.
//
//	dims {2, 3}:   0 1 2
//	               3 4 5     rank 4 is at {1, 1}
type Cart struct {
	*Comm
	dims     []int
	periodic []bool
}

// Cart makes a communicator of the first ranks, as many as the grid of these
// dimensions has places; the others get nil. A periodic dimension is closed to
// a ring. Collective.
func (c *Comm) Cart(dims []int, periodic []bool) (*Cart, error) {
	if err := c.check("Cart"); err != nil {
		return nil, err
	}
	if len(dims) == 0 || len(periodic) != len(dims) {
		return nil, fail("Cart", ClassArg, "%d dimensions and %d periodic flags; want as many of both, one at least", len(dims), len(periodic))
	}
	places := 1
	for _, d := range dims {
		if d < 1 || d > c.size/places {
			return nil, fail("Cart", ClassArg, "a grid of %v has not between 1 and %d places", dims, c.size)
		}
		places *= d
	}
	color := 0
	if c.rank >= places {
		color = -1
	}
	sub, err := c.Split(color, c.rank)
	if err != nil || sub == nil {
		return nil, err
	}
	return &Cart{sub, slices.Clone(dims), slices.Clone(periodic)}, nil
}

// Dims is the number of places along each dimension.
func (g *Cart) Dims() []int { return slices.Clone(g.dims) }

// Coords is where a rank stands. It panics on a rank outside the grid.
func (g *Cart) Coords(rank int) []int {
	if rank < 0 || rank >= g.size {
		panic(fail("Coords", ClassRank, "rank %d is outside the grid; want 0..%d", rank, g.size-1).Error())
	}
	coords := make([]int, len(g.dims))
	for i := len(g.dims) - 1; i >= 0; i-- {
		coords[i] = rank % g.dims[i]
		rank /= g.dims[i]
	}
	return coords
}

// RankOf is the rank at these coordinates. Along a periodic dimension they are
// counted around; outside of another one there is ProcNull.
func (g *Cart) RankOf(coords []int) int {
	if len(coords) != len(g.dims) {
		panic(fail("RankOf", ClassArg, "%d coordinates on a grid of %d dimensions", len(coords), len(g.dims)).Error())
	}
	rank := 0
	for i, x := range coords {
		n := g.dims[i]
		if g.periodic[i] {
			x = (x%n + n) % n
		}
		if x < 0 || x >= n {
			return ProcNull
		}
		rank = rank*n + x
	}
	return rank
}

// Shift is whom to receive from and whom to send to when every rank passes
// something disp places on along dimension dim; ProcNull beyond an open end.
func (g *Cart) Shift(dim, disp int) (source, dest int) {
	coords := g.Coords(g.rank)
	here := coords[dim]
	coords[dim] = here - disp
	source = g.RankOf(coords)
	coords[dim] = here + disp
	return source, g.RankOf(coords)
}

// Dims cuts n ranks into a grid of nd dimensions whose sizes are as close to
// each other as n's divisors allow, the largest first: Dims(12, 2) is {4, 3}.
// It panics unless both are at least 1.
func Dims(n, nd int) []int {
	if n < 1 || nd < 1 {
		panic(fail("Dims", ClassArg, "%d ranks in %d dimensions; want at least 1 of both", n, nd).Error())
	}
	best := make([]int, nd)
	best[0] = n
	for i := 1; i < nd; i++ {
		best[i] = 1
	}
	balancedFactors(n, n, nil, nd, best)
	return best
}

// balancedFactors tries every way to write n as nd factors of at most limit that do
// not increase, and leaves in best the one whose largest is smallest, then
// whose second largest is, and so on.
func balancedFactors(n, limit int, head []int, nd int, best []int) {
	if nd == 1 {
		if n <= limit {
			if found := append(head, n); slices.Compare(found, best) < 0 {
				copy(best, found)
			}
		}
		return
	}
	for d := 1; d <= min(n, limit); d++ {
		if n%d == 0 {
			balancedFactors(n/d, d, append(slices.Clone(head), d), nd-1, best)
		}
	}
}
