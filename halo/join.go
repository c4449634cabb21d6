package halo

import (
	"errors"
	"time"

	"hybrid/gpu"
	"hybrid/mpi"
)

// join takes memory for the messages of the deepest exchange, and gives neighbours what
// they import of it. Both ends of a passage take part.
func (x *DeviceExchange[T]) join() error {
	for _, p := range x.passages {
		if err := x.allocate(p); err != nil {
			return err
		}
	}
	return x.exchangeHandles()
}

func (x *DeviceExchange[T]) allocate(p *devicePassage[T]) (err error) {
	values := x.grid.edge(p.dir, x.grid.depth).Cells()
	if p.to >= 0 {
		for i := range p.out {
			if i == 0 || p.onTo.linked() {
				if p.out[i], err = newMessage[T](x.device, p.onTo, values); err != nil {
					return err
				}
			}
		}
	}
	if p.from >= 0 && p.from != x.grid.comm.Rank() {
		if p.in, err = newMessage[T](x.device, p.onFrom, values); err != nil {
			return err
		}
	}
	for _, path := range []Path{p.onTo, p.onFrom} {
		if path.linked() && x.events[path] == nil {
			e := &deviceEvents{way: path.way()}
			x.events[path] = e
			for _, event := range e.all() {
				if *event, err = x.device.NewSharedEvent(e.way); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (e *deviceEvents) all() []**gpu.Event {
	return []**gpu.Event{&e.packed[0], &e.packed[1], &e.taken[0], &e.taken[1]}
}

// handles are what one end of a passage gives the other: two messages and the events that
// say when they are packed, or the two that say when they are taken.
type handles [4]gpu.Handle

// exchangeHandles exports and imports. Of two ranks that are each other's neighbours twice, what the
// sender says goes before what the receiver says, so that they do not mix up.
func (x *DeviceExchange[T]) exchangeHandles() error {
	c := x.grid.comm
	var requests []*mpi.Request
	var all [][2][]uint8
	post := func(buffer []uint8, receive bool, rank, tag int) error {
		call := mpi.Isend[uint8]
		if receive {
			call = mpi.Irecv[uint8]
		}
		r, err := call(c, buffer, rank, tag)
		requests = append(requests, r)
		return err
	}
	room := func() []uint8 { return make([]uint8, len(handles{})*len(gpu.Handle{})) }
	for range x.passages {
		all = append(all, [2][]uint8{room(), room()})
	}
	for i, p := range x.passages {
		if p.onTo.linked() {
			h, err := x.sender(p)
			if err == nil {
				err = post(h.bytes(), false, p.to, p.tag)
			}
			if err != nil {
				return err
			}
		}
		if p.onFrom.linked() {
			if err := post(all[i][0], true, p.from, p.tag); err != nil {
				return err
			}
		}
	}
	for i, p := range x.passages {
		if p.onFrom.linked() {
			h, err := x.receiver(p)
			if err == nil {
				err = post(h.bytes(), false, p.from, p.tag)
			}
			if err != nil {
				return err
			}
		}
		if p.onTo.linked() {
			if err := post(all[i][1], true, p.to, p.tag); err != nil {
				return err
			}
		}
	}
	if err := mpi.Waitall(requests...); err != nil {
		return err
	}
	for i, p := range x.passages {
		if err := x.importAll(p, all[i]); err != nil {
			return err
		}
	}
	return nil
}

// sender is what the next rank imports, receiver what the one before does.
func (x *DeviceExchange[T]) sender(p *devicePassage[T]) (h handles, err error) {
	e := x.events[p.onTo]
	for i := range 2 {
		if h[i], err = gpu.Export(p.out[i].device, e.way); err != nil {
			return h, err
		}
		if h[2+i], err = e.packed[i].Export(e.way); err != nil {
			return h, err
		}
	}
	return h, nil
}

func (x *DeviceExchange[T]) receiver(p *devicePassage[T]) (h handles, err error) {
	e := x.events[p.onFrom]
	for i := range 2 {
		if h[i], err = e.taken[i].Export(e.way); err != nil {
			return h, err
		}
	}
	return h, nil
}

func (h handles) bytes() []uint8 {
	var all []uint8
	for i := range h {
		all = append(all, h[i][:]...)
	}
	return all
}

func handlesOf(text []uint8) (h handles) {
	for i := range h {
		copy(h[i][:], text[i*len(h[i]):])
	}
	return h
}

func (x *DeviceExchange[T]) importAll(p *devicePassage[T], text [2][]uint8) (err error) {
	if p.onFrom.linked() {
		h, way := handlesOf(text[0]), p.onFrom.way()
		for i := range 2 {
			if p.source[i], err = gpu.Import[T](x.device, h[i], way, p.in.Len()); err != nil {
				return err
			}
			if p.packed[i], err = x.device.ImportEvent(h[2+i], way); err != nil {
				return err
			}
		}
	}
	if p.onTo.linked() {
		h, way := handlesOf(text[1]), p.onTo.way()
		for i := range 2 {
			if p.taken[i], err = x.device.ImportEvent(h[i], way); err != nil {
				return err
			}
		}
	}
	return nil
}

// patience is how long Close waits for neighbours to give back what they import: they do
// so in their own Close, unless their run has failed.
const patience = 30 * time.Second

// Close gives all back: first what was imported from neighbours, who free it only then,
// and last, when they have told that they did the same, its own. So it is called by all
// ranks, as an exchange is. After a failure it waits for nobody, and leaves what others may
// still have to the end of the process.
func (x *DeviceExchange[T]) Close() error {
	var errs []error
	note := func(err error) { errs = append(errs, err) }
	note(x.stream.Synchronize())
	for _, p := range x.passages {
		for i := range 2 {
			note(p.source[i].Free())
			for _, e := range []*gpu.Event{p.packed[i], p.taken[i]} {
				if e != nil {
					note(e.Close())
				}
			}
		}
	}
	if errors.Join(errs...) != nil {
		x.failed = true // what could not be given back is still in use
	}
	alone := !x.joined || x.part()
	for _, p := range x.passages {
		note(p.in.free())
		for i := range p.out {
			if alone || !p.onTo.linked() {
				note(p.out[i].free())
			}
		}
	}
	for _, e := range x.events {
		for _, event := range e.all() {
			if *event != nil && alone {
				note((*event).Close())
			}
		}
	}
	x.passages, x.events = nil, nil
	return errors.Join(errs...)
}

// part tells all neighbours that nothing of theirs is in use here, and whether they have
// told the same.
func (x *DeviceExchange[T]) part() bool {
	c, whole := x.grid.comm, !x.failed && x.depth == 0
	var requests []*mpi.Request
	keep := func(r *mpi.Request, err error) {
		if err != nil {
			whole = false
			return
		}
		requests = append(requests, r)
	}
	for _, p := range x.passages {
		tag := p.tag - tagLinks - 1 // that no exchange uses
		for _, end := range []struct {
			on   Path
			rank int
		}{{p.onTo, p.to}, {p.onFrom, p.from}} {
			if !end.on.linked() {
				continue
			}
			keep(mpi.Isend[uint8](c, nil, end.rank, tag))
			if whole {
				keep(mpi.Irecv[uint8](c, nil, end.rank, tag))
			}
		}
	}
	if !whole {
		return false
	}
	for until := time.Now().Add(patience); time.Now().Before(until); time.Sleep(50 * time.Microsecond) {
		left := 0
		for _, r := range requests {
			if _, done, err := r.Test(); err != nil {
				return false
			} else if !done {
				left++
			}
		}
		if left == 0 {
			return true
		}
	}
	return false
}
