package heat

import (
	"context"
	"unsafe"

	"hybrid/internal/pages"
	"hybrid/mpi"
)

// The messages that carry rows to their new ranks.
const tagMove = 5

// moveBytes is the size of what moves at a time.
const moveBytes = 1 << 20

// A piece is rows that move together, or stay together: as they are numbered in the
// grid, the ring's included, and in their plain order, NX values each.
type piece[T Real] struct {
	lo, hi  int
	rank    int // where they come from, or go to
	rows    []T
	request *mpi.Request
}

// move takes all rows to the ranks that an order gives them to, and returns how many
// have changed ranks. It is collective. Each rank makes a new engine, takes its rows
// out of the old one in pieces, and sends a piece to its new rank or puts it into the
// new engine. The old one's memory goes as its rows do, and a system gives the new one
// pages as they come, so that the field is hardly held twice. A device has no such
// memory: what a rank keeps lies in the node's while it changes engines. The cost is a
// pass over the field in each rank's memory, and the messages.
func (s *Solver[T]) move(ctx context.Context, o order) (moved int, err error) {
	me, p := s.comm.Rank(), s.Problem
	old := &Solver[T]{State: s.State, engine: s.engine, comm: s.comm}
	old.Field = new(Field[T])
	*old.Field = *s.Field
	from, to := bounds(s.Partition, p.NY), bounds(o.part, p.NY)
	lo, hi := o.part.Rows(me)
	h, onHost := old.engine.(*host[T])
	atOnce := onHost && (s.options.Device == nil || lo == hi)
	s.adopt(o)
	if s.cells, s.rows, err = s.cut(); err != nil {
		return 0, err
	}
	if atOnce {
		err = s.rebuild()
	}
	if err := s.comm.Agree(err); err != nil {
		return 0, err
	}
	in, err := s.expect(from, to)
	if err != nil {
		return 0, err
	}
	var kept []*piece[T]
	var buffers [2]piece[T]
	var failed error // all the same the others get rows, so that no one waits for ever
	for i, out := range pieces[T](p, from, to, me) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		b := &buffers[i%2]
		if err := b.wait(); err != nil {
			return 0, err
		}
		b.request = nil
		if out.rank == me && !atOnce {
			out.make(p, out.hi-out.lo)
			kept = append(kept, out)
		} else {
			if b.rows == nil {
				b.make(p, pieceRows[T](p))
			}
			out.rows = b.rows[:(out.hi-out.lo)*p.NX]
		}
		if err := old.takeOut(out); err != nil && failed == nil {
			failed = err
		}
		if onHost {
			h.forget(out.lo, out.hi)
		}
		switch {
		case out.rank != me:
			b.request, err = mpi.Isend(s.comm, out.rows, out.rank, tagMove)
		case atOnce:
			err = s.putIn(out)
		}
		if err != nil {
			return 0, err
		}
	}
	for i := range buffers {
		if err := buffers[i].wait(); err != nil {
			return 0, err
		}
	}
	if err := s.comm.Agree(failed); err != nil { // so that all devices give up their old memory or none
		return 0, err
	}
	if !atOnce {
		if failed = old.engine.Close(); failed == nil {
			failed = s.rebuild()
		}
	}
	if err := s.comm.Agree(failed); err != nil {
		return 0, err
	}
	if err := s.connect(); err != nil {
		return 0, err
	}
	for _, in := range append(kept, in...) {
		if err := in.wait(); err != nil {
			return 0, err
		}
		if failed == nil {
			failed = s.putIn(in)
		}
		in.rows = nil
	}
	for r := range s.comm.Size() {
		lo, hi := old.Partition.Rows(r)
		newLo, newHi := o.part.Rows(r)
		moved += hi - lo - max(min(hi, newHi)-max(lo, newLo), 0)
	}
	return moved, s.comm.Agree(failed)
}

// rebuild makes the engine that the plan asks for, and the field in it, of no values yet.
func (s *Solver[T]) rebuild() (err error) {
	s.engine = nil
	if s.engine, err = s.newEngine(); err != nil {
		s.engine = nil
		return err
	}
	*s.Field = *newField(s.Problem, s.tile(s.comm.Rank()), s.engine)
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
	return s.eachRow(p.lo, p.hi, p.rows, s.Field.Row)
}

// putIn copies rows to the field.
func (s *Solver[T]) putIn(p *piece[T]) error {
	s.Field.memory.Stage(p.lo, p.hi)
	err := s.eachRow(p.lo, p.hi, p.rows, func(i int, row []T) error {
		s.Field.put(i, row)
		return nil
	})
	if err != nil {
		return err
	}
	return s.Field.memory.Store(p.lo, p.hi)
}

// forget gives back the memory of the rows [lo, hi) of the grid, which are of no more
// use, but for the last of a band: the ring may mirror it.
func (h *host[T]) forget(lo, hi int) {
	for _, b := range h.bands {
		// From one row before, which was the last that time.
		if lo, hi := max(lo-1, b.lo), min(hi, b.hi)-1; lo < hi {
			b.forget(lo, hi)
		}
	}
}

// forget gives back the memory of some rows of the band.
func (b *band[T]) forget(lo, hi int) {
	first, last := b.m(lo), b.m(hi-1)
	if b.mirrored {
		first, last = last, first
	}
	for s := range b.strips {
		pages.Release(b.buf[b.at(s, first, b.drifted):b.at(s, last, b.drifted)])
	}
}
