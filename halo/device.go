package halo

import (
	"errors"
	"unsafe"

	"hybrid/gpu"
	"hybrid/mpi"
)

// Real is what both messages and a device's memory can hold.
type Real interface {
	mpi.Number
	gpu.Element
}

// A DeviceField is a Field in a device's memory: in the same order, where kernels find
// it, and none of it leaves the device but the edges. An edge is as many copies of
// rectangles as it takes: one in two dimensions, in three as many as the shorter of its
// first two sides is long. Those of short rows lie in one piece on the device before they
// go over the bus, or after.
type DeviceField[T Real] struct {
	Buffer *gpu.Buffer[T] // of Len Index would give; another one of this size may take its place

	layout   *Field[T] // without data
	device   *gpu.Device
	transfer *gpu.Stream
	exchange *DeviceExchange[T]
	strip    *gpu.Buffer[T] // for messages of short rows, from the first of them on
}

// NewDeviceField takes the device's memory for a field, all zero. Close gives it back. Its
// halo travels by links that Connect has made; nil takes it through the host's memory.
func NewDeviceField[T Real](g *Grid, d *gpu.Device, l *Links) (*DeviceField[T], error) {
	f := &DeviceField[T]{device: d, layout: &Field[T]{grid: g}}
	f.layout.box, f.layout.strides = g.stored()
	err := f.open()
	if err != nil {
		f.Close()
		return nil, err
	}
	f.exchange = NewDeviceExchange[T](g, d, f.transfer, l, deviceMemory[T]{f})
	return f, nil
}

func (f *DeviceField[T]) open() (err error) {
	if f.transfer, err = f.device.NewUrgentStream(); err != nil {
		return err
	}
	if f.Buffer, err = gpu.Alloc[T](f.device, f.layout.box.Cells()); err != nil {
		return err
	}
	if err = gpu.Fill(f.transfer, f.Buffer, 0); err != nil {
		return err
	}
	return f.transfer.Synchronize()
}

// Close gives the memory back. With links it is called by all ranks, see DeviceExchange.
func (f *DeviceField[T]) Close() error {
	var errs []error
	if f.exchange != nil {
		errs = append(errs, f.exchange.Close())
	}
	if f.transfer != nil {
		errs = append(errs, f.transfer.Close())
	}
	return errors.Join(append(errs, f.Buffer.Free(), f.strip.Free())...)
}

// Grid, Index and Stride are those of a Field: the grid, where a cell lies in Buffer, and how
// many elements lie between neighbours along a dimension.
func (f *DeviceField[T]) Grid() *Grid         { return f.layout.grid }
func (f *DeviceField[T]) Index(at ...int) int { return f.layout.Index(at...) }
func (f *DeviceField[T]) Stride(dim int) int  { return f.layout.Stride(dim) }

// Write copies a field of the same grid to the device, halo and all, and Read back.
func (f *DeviceField[T]) Write(from *Field[T]) error { return f.Buffer.Write(from.Data) }
func (f *DeviceField[T]) Read(to *Field[T]) error    { return f.Buffer.Read(to.Data) }

// Start begins to renew the halo behind what s has been given: what fills the edges.
func (f *DeviceField[T]) Start(s *gpu.Stream) error { return f.StartDepth(s, f.layout.grid.depth) }

// StartDepth begins to renew so many cells of the halo, those nearest to the own ones.
func (f *DeviceField[T]) StartDepth(s *gpu.Stream, depth int) error {
	if err := f.pack(s, depth); err != nil {
		return err
	}
	return f.exchange.Send()
}

// pack begins to copy the edges to the host.
func (f *DeviceField[T]) pack(s *gpu.Stream, depth int) error {
	if err := waitFor(f.transfer, s, f.device); err != nil {
		return err
	}
	return f.exchange.Pack(depth)
}

// Finish waits for the messages. What s is given from then on finds the halo renewed.
func (f *DeviceField[T]) Finish(s *gpu.Stream) error {
	if err := f.exchange.Finish(); err != nil {
		return err
	}
	// Messages are overwritten by the next exchange.
	return f.transfer.Synchronize()
}

// Update is that of a Field: compute gives s the work for boxes that together are the
// own cells, first those that no halo cell reaches, which the device makes while edges
// leave it and messages are under way. What it writes is another field.
func (f *DeviceField[T]) Update(s *gpu.Stream, compute func(b Box) error) error {
	if err := f.pack(s, f.layout.grid.depth); err != nil {
		return err
	}
	inner, edges := f.layout.grid.split()
	if inner.Cells() > 0 {
		if err := compute(inner); err != nil {
			return err
		}
	}
	if err := f.exchange.Send(); err != nil {
		return err
	}
	if err := f.Finish(s); err != nil {
		return err
	}
	for _, b := range edges {
		if err := compute(b); err != nil {
			return err
		}
	}
	return nil
}

