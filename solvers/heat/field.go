package heat

// A Field is one rank's share of a field of temperatures: the rows that it owns.
// They lie in the memory of the processor or of a device; Row and SetRow give and
// take them as anybody else sees them.
type Field[T Real] struct {
	problem Problem
	lo, hi  int // own interior rows
	memory  memory[T]
	// ring holds the first and the last row of the grid, on the ranks that own
	// the rows next to them.
	ring [2][]T
}

// memory is where a field's rows lie: those of the interior and, with Dirichlet's
// boundary, the rows of the ring beside them. Rows have NX values; what Row gives in
// the ring's columns, and what SetRow does with them, is of use with Dirichlet's
// boundary only.
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

// newField makes the field of interior rows [lo, hi) that lie in m.
func newField[T Real](p Problem, lo, hi int, m memory[T]) *Field[T] {
	f := &Field[T]{problem: p, lo: lo, hi: hi, memory: m}
	if lo == 1 && hi > lo {
		f.ring[0] = make([]T, p.NX)
	}
	if hi == p.NY-1 && hi > lo {
		f.ring[1] = make([]T, p.NX)
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

// SetRow stores row i, of NX values, which this rank must own. With any boundary
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

// Row copies row i, of NX values, which this rank must own, to dst. The error is a
// device's, of which rows are fetched in blocks: it costs least in their order.
func (f *Field[T]) Row(i int, dst []T) error {
	n := f.problem.NX
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
		dst[0], dst[n-1] = dst[1], dst[n-2]
	case Periodic:
		dst[0], dst[n-1] = dst[n-2], dst[1]
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
