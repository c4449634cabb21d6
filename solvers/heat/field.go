package heat

import (
	"hybrid/internal/stencil"
)

// A Field is one rank's share of a field of temperatures: the rows that it owns
// and, beyond them, halo rows. The layout is that of package stencil; Row and
// SetRow give and take rows as anybody else sees them.
type Field[T Real] struct {
	problem Problem
	geometry
	lo, hi int // own interior rows
	bands  []*band[T]
	// ring holds the first and the last row of the grid, on the ranks that own
	// the rows next to them.
	ring [2][]T
}

// newField makes the field of interior rows [lo, hi) in n bands. above and below
// are the ranks that have the next rows, -1 for the ring, me for this one.
func newField[T Real](p Problem, pl plan, lo, hi, above, below, me int) (*Field[T], error) {
	g, err := newGeometry(p, stencil.Lanes[T](), pl.depth, pl.groups)
	if err != nil {
		return nil, err
	}
	f := &Field[T]{problem: p, geometry: g, lo: lo, hi: hi}
	if lo == hi {
		return f, nil
	}
	if lo == 1 {
		f.ring[0] = make([]T, p.NX)
	}
	if hi == p.NY-1 {
		f.ring[1] = make([]T, p.NX)
	}
	beyond := func(rank int) side {
		switch rank {
		case -1:
			return ring
		case me:
			return nearby
		}
		return remote
	}
	n := min(pl.bands, hi-lo)
	for i := range n {
		top, bottom := nearby, nearby
		if i == 0 {
			top = beyond(above)
		}
		if i == n-1 {
			bottom = beyond(below)
		}
		from, to := lo+i*(hi-lo)/n, lo+(i+1)*(hi-lo)/n
		mirrored := top == remote && bottom != remote
		f.bands = append(f.bands, newBand[T](g, from, to, pl.depth, top, bottom, mirrored))
	}
	return f, nil
}

// fieldBytes is the memory that newField takes, without taking it.
func fieldBytes[T Real](p Problem, pl plan, lo, hi int) (float64, error) {
	g, err := newGeometry(p, stencil.Lanes[T](), pl.depth, pl.groups)
	if err != nil || lo == hi {
		return 0, err
	}
	n := min(pl.bands, hi-lo)
	return bandBytes[T](g, hi-lo, 2*pl.depth*n+(n-1)*g.drift), nil
}

// Rows are the rows [lo, hi) that this rank owns, the ring's included where it
// has the row next to it; lo == hi if it has none.
func (f *Field[T]) Rows() (lo, hi int) {
	lo, hi = f.lo, f.hi
	if f.ring[0] != nil {
		lo--
	}
	if f.ring[1] != nil {
		hi++
	}
	return lo, hi
}

// SetRow stores row i, of NX values, which this rank must own. With any boundary
// but Dirichlet the ring follows from the interior, and what the row has there
// is not used.
func (f *Field[T]) SetRow(i int, src []T) {
	if r := f.ringRow(i); r != nil {
		copy(r, src)
		if f.problem.Boundary == Dirichlet {
			f.bandOf(min(max(i, f.lo), f.hi-1)).setRow(i, src)
		}
		return
	}
	f.bandOf(i).setRow(i, src)
	if f.problem.Boundary == Neumann {
		f.bandOf(i).mirrorEdges(i)
	}
}

// Row copies row i, of NX values, which this rank must own, to dst.
func (f *Field[T]) Row(i int, dst []T) {
	n := f.problem.NX
	if r := f.ringRow(i); r != nil {
		if f.problem.Boundary == Neumann {
			f.Row(min(max(i, f.lo), f.hi-1), dst)
			return
		}
		copy(dst, r)
	} else {
		f.bandOf(i).row(i, dst)
	}
	switch f.problem.Boundary {
	case Neumann:
		dst[0], dst[n-1] = dst[1], dst[n-2]
	case Periodic:
		dst[0], dst[n-1] = dst[n-2], dst[1]
	}
}

// ringRow is where row i is kept if it is one of the ring's.
func (f *Field[T]) ringRow(i int) []T {
	switch i {
	case 0:
		return f.ring[0]
	case f.problem.NY - 1:
		return f.ring[1]
	}
	return nil
}

// bandOf is the band that owns an interior row.
func (f *Field[T]) bandOf(i int) *band[T] {
	for _, b := range f.bands {
		if i < b.hi {
			return b
		}
	}
	panic("heat: row of another rank")
}

// bytes is the memory of the field.
func (f *Field[T]) bytes() int {
	n := 0
	for _, b := range f.bands {
		n += (len(b.buf) + len(b.edges) + len(b.west) + len(b.east)) * 64 / b.lanes
	}
	return n
}
