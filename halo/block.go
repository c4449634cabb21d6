package halo

import (
	"slices"

	"hybrid/mpi"
)

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
	tagLinks  = 29 // of links between devices; those of closed ones count on
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