// waitFor lets a stream wait for what another has been given.
func waitFor(s, other *gpu.Stream, d *gpu.Device) error {
	e, err := d.NewEvent()
	if err != nil {
		return err
	}
	defer e.Close()
	if err := e.Record(other); err != nil {
		return err
	}
	return s.Wait(e)
}

// deviceMemory is a DeviceField as an exchange has it.
type deviceMemory[T Real] struct{ f *DeviceField[T] }

func (m deviceMemory[T]) Pack(b Box, to Message[T]) error {
	strip, err := m.f.stripFor(b, to)
	if err != nil {
		return err
	}
	if strip == nil {
		return m.pack(b, to)
	}
	if err := m.pack(b, Message[T]{device: strip}); err != nil {
		return err
	}
	return gpu.CopyOut(m.f.transfer, to.host.Slice(0, strip.Len()), strip)
}

func (m deviceMemory[T]) Unpack(b Box, from Message[T]) error {
	strip, err := m.f.stripFor(b, from)
	if err != nil {
		return err
	}
	if strip == nil {
		return m.unpack(b, from)
	}
	if err := gpu.CopyIn(m.f.transfer, strip, from.host.Slice(0, strip.Len())); err != nil {
		return err
	}
	return m.unpack(b, Message[T]{device: strip})
}

// shortRow is the bytes of a row from which on one may go over the bus by itself.
const shortRow = 1 << 10

// stripFor is where a message to or from the host lies on the device in between, so that its
// short rows go over the bus in one piece; nil where they need not. The stream does with it
// what messages do one after the other.
func (f *DeviceField[T]) stripFor(b Box, message Message[T]) (*gpu.Buffer[T], error) {
	var v T
	last, n := len(b.Lo)-1, b.Cells()
	row := b.Hi[last] - b.Lo[last]
	if message.host == nil || n <= row || row*int(unsafe.Sizeof(v)) >= shortRow {
		return nil, nil
	}
	if f.strip == nil {
		most, g := 0, f.layout.grid
		for _, dir := range directions(len(g.cuts)) {
			most = max(most, g.edge(dir, g.depth).Cells())
		}
		var err error
		if f.strip, err = gpu.Alloc[T](f.device, most); err != nil {
			return nil, err
		}
	}
	return f.strip.Slice(0, n), nil
}

func (m deviceMemory[T]) pack(b Box, to Message[T]) error {
	return m.f.rectangles(b, to, func(d *gpu.Buffer[T], dm gpu.Matrix, h Message[T], hm gpu.Matrix) error {
		return h.CopyIn(m.f.transfer, hm, d, dm)
	})
}

func (m deviceMemory[T]) unpack(b Box, from Message[T]) error {
	return m.f.rectangles(b, from, func(d *gpu.Buffer[T], dm gpu.Matrix, h Message[T], hm gpu.Matrix) error {
		return h.CopyOut(m.f.transfer, d, dm, hm)
	})
}

// rectangles calls f for the rectangles that a box consists of, along the last dimension
// and the longer of the others, in the device's memory and in a message.
func (f *DeviceField[T]) rectangles(b Box, message Message[T], each func(d *gpu.Buffer[T], dm gpu.Matrix, h Message[T], hm gpu.Matrix) error) error {
	if b.Cells() == 0 {
		return nil
	}
	last := len(b.Lo) - 1
	// The box as layers of rows of cells, with its strides here and in the message.
	side, here, there := [3]int{1, 1, b.Hi[last] - b.Lo[last]}, [2]int{}, [2]int{}
	n := side[2]
	for d := last - 1; d >= 0; d-- {
		k := d + 2 - last
		side[k], here[k], there[k] = b.Hi[d]-b.Lo[d], f.Stride(d), n
		n *= side[k]
	}
	layer, row := 0, 1
	if side[0] > side[1] {
		layer, row = 1, 0
	}
	at := f.Index(b.Lo...)
	for i := range side[layer] {
		d := f.Buffer.Slice(at+i*here[layer], f.Buffer.Len())
		h := message.From(i * there[layer])
		dm := gpu.Matrix{Rows: side[row], Cols: side[2], Pitch: max(here[row], side[2])}
		hm := gpu.Matrix{Rows: side[row], Cols: side[2], Pitch: max(there[row], side[2])}
		if err := each(d, dm, h, hm); err != nil {
			return err
		}
	}
	return nil
}
