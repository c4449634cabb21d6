package gpu

import (
	"fmt"
	"time"
)

// A Stream is work of a device that is done in order.
type Stream struct {
	d *Device
	s stream
}

// NewStream makes a stream.
func (d *Device) NewStream() (*Stream, error) {
	s, err := d.b.newStream(false)
	if err != nil {
		return nil, err
	}
	return &Stream{d, s}, nil
}

// NewUrgentStream makes a stream whose kernels go before those of others that have not
// begun.
func (d *Device) NewUrgentStream() (*Stream, error) {
	s, err := d.b.newStream(true)
	if err != nil {
		return nil, err
	}
	return &Stream{d, s}, nil
}

// Synchronize waits until all that the stream was given is done, and returns the
// first error of it.
func (s *Stream) Synchronize() error { return s.d.hold(s.s.synchronize()) }

// Wait lets what the stream is given from now on wait for the event, as it was
// last recorded. It does not wait itself.
func (s *Stream) Wait(e *Event) error {
	if l, ok := e.e.(lostEvent); ok {
		return s.d.hold(l.err)
	}
	return s.d.hold(s.s.wait(e.e))
}

// Close waits for the stream and gives it back.
func (s *Stream) Close() error { return s.s.close() }

// An Event is a point in the work of a stream.
type Event struct {
	e        event
	d        *Device
	export   uint64 // its number among what this process lets others get at; 0: none
	borrowed bool   // another device's
}

// NewEvent makes an event. It counts as done until it is recorded.
func (d *Device) NewEvent() (*Event, error) {
	e, err := d.b.newEvent(false)
	if err != nil {
		if err = d.hold(err); err != nil {
			return nil, err
		}
		e = lostEvent{d.Lost()}
	}
	return &Event{e: e, d: d}, nil
}

// Record makes the event the point behind what the stream has been given.
func (e *Event) Record(s *Stream) error { return s.d.hold(e.e.record(s.s)) }

// Synchronize waits until the event's point is reached.
func (e *Event) Synchronize() error { return e.d.hold(e.e.synchronize()) }

// Close gives the event back.
func (e *Event) Close() error {
	exports.Delete(e.export)
	if e.borrowed {
		return nil
	}
	return e.e.close()
}

// Elapsed is the time from one event to another, both reached.
func Elapsed(from, to *Event) (time.Duration, error) {
	if l, ok := from.e.(lostEvent); ok {
		return 0, from.d.hold(l.err)
	}
	s, err := to.e.since(from.e)
	if err = to.d.hold(err); err != nil {
		return 0, fmt.Errorf("gpu: elapsed time: %w", err)
	}
	return time.Duration(s * float64(time.Second)), nil
}
