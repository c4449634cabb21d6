package halo

import (
	"slices"

	"hybrid/mpi"
)

// Rows gives and takes whole rows of a grid, its cells along the last dimension, as
// files have them: where that dimension is cut, the ranks whose parts lie side by side
// divide their rows among them, in the order of the ranks, and pass each other what they
// have of them. No rank holds more than a few rows at a time. Of a grid of one dimension
// each rank has its own cells.
//
//	rank 0  | rank 1         rows 0 and 1 go to rank 0, rows 2 and 3 to rank 1
//	   . .  |  . .
//	   . .  |  . .
//	   . .  |  . .
//	   . .  |  . .
type Rows[T mpi.Number] struct {
	grid   *Grid
	memory Memory[T]
	group  []int // the ranks side by side
	parts  []Box // of the group
	all    int   // rows of the group
	width  int   // of a row, in cells
}

// NewRows prepares for the rows of a memory that packs at once.
func NewRows[T mpi.Number](g *Grid, m Memory[T]) *Rows[T] {
	r := &Rows[T]{grid: g, memory: m, group: []int{g.comm.Rank()}, all: 1}
	last := len(g.cuts) - 1
	if place := slices.Clone(g.place); last > 0 {
		r.group = nil
		for place[last] = range len(g.cuts[last]) - 1 {
			r.group = append(r.group, g.rankOf(place))
		}
	}
	for _, rank := range r.group {
		b := g.Of(rank)
		r.parts = append(r.parts, b)
		r.width += b.Hi[last] - b.Lo[last]
	}
	for d := range last {
		r.all *= r.parts[0].Hi[d] - r.parts[0].Lo[d]
	}
	if r.width == 0 {
		r.all = 0
	}
	return r
}

// Range are the rows [lo, hi) that this rank gives and takes, numbered among those of
// the ranks side by side; At tells where one begins. Of a grid of two dimensions they
// follow those of the rank before.
func (r *Rows[T]) Range() (lo, hi int) {
	return r.of(slices.Index(r.group, r.grid.comm.Rank()))
}

func (r *Rows[T]) of(member int) (lo, hi int) {
	n := len(r.group)
	return member * r.all / n, (member + 1) * r.all / n
}

// At is the first cell of a row.
func (r *Rows[T]) At(row int) []int {
	at := slices.Clone(r.parts[0].Lo)
	for d := len(at) - 2; d >= 0; d-- {
		n := max(r.parts[0].Hi[d]-r.parts[0].Lo[d], 1)
		at[d] += row % n
		row /= n
	}
	return at
}

// Width is the number of cells of a row.
func (r *Rows[T]) Width() int { return r.width }

// Read calls f for blocks of this rank's rows, at most atOnce each, in their order, with
// the rows' values one row after the other; of the first most rows only. f may keep
// nothing of them. It is collective, and the error of one rank is every rank's.
func (r *Rows[T]) Read(atOnce, most int, f func(lo, hi int, values []T) error) error {
	return r.grid.comm.Agree(r.walk(atOnce, most, func(b *block[T]) error {
		err := r.pass(b, b.pack, b.place)
		if len(r.group) == 1 {
			err = b.pack(b.me, b.values)
		}
		if err != nil || b.lo == b.hi {
			return err
		}
		return f(b.lo, b.hi, b.values)
	}))
}

// Write is the inverse of Read: f gives the values of all rows.
func (r *Rows[T]) Write(atOnce int, f func(lo, hi int, values []T) error) error {
	return r.grid.comm.Agree(r.walk(atOnce, r.all, func(b *block[T]) (err error) {
		if b.lo < b.hi {
			err = f(b.lo, b.hi, b.values)
		}
		passed := r.pass(b, b.cut, b.unpack)
		if len(r.group) == 1 {
			passed = b.unpack(b.me, b.values)
		}
		if err == nil {
			err = passed
		}
		return err
	}))
}

// walk calls f for each block, on a rank that has an error too, so that no other waits.
func (r *Rows[T]) walk(atOnce, most int, f func(b *block[T]) error) error {
	me := slices.Index(r.group, r.grid.comm.Rank())
	longest := 0
	for m := range r.group {
		lo, hi := r.of(m)
		longest = max(longest, hi-lo)
	}
	var failed error
	b := &block[T]{Rows: r, atOnce: max(atOnce, 1), me: me}
	for b.first = 0; b.first < min(longest, most); b.first += b.atOnce {
		b.lo, b.hi = b.of(me)
		b.values = slices.Grow(b.values[:0], (b.hi-b.lo)*r.width)[:(b.hi-b.lo)*r.width]
		if err := f(b); failed == nil {
			failed = err
		}
	}
	return failed
}
