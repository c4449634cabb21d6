package heat

import (
	"sync/atomic"
	"time"

	"hybrid/halo"
)

// halos renews the halo of all bands of a rank: from other bands at once, from other
// ranks by messages of package halo. Those of columns are needed before a band begins;
// those of rows, and corners, are under way while bands compute.
type halos[T Real] struct {
	host    *host[T]
	columns *halo.Exchange[T] // nil where the ranks have all columns
	rows    []*halo.Exchange[T]

	pending bool
	arrived atomic.Bool // for the bands of other threads
	err     error       // of an exchange; only for the rank's own thread

	waited time.Duration // for messages, after work had run out
}

func newHalos[T Real](cells *halo.Grid, h *host[T]) *halos[T] {
	x := &halos[T]{host: h}
	if cells == nil || h.rows() == 0 {
		return x
	}
	points := hostPoints[T]{h}
	if cells.Ranks()[1] > 1 {
		x.columns = halo.NewExchange(cells, points, []int{0, -1}, []int{0, 1})
	}
	if h.top == remote || h.bottom == remote {
		x.rows = append(x.rows, halo.NewExchange(cells, hostRows[T]{points}, []int{-1, 0}, []int{1, 0}))
		if x.columns != nil {
			x.rows = append(x.rows, halo.NewExchange(cells, points, []int{-1, -1}, []int{-1, 1}, []int{1, -1}, []int{1, 1}))
		}
	}
	return x
}

// start posts the messages of an exchange for so many steps, and waits for the columns.
// It gives the error of the last exchange, if that failed.
func (h *halos[T]) start(steps int) error {
	if h.err != nil {
		return h.err
	}
	h.pending = len(h.rows) > 0
	h.arrived.Store(!h.pending)
	if h.columns != nil {
		if err := h.columns.Start(steps); err != nil {
			return err
		}
	}
	for _, x := range h.rows {
		if err := x.Start(steps); err != nil {
			return err
		}
	}
	if h.columns == nil {
		return nil
	}
	began := time.Now()
	err := h.columns.Finish()
	h.waited += time.Since(began)
	return err
}

// finish waits for the messages and unpacks them. Only the rank's own thread may
// call it.
func (h *halos[T]) finish() {
	if !h.pending {
		return
	}
	h.pending = false
	began := time.Now()
	for _, x := range h.rows {
		if err := x.Finish(); err != nil && h.err == nil {
			h.err = err
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
	for _, x := range h.rows {
		if done, err := x.Test(); err != nil || !done {
			return // finish meets the error again
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
