package heat

import (
	"sync/atomic"
	"time"

	"hybrid/mpi"
)

// A link carries halo rows to a neighbouring rank and from it.
type link[T Real] struct {
	rank       int
	down       bool // the neighbour has the rows below
	send, recv []T  // rows in ascending order
	requests   [2]*mpi.Request
}

// Messages that go down the grid and those that go up.
const (
	tagDown = 1
	tagUp   = 2
)

// receive begins to receive n values.
func (l *link[T]) receive(c *mpi.Comm, n int) (err error) {
	tag := tagDown
	if l.down {
		tag = tagUp
	}
	l.requests[0], err = mpi.Irecv(c, l.recv[:n], l.rank, tag)
	return err
}

// deliver begins to send n values.
func (l *link[T]) deliver(c *mpi.Comm, n int) (err error) {
	tag := tagUp
	if l.down {
		tag = tagDown
	}
	l.requests[1], err = mpi.Isend(c, l.send[:n], l.rank, tag)
	return err
}

// halos renews the halo rows of all bands of a rank: from other bands at once,
// from other ranks while the bands compute.
type halos[T Real] struct {
	comm  *mpi.Comm
	host  *host[T]
	links []*bandLink[T]
	// plain messages have the columns of a row in their order, NX to a row, as every
	// kind of memory can give them. Where all ranks are of one kind, rows travel as
	// they lie in a band.
	plain bool

	rows    int // of this exchange
	pending bool
	arrived atomic.Bool // for the bands of other threads
	err     error       // of an exchange; only for the rank's own thread

	waited time.Duration // for messages, after work had run out
}

// A bandLink is the link of the band at that end of the rank's rows.
type bandLink[T Real] struct {
	link[T]
	band *band[T]
}

func newHalos[T Real](c *mpi.Comm, f *host[T], above, below, depth int, plain bool) *halos[T] {
	h := &halos[T]{comm: c, host: f, plain: plain}
	add := func(rank int, b *band[T], down bool) {
		if rank >= 0 && rank != c.Rank() {
			n := depth * h.rowLen()
			h.links = append(h.links, &bandLink[T]{link[T]{rank: rank, down: down, send: make([]T, n), recv: make([]T, n)}, b})
		}
	}
	if len(f.bands) > 0 {
		add(above, f.bands[0], false)
		add(below, f.bands[len(f.bands)-1], true)
	}
	return h
}

// rowLen is the number of values of a row in a message.
func (h *halos[T]) rowLen() int {
	if h.plain {
		return h.host.nx
	}
	return h.host.packed()
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
	n := h.rowLen()
	for _, l := range h.links {
		if err := l.receive(h.comm, rows*n); err != nil {
			return err
		}
		for i := range rows {
			row := l.send[i*n : (i+1)*n]
			if h.plain {
				l.band.row(l.own(i, rows), row)
			} else {
				l.band.pack(l.own(i, rows), row)
			}
		}
		if err := l.deliver(h.comm, rows*n); err != nil {
			return err
		}
	}
	return nil
}

// own and halo are the rows that row i of a message is for the sender and for
// the receiver.
func (l *bandLink[T]) own(i, rows int) int {
	if l.down {
		return l.band.hi - rows + i
	}
	return l.band.lo + i
}

func (l *bandLink[T]) halo(i, rows int) int {
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
	n := h.rowLen()
	for _, l := range h.links {
		if err := mpi.Waitall(l.requests[:]...); err != nil && h.err == nil {
			h.err = err
		}
		for i := range h.rows {
			h.unpack(l.band, l.halo(i, h.rows), l.recv[i*n:(i+1)*n])
		}
		if l.band.ghosts > 0 {
			a, b := l.band.m(l.halo(0, h.rows)), l.band.m(l.halo(h.rows-1, h.rows))
			l.band.renewGhosts(min(a, b), max(a, b)+1)
		}
	}
	h.waited += time.Since(began)
	h.arrived.Store(true)
}

// unpack stores a row of a message.
func (h *halos[T]) unpack(b *band[T], row int, src []T) {
	if !h.plain {
		b.unpack(row, src)
		return
	}
	b.setRow(row, src)
	if h.host.problem.Boundary == Neumann {
		b.mirrorEdges(row)
	}
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
	f := h.host
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
