package heat

import (
	"time"

	"hybrid/gpu"
	"hybrid/halo"
)

// deviceHalos renews the halo of a device's tile from other ranks, by messages of
// package halo in pinned memory.
type deviceHalos[T Real] struct {
	columns  *halo.Exchange[T] // nil where the ranks have all columns
	rows     []*halo.Exchange[T]
	messages map[*T]*gpu.HostBuffer[T]
}

func newDeviceHalos[T Real](cells *halo.Grid, d *device[T]) deviceHalos[T] {
	x := deviceHalos[T]{messages: map[*T]*gpu.HostBuffer[T]{}}
	if cells == nil {
		return x
	}
	points := devicePoints[T]{d}
	if cells.Ranks()[1] > 1 {
		x.columns = halo.NewExchange(cells, points, []int{0, -1}, []int{0, 1})
	}
	if d.neighbours() > 0 {
		x.rows = append(x.rows, halo.NewExchange(cells, points, []int{-1, 0}, []int{1, 0}))
		if x.columns != nil {
			x.rows = append(x.rows, halo.NewExchange(cells, points, []int{-1, -1}, []int{-1, 1}, []int{1, -1}, []int{1, 1}))
		}
	}
	return x
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
	if err := x.Start(steps); err != nil {
		return 0, err
	}
	began := time.Now()
	if err := x.Finish(); err != nil {
		return 0, err
	}
	return time.Since(began), d.join(e)
}

// sendEdges begins to copy the edge rows to host memory and to receive halo rows.
func (d *device[T]) sendEdges(e *periodEvents, rows int) error {
	for _, x := range d.halos.rows {
		if err := x.Pack(rows); err != nil {
			return err
		}
	}
	return e.left.Record(d.transfer)
}

// exchange sends the edge rows, which lie in host memory, and takes the halo rows to
// the device's.
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

func (m devicePoints[T]) Len(b halo.Box) int { return b.Cells() }

func (m devicePoints[T]) Message(values int) ([]T, error) {
	h, err := gpu.AllocHost[T](m.d.gpu, values)
	if err != nil {
		return nil, err
	}
	m.d.halos.messages[&h.Data()[0]] = h
	return h.Data(), nil
}

func (m devicePoints[T]) Packed() error { return m.d.transfer.Synchronize() }

func (m devicePoints[T]) Pack(b halo.Box, message []T) error {
	host := m.d.halos.messages[&message[0]]
	return m.d.copyOut(m.d.transfer, host, b.Hi[1]-b.Lo[1], b.Lo[0], b.Hi[0], b.Lo[1], b.Hi[1])
}

func (m devicePoints[T]) Unpack(b halo.Box, message []T) error {
	d, host, n := m.d, m.d.halos.messages[&message[0]], b.Hi[1]-b.Lo[1]
	if err := d.copyIn(d.transfer, d.buffer(0), host, n, b.Lo[0], b.Hi[0], b.Lo[1], b.Hi[1]); err != nil {
		return err
	}
	// What keeps its values lies in both buffers: the ring's rows.
	for i, is := range map[int]bool{0: d.top == ring, d.problem.NY - 1: d.bottom == ring} {
		if !is || i < b.Lo[0] || i >= b.Hi[0] {
			continue
		}
		row := host.Slice((i-b.Lo[0])*n, (i-b.Lo[0]+1)*n)
		if err := d.copyIn(d.transfer, d.buffer(1), row, n, i, i+1, b.Lo[1], b.Hi[1]); err != nil {
			return err
		}
	}
	return nil
}
