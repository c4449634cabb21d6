package heat

import (
	"context"
	"slices"
	"unsafe"

	"hybrid/internal/pages"
	"hybrid/mpi"
)

// The messages that carry rows to their new ranks.
const tagMove = 5

// moveBytes is the size of what moves at a time.
const moveBytes = 4 << 20

// A piece is rows that move together, or stay together: as they are numbered in the
// grid, the ring's included, and in their plain order, NX values each.
type piece[T Real] struct {
	lo, hi  int
	rank    int // where they come from, or go to
	rows    []T
	request *mpi.Request
}

// move takes all rows to the ranks that an order gives them to, and returns how many
// have changed ranks. It is collective. Each rank takes its rows out of the engine in
// pieces, keeps its own, sends the others, and makes a new engine for those that it
// kept and got. The memory of the old one goes as its rows do, and that of the rows it
// kept as they go into the new one, so that the field is hardly held twice where the
// system takes memory back. The cost is two passes over the field in each rank's
// memory, and the messages.
func (s *Solver[T]) move(ctx context.Context, o order) (moved int, err error) {
	me, p := s.comm.Rank(), s.Problem
	from, to := bounds(s.Partition, p.NY), bounds(o.part, p.NY)
	in, err := s.expect(from, to)
	if err != nil {
		return 0, err
	}
	var kept []*piece[T]
	var sending [2]piece[T]
	var failed error // all the same the others get rows, so that no one waits for ever
	for i, out := range pieces[T](p, from, to, me) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		last := &sending[i%2]
		if err := last.wait(); err != nil {
			return 0, err
		}
		if last.request = nil; out.rank == me {
			out.make(p, out.hi-out.lo)
		} else {
			if last.rows == nil {
				last.make(p, pieceRows[T](p))
			}
			out.rows = last.rows[:(out.hi-out.lo)*p.NX]
		}
		if err := s.takeOut(out); err != nil && failed == nil {
			failed = err
		}
		if h, ok := s.engine.(*host[T]); ok {
			h.forget(out.hi)
		}
		if out.rank == me {
			kept = append(kept, out)
			continue
		}
		if last.request, err = mpi.Isend(s.comm, out.rows, out.rank, tagMove); err != nil {
			return 0, err
		}
	}
	for i := range sending {
		if err := sending[i].wait(); err != nil {
			return 0, err
		}
	}
	if err := s.comm.Agree(failed); err != nil {
		return 0, err
	}
	for r := range s.comm.Size() {
		lo, hi := s.Partition.Rows(r)
		newLo, newHi := o.part.Rows(r)
		moved += hi - lo - max(min(hi, newHi)-max(lo, newLo), 0)
	}
	if err := s.comm.Agree(s.rebuild(o)); err != nil {
		return 0, err
	}
	for _, in := range slices.Concat(kept, in) {
		if err := in.wait(); err != nil {
			return 0, err
		}
		if failed == nil {
			failed = s.putIn(in)
		}
		if in.rank == me {
			pages.Release(in.rows) // a network adapter may know the others' addresses
		}
		in.rows = nil
	}
	return moved, s.comm.Agree(failed)
}

// rebuild makes the engine that an order asks for, in the place of the old one.
func (s *Solver[T]) rebuild(o order) error {
	err := s.engine.Close()
	s.engine = nil
	if err != nil {
		return err
	}
	s.adopt(o)
	if s.engine, err = s.newEngine(); err != nil {
		s.engine = nil
		return err
	}
	lo, hi := s.Partition.Rows(s.comm.Rank())
	*s.Field = *newField(s.Problem, lo, hi, s.engine)
	s.costs.FieldBytes = s.engine.Bytes()
	return nil
}

// pieces are the rows of a rank under a partition, cut where they belong to different
// ranks under another, and so that none is long.
func pieces[T Real](p Problem, from, to []int, rank int) []*piece[T] {
	step := pieceRows[T](p)
	var all []*piece[T]
	for r := range len(to) - 1 {
		lo, hi := max(from[rank], to[r]), min(from[rank+1], to[r+1])
		for ; lo < hi; lo += step {
			all = append(all, &piece[T]{lo: lo, hi: min(lo+step, hi), rank: r})
		}
	}
	return all
}

// pieceRows is the number of rows of a piece at most.
func pieceRows[T Real](p Problem) int {
	var v T
	return max(moveBytes/(p.NX*int(unsafe.Sizeof(v))), 1)
}

// expect begins to receive the rows that come from other ranks.
func (s *Solver[T]) expect(from, to []int) ([]*piece[T], error) {
	var all []*piece[T]
	for _, in := range pieces[T](s.Problem, to, from, s.comm.Rank()) {
		if in.rank == s.comm.Rank() {
			continue
		}
		in.make(s.Problem, in.hi-in.lo)
		var err error
		if in.request, err = mpi.Irecv(s.comm, in.rows, in.rank, tagMove); err != nil {
			return nil, err
		}
		all = append(all, in)
	}
	return all, nil
}

// make takes the memory of so many rows.
func (p *piece[T]) make(of Problem, rows int) { p.rows = pages.Make[T](rows * of.NX) }

// wait waits for the message, if there is one.
func (p *piece[T]) wait() error {
	if p.request == nil {
		return nil
	}
	return mpi.Waitall(p.request)
}

// takeOut copies rows from the field.
func (s *Solver[T]) takeOut(p *piece[T]) error {
	if err := s.Field.memory.Fetch(p.lo, p.hi); err != nil {
		return err
	}
	return s.eachRow(p, s.Field.Row)
}

// putIn copies rows to the field.
func (s *Solver[T]) putIn(p *piece[T]) error {
	s.Field.memory.Stage(p.lo, p.hi)
	err := s.eachRow(p, func(i int, row []T) error {
		s.Field.put(i, row)
		return nil
	})
	if err != nil {
		return err
	}
	return s.Field.memory.Store(p.lo, p.hi)
}

// eachRow calls f for the rows of a piece, by several threads at once.
func (s *Solver[T]) eachRow(p *piece[T], f func(i int, row []T) error) error {
	n := s.Problem.NX
	errs := make([]error, s.Threads())
	each(s.Threads(), p.lo, p.hi, func(thread, from, to int) {
		for i := from; i < to && errs[thread] == nil; i++ {
			errs[thread] = f(i, p.rows[(i-p.lo)*n:(i-p.lo+1)*n])
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// forget gives back the memory of the rows before one of the grid, which are of no
// more use.
func (h *host[T]) forget(before int) {
	for _, b := range h.bands {
		if b.lo < before {
			b.forget(min(before, b.hi))
		}
	}
}

// forget gives back the memory of the band's own rows before one, but for the last of
// them, which the ring mirrors. In a mirrored band they are at the end of each strip,
// else at its beginning.
func (b *band[T]) forget(before int) {
	len := b.stripLen()
	for s := range b.strips {
		first, end := s*len, b.at(s, b.m(before-1), b.drifted)
		if b.mirrored {
			first, end = b.at(s, b.m(before-1)+1, b.drifted), (s+1)*len
		}
		pages.Release(b.buf[first:max(first, end)])
	}
}
