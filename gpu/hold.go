package gpu

import (
	"errors"
	"sync/atomic"
)

// held is what a device that is held has kept.
type held struct {
	on   atomic.Bool
	lost atomic.Pointer[LostError]
}

// Hold has the loss of the device wait for Release: until then what streams, events and buffers are
// asked for on a device that is lost does nothing, and is no error. What should have come to the
// host's memory has not. It is for ranks that have to keep up an exchange of messages, whatever
// is in them, until all can leave it. Taking memory, and making streams, fails all the same.
func (d *Device) Hold() { d.held.on.Store(true) }

// Lost is what Hold keeps: the *LostError of a device that was lost since, or else nil.
func (d *Device) Lost() error {
	if e := d.held.lost.Load(); e != nil {
		return e
	}
	return nil
}

// Release ends Hold. Of a device that was lost every call fails from now on.
func (d *Device) Release() { d.held.on.Store(false) }

// hold is the error of a call, or nil where that has to wait.
func (d *Device) hold(err error) error {
	if err == nil || !d.held.on.Load() {
		return err
	}
	var lost *LostError
	if errors.As(err, &lost) {
		d.held.lost.CompareAndSwap(nil, lost)
	}
	if d.held.lost.Load() != nil {
		return nil
	}
	return err
}

// A lostEvent is one that was asked for on a device that is lost and held.
type lostEvent struct{ err error }

func (l lostEvent) record(stream) error             { return l.err }
func (l lostEvent) synchronize() error              { return l.err }
func (l lostEvent) since(event) (float64, error)    { return 0, l.err }
func (l lostEvent) export() ([ipcBytes]byte, error) { return [ipcBytes]byte{}, l.err }
func (l lostEvent) close() error                    { return nil }
