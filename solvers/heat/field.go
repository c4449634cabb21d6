package heat

// A Field is one rank's share of a field of temperatures: the rows and columns that it
// owns. They lie in the memory of the processor or of a device; Row and SetRow give and
// take them as anybody else sees them.
type Field[T Real] struct {
	problem Problem
	tile
	memory memory[T]
	// ring holds the first and the last row of the grid, on the ranks that own
	// the rows next to them.
	ring [2][]T
}

// memory is where a field's rows lie: those of the interior and, with Dirichlet's
// boundary, the rows of the ring beside them. Rows have the values of the own columns,
// the ring's included; what Row gives in the ring's columns, and what SetRow does with
// them, is of use with Dirichlet's boundary only.
type memory[T Real] interface {
	// Fetch makes rows [lo, hi) ready, so that Row is quick.
	Fetch(lo, hi int) error
	// Row copies a row to dst. Several threads may call it at once.
	Row(i int, dst []T) error
	// Stage announces calls of SetRow for each of the rows [lo, hi), and Store ends
	// them. Between the two, several threads may call SetRow at once.
	Stage(lo, hi int)
	SetRow(i int, src []T)
	Store(lo, hi int) error
}

// newField makes the field of a tile that lies in m.
func newField[T Real](p Problem, t tile, m memory[T]) *Field[T] {
	f := &Field[T]{problem: p, tile: t, memory: m}
	if t.lo == 1 && t.rows() > 0 {
		f.ring[0] = make([]T, t.width(p.NX))
	}
	if t.hi == p.NY-1 && t.rows() > 0 {
		f.ring[1] = make([]T, t.width(p.NX))
	}
	return f
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

// Columns are the columns [lo, hi) that this rank owns, the ring's included where it has
// the column next to it.
func (f *Field[T]) Columns() (lo, hi int) { return f.from(), f.to(f.problem.NX) }

// SetRow stores the own columns of row i, which this rank must own. With any boundary
// but Dirichlet the ring follows from the interior, and what the row has there
// is not used. The error is a device's.
func (f *Field[T]) SetRow(i int, src []T) error {
	f.memory.Stage(i, i+1)
	f.put(i, src)
	return f.memory.Store(i, i+1)
}

// put is SetRow for a row that is staged.
func (f *Field[T]) put(i int, src []T) {
	r := f.ringRow(i)
	if r != nil {
		copy(r, src)
	}
	if r == nil || f.problem.Boundary == Dirichlet {
		f.memory.SetRow(i, src)
	}
}

// Row copies the own columns of row i, which this rank must own, to dst. The error is a
// device's, of which rows are fetched in blocks: it costs least in their order. The
// ring's columns of a periodic field are another rank's where that has the other edge.
func (f *Field[T]) Row(i int, dst []T) error {
	n := len(dst)
	r := f.ringRow(i)
	if r != nil && f.problem.Boundary == Neumann {
		return f.Row(min(max(i, f.lo), f.hi-1), dst)
	}
	if r != nil {
		copy(dst, r)
	} else if err := f.memory.Row(i, dst); err != nil {
		return err
	}
	switch f.problem.Boundary {
	case Neumann:
		if f.west == ring {
			dst[0] = dst[1]
		}
		if f.east == ring {
			dst[n-1] = dst[n-2]
		}
	case Periodic:
		if f.west == nearby {
			dst[0], dst[n-1] = dst[n-2], dst[1]
		}
	}
	return nil
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
