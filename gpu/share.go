package gpu

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// A Way is how a device gets at memory and events of another one.
type Way int

// The ways.
const (
	// Peer is for devices of one process: each copies from the other's memory over the
	// links between them, if the driver lets it.
	Peer Way = iota
	// IPC is for processes of one machine: the driver lets one map memory that another
	// has taken.
	IPC
)

// A Handle names memory or an event of a device for another device. It is for sending: of
// the way Peer it means something in this process alone, of the way IPC in the other
// processes of this machine.
type Handle [8 + ipcBytes]byte

const ipcBytes = 64 // of what a driver names things by between processes

// An exported is what a device lets others of this process get at.
type exported struct {
	d     *Device
	addr  uint64
	event event
}

// exports are those of this process by number, of which 0 is none: the one thing that
// goroutines which share nothing but messages can find each other's memory by.
var (
	exports    sync.Map
	lastExport atomic.Uint64
)

func (x *exported) handle() (h Handle, number uint64) {
	number = lastExport.Add(1)
	exports.Store(number, x)
	binary.LittleEndian.PutUint64(h[:8], number)
	return h, number
}

func exportOf(h Handle) (*exported, error) {
	x, there := exports.Load(binary.LittleEndian.Uint64(h[:8]))
	if !there {
		return nil, errors.New("gpu: a handle of no memory and no event of this process")
	}
	return x.(*exported), nil
}

// Export names a buffer that is no part of another one for Import. It must stay until who
// has imported it has given it back.
func Export[T Element](b *Buffer[T], way Way) (h Handle, err error) {
	if way == Peer {
		h, b.export = (&exported{d: b.d, addr: b.addr}).handle()
		return h, nil
	}
	ipc, err := b.d.b.exportMemory(b.addr)
	copy(h[8:], ipc[:])
	return h, err
}

// Import gives a device another's buffer of n elements to copy from. Free gives it back.
func Import[T Element](d *Device, h Handle, way Way, n int) (*Buffer[T], error) {
	if way == Peer {
		x, err := exportOf(h)
		if err == nil {
			err = d.b.reach(x.d.b)
		}
		if err != nil {
			return nil, err
		}
		return &Buffer[T]{d: x.d, addr: x.addr, n: n}, nil
	}
	addr, err := d.b.importMemory([ipcBytes]byte(h[8:]))
	if err != nil {
		return nil, err
	}
	return &Buffer[T]{d: d, addr: addr, n: n, own: true, imported: true}, nil
}

// NewSharedEvent makes an event that can be exported, which has no time.
func (d *Device) NewSharedEvent(way Way) (*Event, error) {
	e, err := d.b.newEvent(way == IPC)
	if err != nil {
		return nil, err
	}
	return &Event{e: e, d: d}, nil
}

// Export names the event for ImportEvent.
func (e *Event) Export(way Way) (h Handle, err error) {
	if way == Peer {
		h, e.export = (&exported{d: e.d, event: e.e}).handle()
		return h, nil
	}
	ipc, err := e.e.export()
	copy(h[8:], ipc[:])
	return h, err
}

// ImportEvent gives a device another's event to wait for. Close gives it back.
func (d *Device) ImportEvent(h Handle, way Way) (*Event, error) {
	if way == Peer {
		x, err := exportOf(h)
		if err != nil {
			return nil, err
		}
		return &Event{e: x.event, d: x.d, borrowed: true}, nil
	}
	e, err := d.b.importEvent([ipcBytes]byte(h[8:]))
	if err != nil {
		return nil, err
	}
	return &Event{e: e, d: d}, nil
}

// errNoRows is about copies between devices, which have one row.
func errNoRows(rows int) error {
	return fmt.Errorf("gpu: a copy of %d rows from one device to another: want contiguous memory", rows)
}
