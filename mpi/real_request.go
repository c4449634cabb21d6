//go:build mpi

package mpi

import "runtime"

// A realRequest is a nonblocking call. Its buffer is pinned because MPI keeps
// the address when the call has returned; for the same reason a request that
// nobody holds any more stays in the world's list.
type realRequest struct {
	request    Request
	world      *realWorld
	next, prev *realRequest
	handle     requestHandle
	pin        *pin
}

// A pin is used again, because making one takes the runtime longer than the call.
type pin struct {
	runtime.Pinner
	next *pin
}

func (w *realWorld) takePin() *pin {
	p := w.pins
	if p == nil {
		return new(pin)
	}
	w.pins = p.next
	return p
}

func (w *realWorld) givePin(p *pin) {
	p.Unpin()
	p.next = w.pins
	w.pins = p
}

func (c *realComm) start(b buffer, peer, tag int,
	call func(b buffer, n int, t typeHandle, peer, tag int, c commHandle) (requestHandle, error)) (*Request, error) {
	n, t, free, err := c.counted(b.dt, b.n)
	if err != nil {
		return nil, err
	}
	defer free() // MPI keeps a type as long as a call under way needs it
	r := &realRequest{world: c.world, pin: c.world.takePin()}
	r.request.p = r
	if b.n > 0 {
		r.pin.Pin(b.ptr)
	}
	if r.handle, err = call(b, n, t, peer, tag, c.comm); err != nil {
		c.world.givePin(r.pin)
		return nil, err
	}
	r.next = c.world.open
	if r.next != nil {
		r.next.prev = r
	}
	c.world.open = r
	return &r.request, nil
}

func (c *realComm) isend(b buffer, dest, tag int) (*Request, error) {
	return c.start(b, dest, tag, hyIsend)
}

func (c *realComm) irecv(b buffer, source, tag int) (*Request, error) {
	return c.start(b, source, tag, hyIrecv)
}

func (r *realRequest) wait() (Status, error) {
	st, err := hyWait(r.handle)
	r.finish()
	return st, err
}

func (r *realRequest) test() (Status, bool, error) {
	st, ok, err := hyTest(r.handle)
	if ok || err != nil {
		r.finish()
	}
	return st, ok, err
}

// waitAll waits for those of the requests that are MPI's, in one call.
func (r *realRequest) waitAll(reqs []*Request) {
	w := r.world
	w.waited, w.messages = w.waited[:0], w.messages[:0]
	for _, q := range reqs {
		if q == nil || q.done {
			continue
		}
		if o, ok := q.p.(*realRequest); ok {
			q.done, q.p = true, nil // also where it is there twice
			w.waited, w.messages = append(w.waited, o), append(w.messages, message{request: o.handle})
		}
	}
	hyWaitEach(w.messages)
	for i, o := range w.waited {
		o.request.status, o.request.err = checkStatus("Wait", &w.messages[i].status)
		o.finish()
	}
	clear(w.waited)
}

func (r *realRequest) finish() {
	r.world.givePin(r.pin)
	if r.prev == nil {
		r.world.open = r.next
	} else {
		r.prev.next = r.next
	}
	if r.next != nil {
		r.next.prev = r.prev
	}
}
