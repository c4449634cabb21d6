package heat

import (
	"errors"
	"time"

	"hybrid/gpu"
	"hybrid/halo"
)

// deviceHalos renews the halo of a device's tile from other ranks.
type deviceHalos[T Real] struct {
	columns *halo.DeviceExchange[T] // nil where the ranks have all columns
	rows    []*halo.DeviceExchange[T]
}

func newDeviceHalos[T Real](cells *halo.Grid, d *device[T], l *halo.Links) (x deviceHalos[T]) {
	if cells == nil {
		return x
	}
	exchange := func(dirs ...[]int) *halo.DeviceExchange[T] {
		return halo.NewDeviceExchange(cells, d.gpu, d.transfer, l, devicePoints[T]{d}, dirs...)
	}
	if cells.Ranks()[1] > 1 {
		x.columns = exchange([]int{0, -1}, []int{0, 1})
	}
	if d.neighbours() > 0 {
		x.rows = append(x.rows, exchange([]int{-1, 0}, []int{1, 0}))
		if x.columns != nil {
			x.rows = append(x.rows, exchange([]int{-1, -1}, []int{-1, 1}, []int{1, -1}, []int{1, 1}))
		}
	}
	return x
}

func (x *deviceHalos[T]) all() []*halo.DeviceExchange[T] {
	if x.columns == nil {
		return x.rows
	}
	return append([]*halo.DeviceExchange[T]{x.columns}, x.rows...)
}

// abandon says that the run has failed on this rank.
func (x *deviceHalos[T]) abandon() {
	for _, e := range x.all() {
		e.Abandon()
	}
}

func (x *deviceHalos[T]) close() error {
	var errs []error
	for _, e := range x.all() {
		errs = append(errs, e.Close())
	}
	return errors.Join(errs...)
}

// neighbours is the number of ranks that have the rows before and behind the own ones; one
// that has both counts twice.
func (t tile) neighbours() int {
	n := 0
	for _, s := range [...]side{t.top, t.bottom} {
		if s == remote {
			n++
		}
	}
	return n
}

// exchangeColumns renews the columns of the halo, and returns the time that it waited for
// other ranks.
func (d *device[T]) exchangeColumns(e *periodEvents, steps int) (waited time.Duration, err error) {
	x := d.halos.columns
	if x == nil {
		return 0, nil
	}
	// The last columns have left the memory that the next arrive in.
	if err := d.transfer.Synchronize(); err != nil {
		return 0, err
	}
	if err := d.join(e); err != nil {
		return 0, err
	}
	if err := errors.Join(x.Pack(steps), x.Send()); err != nil {
		return 0, err
	}
	began := time.Now()
	if err := x.Finish(); err != nil {
		return 0, err
	}
	return time.Since(began), d.join(e)
}

// sendEdges begins to pack the edge rows and to receive halo rows.
func (d *device[T]) sendEdges(e *periodEvents, rows int) error {
	for _, x := range d.halos.rows {
		if err := x.Pack(rows); err != nil {
			return err
		}
	}
	return e.left.Record(d.transfer)
}

// exchange sends the edge rows, which are packed, and takes the halo rows to the device's
// memory.
func (d *device[T]) exchange(e *periodEvents) error {
	for _, x := range d.halos.rows {
		if err := x.Send(); err != nil {
			return err
		}
	}
	for _, x := range d.halos.rows {
		if err := x.Finish(); err != nil {
			return err
		}
	}
	return e.exchanged.Record(d.transfer)
}

// devicePoints is a device's memory as halo exchanges have it: point by point.
type devicePoints[T Real] struct{ d *device[T] }

func (m devicePoints[T]) Pack(b halo.Box, to halo.Message[T]) error {
	d := m.d
	mm, fm := d.shapes(b.Hi[0]-b.Lo[0], b.Hi[1]-b.Lo[1], b.Hi[1]-b.Lo[1])
	field := d.cells(d.rows[d.now], b)
	if strip, line := d.strip(mm); strip != nil {
		if err := d.kernels.Columns(d.transfer, strip, mm, field, fm); err != nil {
			return err
		}
		return to.CopyIn(d.transfer, line, strip, line)
	}
	return to.CopyIn(d.transfer, mm, field, fm)
}

// strip is where a message of columns, which has the shape m, lies on the device in one
// line, and that line's shape; nil for one of whole rows. The stream does with it what
// exchanges do one after the other.
func (d *device[T]) strip(m gpu.Matrix) (*gpu.Buffer[T], gpu.Matrix) {
	n := m.Rows * m.Cols
	if m.Rows < 2 || m.Cols > d.depth || n > d.columns.Len() {
		return nil, m
	}
	return d.columns.Slice(0, n), gpu.Matrix{Rows: 1, Cols: n, Pitch: n}
}

func (m devicePoints[T]) Unpack(b halo.Box, from halo.Message[T]) error {
	d, n := m.d, b.Hi[1]-b.Lo[1]
	mm, fm := d.shapes(b.Hi[0]-b.Lo[0], n, n)
	field := d.cells(d.buffer(0), b)
	if strip, line := d.strip(mm); strip != nil {
		if err := from.CopyOut(d.transfer, strip, line, line); err != nil {
			return err
		}
		if err := d.kernels.Columns(d.transfer, field, fm, strip, mm); err != nil {
			return err
		}
	} else if err := from.CopyOut(d.transfer, field, fm, mm); err != nil {
		return err
	}
	// What keeps its values lies in both buffers: the ring's rows.
	for i, is := range map[int]bool{0: d.top == ring, d.problem.NY - 1: d.bottom == ring} {
		if !is || i < b.Lo[0] || i >= b.Hi[0] {
			continue
		}
		mm, fm := d.shapes(1, n, n)
		row := halo.Box{Lo: []int{i, b.Lo[1]}, Hi: []int{i + 1, b.Hi[1]}}
		if err := from.From((i-b.Lo[0])*n).CopyOut(d.transfer, d.cells(d.buffer(1), row), fm, mm); err != nil {
			return err
		}
	}
	return nil
}

// cells is a buffer from the first cell of a box on.
func (d *device[T]) cells(b *gpu.Buffer[T], box halo.Box) *gpu.Buffer[T] {
	b = d.memory(b, box.Lo[0], box.Hi[0])
	return b.Slice(box.Lo[1]-d.first, b.Len())
}
