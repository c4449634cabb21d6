package halo

import (
	"fmt"
	"math"
	"slices"

	"hybrid/internal/units"
)

// Ranks is how n ranks cut a grid of size cells: into parts that are at least o.Depth
// cells thick, as many along a dimension as o says or, where it says nothing, with the least surface: the number of cells that the largest part borders on
// others with, by which bytes and repeated work go. Of equal ones it takes the one with
// the most parts along the first dimensions, whose edges lie in long runs of memory. It
// is an error where no way is thick enough. The cost is the number of ways to write n as
// a product. It is what New takes by itself.
func Ranks(size []int, n int, o Options) ([]int, error) {
	g, err := cut(n, size, o)
	if err != nil {
		return nil, err
	}
	return g.Ranks(), nil
}

// fill chooses the parts along the dimensions that have 0.
func (g *Grid) fill(size, parts []int, n int) ([]int, error) {
	given := 1
	for d, p := range parts {
		if p < 0 {
			return nil, fmt.Errorf("halo: %d parts along dimension %d: want at least 1, or 0 to have it chosen", p, d)
		}
		given *= max(p, 1)
	}
	var best []int
	least := math.Inf(1)
	var try func(d, left int, so []int)
	try = func(d, left int, so []int) {
		if d == len(parts) {
			if s := g.surface(size, so); left == 1 && (s < least || s == least && slices.Compare(so, best) > 0) {
				best, least = slices.Clone(so), s
			}
			return
		}
		for p := 1; p <= left; p++ {
			chosen := parts[d] == 0
			if left%p != 0 || !chosen && p != parts[d] || chosen && p > 1 && size[d]/p < g.depth {
				continue
			}
			try(d+1, left/p, append(so, p))
		}
	}
	try(0, n, nil)
	switch {
	case best != nil:
		return best, nil
	case !slices.Contains(parts, 0):
		return nil, fmt.Errorf("halo: %s ranks are %d, but there are %d: the product must be that", units.By(parts), given, n)
	case n%given != 0:
		return nil, fmt.Errorf("halo: %d ranks are no multiple of the %d parts that were asked for", n, given)
	}
	return nil, &ThinError{fmt.Sprintf("halo: a grid of %s cells has no %d parts that are at least %d cells thick, the depth of the halo: "+
		"take fewer ranks, a smaller depth or more cells", units.By(size), n, g.depth)}
}

// A ThinError says that a rank's part would have fewer cells along a dimension than the halo is
// deep. A solver whose users choose no depth can tell them in words of their own.
type ThinError struct{ text string }

func (e *ThinError) Error() string { return e.text }

// surface is the number of cells at the largest part's borders with others.
func (g *Grid) surface(size, parts []int) float64 {
	s := 0.0
	for d := range parts {
		if parts[d] == 1 {
			continue
		}
		face := 2.0
		if parts[d] == 2 && !g.periodic[d] {
			face = 1
		}
		for e := range parts {
			if e != d {
				face *= float64((size[e] + parts[e] - 1) / parts[e])
			}
		}
		s += face
	}
	return s
}
