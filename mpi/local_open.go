package mpi

import "fmt"

// An openRequest is one of the local transport from its call until a Wait, or a Test
// that said true: an element of its rank's list.
type openRequest struct {
	next, prev *openRequest
	list       *openList
	op         *localOp // nil for a send that was done at once
	kind       opKind
	peer, tag  int // peer in the world
	bytes      int
}

// An openList is touched by its rank alone, and at the end by Run.
type openList struct {
	head *openRequest
	_    [56]byte // a cache line each
}

func (w *localWorld) begin(rank int, r *openRequest) {
	r.list = &w.open[rank]
	if r.next = r.list.head; r.next != nil {
		r.next.prev = r
	}
	r.list.head = r
}

func (r *openRequest) end() {
	if r.prev == nil {
		r.list.head = r.next
	} else {
		r.prev.next = r.next
	}
	if r.next != nil {
		r.next.prev = r.prev
	}
}

func (r *openRequest) String() string {
	call, peer, tag := "Irecv of %d bytes from %s, %s", fmt.Sprintf("rank %d", r.peer), fmt.Sprintf("tag %d", r.tag)
	if r.kind == kindSend {
		call = "Isend of %d bytes to %s, %s"
	}
	if r.peer == AnySource {
		peer = "any rank"
	}
	if r.tag == AnyTag {
		tag = "any tag"
	}
	text := fmt.Sprintf(call, r.bytes, peer, tag)
	if r.kind == kindRecv && !r.op.done() {
		text += ", for which nothing came"
	}
	return text
}

// A requestOp is a localOp that somebody is to wait for.
type requestOp struct {
	localOp
	request Request
	open    openRequest
}

func newOp() *localOp {
	r := new(requestOp)
	r.held = r
	return &r.localOp
}

// request makes o, from newOp, a request.
func (s *localSpace) request(o *localOp) *Request {
	r := o.held
	r.open = openRequest{kind: o.kind, peer: o.peer, tag: int(o.env.tag), bytes: len(o.data), op: o}
	s.world.begin(o.owner, &r.open)
	r.request.p = r
	return &r.request
}

func (r *requestOp) wait() (Status, error) {
	st, err := r.localOp.wait()
	r.open.end()
	return st, err
}

func (r *requestOp) test() (Status, bool, error) {
	st, ok, err := r.localOp.test()
	if ok || err != nil {
		r.open.end()
	}
	return st, ok, err
}

// A sentRequest is a send that was done at once.
type sentRequest struct {
	request Request
	open    openRequest
}

func (r *sentRequest) wait() (Status, error) {
	r.open.end()
	return Status{}, nil
}

func (r *sentRequest) test() (Status, bool, error) {
	r.open.end()
	return Status{}, true, nil
}

// unfinished says what is left when all ranks have returned: messages that nobody
// received and requests that nobody waited for.
func (w *localWorld) unfinished() (left []string) {
	for rank := range w.boxes {
		for _, m := range w.boxes[rank].arrived.list() {
			if m.call.number > 0 {
				left = append(left, fmt.Sprintf("rank %d had no part in collective %d of rank %d, %v", rank, m.call.number, m.owner, m.call))
			} else {
				left = append(left, fmt.Sprintf("rank %d did not receive the %d bytes that rank %d sent with tag %d", rank, len(m.data), m.owner, m.env.tag))
			}
		}
	}
	for rank := range w.open {
		for r := w.open[rank].head; r != nil; r = r.next {
			left = append(left, fmt.Sprintf("rank %d did not wait for its %v", rank, r))
		}
	}
	return left
}
