package heat

import (
	"sync/atomic"
	"time"

	"hybrid/mpi"
)

// A link is the exchange of halo rows with one neighbouring rank.
type link[T Real] struct {
	rank       int
	band       *band[T] // the band at that end
	down       bool     // the neighbour has the rows below
	send, recv []T      // rows in ascending order, as band.pack leaves them
	requests   [2]*mpi.Request
}

// Messages that go down the grid and those that go up.
const (
	tagDown = 1
	tagUp   = 2
)

// halos renews the halo rows of all bands of a rank: from other bands at once,
// from other ranks while the bands compute.
type halos[T Real] struct {
	comm  *mpi.Comm
	field *Field[T]
	links []*link[T]

	rows    int // of this exchange
	pending bool
	arrived atomic.Bool // for the bands of other threads
	err     error       // of an exchange; only for the rank's own thread

	waited time.Duration // for messages, after work had run out
}

func newHalos[T Real](c *mpi.Comm, f *Field[T], above, below, depth int) *halos[T] {
	h := &halos[T]{comm: c, field: f}
	add := func(rank int, b *band[T], down bool) {
		if rank >= 0 && rank != c.Rank() {
			n := depth * f.packed()
			h.links = append(h.links, &link[T]{rank: rank, band: b, down: down, send: make([]T, n), recv: make([]T, n)})
		}
	}
	if len(f.bands) > 0 {
		add(above, f.bands[0], false)
		add(below, f.bands[len(f.bands)-1], true)
	}
	return h
}

// start posts the messages of an exchange of so many rows. It gives the error of
// the last exchange, if that failed.
func (h *halos[T]) start(rows int) error {
	if h.err != nil {
		return h.err
	}
	h.rows = rows
	h.pending = len(h.links) > 0
	h.arrived.Store(!h.pending)
	n := h.field.packed()
	for _, l := range h.links {
		in, out := tagDown, tagUp
		if l.down {
			in, out = tagUp, tagDown
		}
		var err error
		if l.requests[0], err = mpi.Irecv(h.comm, l.recv[:rows*n], l.rank, in); err != nil {
			return err
		}
		for i := range rows {
			l.band.pack(l.own(i, rows), l.send[i*n:(i+1)*n])
		}
		if l.requests[1], err = mpi.Isend(h.comm, l.send[:rows*n], l.rank, out); err != nil {
			return err
		}
	}
	return nil
}

// own and halo are the rows that row i of a message is for the sender and for
// the receiver.
func (l *link[T]) own(i, rows int) int {
	if l.down {
		return l.band.hi - rows + i
	}
	return l.band.lo + i
}

func (l *link[T]) halo(i, rows int) int {
	if l.down {
		return l.band.hi + i
	}
	return l.band.lo - rows + i
}

// finish waits for the messages and unpacks them. Only the rank's own thread may
// call it.
func (h *halos[T]) finish() {
	if !h.pending {
		return
	}
	h.pending = false
	began := time.Now()
	n := h.field.packed()
	for _, l := range h.links {
		if err := mpi.Waitall(l.requests[:]...); err != nil && h.err == nil {
			h.err = err
		}
		for i := range h.rows {
			l.band.unpack(l.halo(i, h.rows), l.recv[i*n:(i+1)*n])
		}
		if l.band.ghosts > 0 {
			a, b := l.band.m(l.halo(0, h.rows)), l.band.m(l.halo(h.rows-1, h.rows))
			l.band.renewGhosts(min(a, b), max(a, b)+1)
		}
	}
	h.waited += time.Since(began)
	h.arrived.Store(true)
}

// poll lets the messages make progress.
func (h *halos[T]) poll() {
	if !h.pending {
		return
	}
	for _, l := range h.links {
		for _, r := range l.requests {
			if _, done, err := r.Test(); err != nil || !done {
				return // finish meets the error again
			}
		}
	}
	h.finish()
}

// local renews the halo rows of a band that lie on this rank, and a ring that
// mirrors the band's own rows.
func (h *halos[T]) local(b *band[T], rows int) {
	f := h.field
	top, bottom := b.low, b.high
	if b.mirrored {
		top, bottom = bottom, top
	}
	n := f.problem.NY - 2
	for i := range rows {
		if top == nearby {
			row := b.lo - 1 - i
			of := (row-1+n)%n + 1
			b.copyRow(row, f.bandOf(of), of)
		}
		if bottom == nearby {
			row := b.hi + i
			of := (row-1)%n + 1
			b.copyRow(row, f.bandOf(of), of)
		}
	}
	if f.problem.Boundary == Neumann {
		if top == ring {
			b.copyRow(b.lo-1, b, b.lo)
		}
		if bottom == ring {
			b.copyRow(b.hi, b, b.hi-1)
		}
	}
}

// wrap brings the ring's rows of a periodic field, which are those of the
// opposite edge, to the ranks that keep them. All ranks must call it.
func (h *halos[T]) wrap(p Partition) error {
	f := h.field
	ny := f.problem.NY
	if f.problem.Boundary != Periodic {
		return nil
	}
	me, first, last := h.comm.Rank(), p.Owner(1), p.Owner(ny-2)
	if first == last {
		if me == first {
			f.Row(ny-2, f.ring[0])
			f.Row(1, f.ring[1])
		}
		return nil
	}
	swap := func(own, other int, ring []T) error {
		row := make([]T, f.problem.NX)
		f.Row(own, row)
		_, err := mpi.Sendrecv(h.comm, row, other, tagDown, ring, other, tagDown)
		return err
	}
	switch me {
	case first:
		return swap(1, last, f.ring[0])
	case last:
		return swap(ny-2, first, f.ring[1])
	}
	return nil
}
