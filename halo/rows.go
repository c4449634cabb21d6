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

// A block is the rows that the ranks of a group have at a time.
type block[T mpi.Number] struct {
	*Rows[T]
	me, first, atOnce int
	lo, hi            int // own rows
	values            []T // of them
	out, in           [][]T
}

// of are a member's rows of the block.
func (b *block[T]) of(member int) (lo, hi int) {
	lo, hi = b.Rows.of(member)
	return min(lo+b.first, hi), min(lo+b.first+b.atOnce, hi)
}

// pass sends each member what pack makes for it and gives place what comes of it.
// Between members m and n go the cells of m's part in n's rows, to n or, by Write, to m.
// A rank alone has nobody to pass anything to.
func (r *Rows[T]) pass(b *block[T], pack, place func(member int, message []T) error) error {
	if len(r.group) == 1 {
		return nil
	}
	if b.out == nil {
		b.out, b.in = make([][]T, len(r.group)), make([][]T, len(r.group))
	}
	var requests []*mpi.Request
	var failed error
	note := func(err error) {
		if failed == nil {
			failed = err
		}
	}
	c := r.grid.comm
	for m, rank := range r.group {
		n := max(b.cells(m, b.me), b.cells(b.me, m))
		b.out[m], b.in[m] = grown(b.out[m], n), grown(b.in[m], n)
		note(pack(m, b.out[m]))
		if m == b.me {
			continue
		}
		received, err := mpi.Irecv(c, b.in[m], rank, c.TagUB()-tagRows)
		note(err)
		sent, err := mpi.Isend(c, b.out[m], rank, c.TagUB()-tagRows)
		note(err)
		requests = append(requests, received, sent)
	}
	note(mpi.Waitall(requests...))
	for m := range r.group {
		message := b.in[m]
		if m == b.me {
			message = b.out[m]
		}
		note(place(m, message))
	}
	return failed
}

// The tags, counted from the highest, of rows and of gathered parts; exchanges have 0 to 26.
const (
	tagRows   = 27
	tagGather = 28
)

func grown[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }

// columns is how many cells of a row a member's part has.
func (r *Rows[T]) columns(member int) int {
	last := len(r.parts[member].Lo) - 1
	return r.parts[member].Hi[last] - r.parts[member].Lo[last]
}

// cells is the number of cells of a member's part in the rows of another.
func (b *block[T]) cells(part, rows int) int {
	lo, hi := b.of(rows)
	return (hi - lo) * b.columns(part)
}

// pack makes the message of the own part in a member's rows, and unpack takes it.
func (b *block[T]) pack(member int, message []T) error {
	return b.boxes(member, message, b.memory.Pack)
}

func (b *block[T]) unpack(member int, message []T) error {
	return b.boxes(member, message, b.memory.Unpack)
}

// boxes calls f for the own part in a member's rows, in boxes, with their cells.
func (b *block[T]) boxes(member int, message []T, f func(b Box, message []T) error) error {
	lo, hi := b.of(member)
	own, last := b.parts[b.me], len(b.parts[b.me].Lo)-1
	for lo < hi {
		box := own.clone()
		n := hi - lo
		if last > 0 {
			at := b.At(lo)
			n = min(n, own.Hi[last-1]-at[last-1])
			for d := range last {
				box.Lo[d], box.Hi[d] = at[d], at[d]+1
			}
			box.Hi[last-1] += n - 1
		}
		cells := box.Cells()
		if cells > 0 {
			if err := f(box, message[:cells]); err != nil {
				return err
			}
		}
		message = message[cells:]
		lo += n
	}
	return nil
}

// place puts the cells of a member's part into the own rows, and cut takes them out.
func (b *block[T]) place(member int, message []T) error {
	b.segments(member, message, func(row, message []T) { copy(row, message) })
	return nil
}

func (b *block[T]) cut(member int, message []T) error {
	b.segments(member, message, func(row, message []T) { copy(message, row) })
	return nil
}

func (b *block[T]) segments(member int, message []T, f func(row, message []T)) {
	last := len(b.parts[member].Lo) - 1
	from, n := b.parts[member].Lo[last]-b.parts[0].Lo[last], b.columns(member)
	for i := range b.hi - b.lo {
		f(b.values[i*b.width+from:][:n], message[i*n:(i+1)*n])
	}
}
