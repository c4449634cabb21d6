package heat

import (
	"time"

	"hybrid/gpu"
)

// periodEvents are points in the work of a period.
type periodEvents struct {
	computed, moved *gpu.Event   // what each stream had been given before it is done
	left            *gpu.Event   // transfer: the edge rows are packed
	inner           []*gpu.Event // compute: pass p of the inner rows is done
	made            *gpu.Event   // compute: so are all passes that it has been given
	exchanged       *gpu.Event   // transfer: the halo rows are in the device's memory
}

// newPeriodEvents makes the events of a period of at most so many passes.
func newPeriodEvents(g *gpu.Device, passes int) (*periodEvents, error) {
	e := &periodEvents{inner: make([]*gpu.Event, passes)}
	for _, p := range e.all() {
		var err error
		if *p, err = g.NewEvent(); err != nil {
			return e, err
		}
	}
	return e, nil
}

func (e *periodEvents) all() []**gpu.Event {
	all := []**gpu.Event{&e.computed, &e.moved, &e.left, &e.made, &e.exchanged}
	for i := range e.inner {
		all = append(all, &e.inner[i])
	}
	return all
}

func (e *periodEvents) close() error {
	if e == nil {
		return nil
	}
	var first error
	for _, p := range e.all() {
		if *p == nil {
			continue
		}
		if err := (*p).Close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// join lets each stream wait for what the other has been given.
func (d *device[T]) join(e *periodEvents) error {
	if err := e.computed.Record(d.compute); err != nil {
		return err
	}
	if err := e.moved.Record(d.transfer); err != nil {
		return err
	}
	if err := d.transfer.Wait(e.computed); err != nil {
		return err
	}
	return d.compute.Wait(e.moved)
}

// idle is the time that a period, which is done, had no work but waited for halo
// rows.
func (d *device[T]) idle(number int) (time.Duration, error) {
	if number < 0 || d.neighbours() == 0 {
		return 0, nil
	}
	e := d.events[number%2]
	t, err := gpu.Elapsed(e.made, e.exchanged)
	return max(t, 0), err
}
