package mpi

// A localSpace is one rank's end of one message space of the local transport.
// A communicator has two, one for its user and one for its collectives.
type localSpace struct {
	world   *localWorld
	rank    int
	group   []int // rank here -> rank in the world
	context int32
	call    call // the collective that runs, in its space
}

func (s *localSpace) box(rank int) *mailbox { return &s.world.boxes[s.group[rank]] }

func (s *localSpace) fillIn(o *localOp, kind opKind, peer, tag int, box *mailbox) {
	o.world, o.owner, o.kind, o.call, o.box = s.world, s.group[s.rank], kind, s.call, box
	o.self = s.rank
	o.peer = AnySource
	if peer != AnySource {
		o.peer = s.group[peer]
	}
	source := peer
	if kind == kindSend {
		source = s.rank
	}
	o.env = envelope{s.context, int32(source), int32(tag)}
}

// give hands data to a waiting receive, or keeps a copy for a later one, and
// says true; or it queues o, which stands for the data until a receive takes it.
// make gives the o to use.
func (s *localSpace) give(data []byte, dest, tag int, make func() *localOp) (o *localOp, err error) {
	if s.world.ended.Load() {
		return nil, s.world.abortedError()
	}
	env := envelope{s.context, int32(s.rank), int32(tag)}
	box := s.box(dest)
	box.mu.Lock()
	if r := box.posted.take(env); r != nil {
		box.mu.Unlock()
		if r.call != s.call {
			r.err = mismatch(r.self, r.call, s.rank, s.call)
		}
		r.fill(env, data)
		return nil, nil
	}
	if len(data) <= eagerLimit {
		kept := borrowOp()
		kept.env, kept.owner, kept.call = env, s.group[s.rank], s.call
		kept.keep(data)
		box.arrive(kept)
		box.mu.Unlock()
		return nil, nil
	}
	o = make()
	s.fillIn(o, kindSend, dest, tag, box)
	o.data = data
	box.arrive(o)
	box.mu.Unlock()
	return o, nil
}

// take fills o from a message that has arrived, or queues it for one.
func (s *localSpace) take(o *localOp, data []byte, source, tag int) error {
	if s.world.ended.Load() {
		return s.world.abortedError()
	}
	box := s.box(s.rank)
	s.fillIn(o, kindRecv, source, tag, box)
	o.data = data
	box.mu.Lock()
	m := box.arrived.first(o.env)
	if m == nil {
		box.posted.add(o)
		box.mu.Unlock()
		return nil
	}
	box.arrived.remove(m)
	box.mu.Unlock()
	if m.call != s.call {
		o.err = mismatch(s.rank, s.call, int(m.env.source), m.call)
	}
	o.fill(m.env, m.data)
	if m.kind == kindKept {
		m.giveBack()
	} else {
		m.complete()
	}
	return nil
}

func (s *localSpace) send(b buffer, dest, tag int) error {
	o, err := s.give(b.bytes(), dest, tag, borrowOp)
	if o == nil {
		return err
	}
	_, err = o.wait()
	o.giveBack()
	return err
}

func (s *localSpace) recv(b buffer, source, tag int) (Status, error) {
	o := borrowOp()
	err := s.take(o, b.bytes(), source, tag)
	var st Status
	if err == nil {
		st, err = o.wait()
	}
	o.giveBack()
	return st, err
}

func (s *localSpace) sendrecv(send buffer, dest, stag int, recv buffer, source, rtag int) (Status, error) {
	in := borrowOp()
	if err := s.take(in, recv.bytes(), source, rtag); err != nil {
		in.giveBack()
		return Status{}, err
	}
	// The receive is posted, so it must be waited for even if the send fails,
	// which it does only when the world has ended.
	sendErr := s.send(send, dest, stag)
	st, err := in.wait()
	in.giveBack()
	if sendErr != nil {
		return Status{}, sendErr
	}
	return st, err
}

func (s *localSpace) isend(b buffer, dest, tag int) (*Request, error) {
	o, err := s.give(b.bytes(), dest, tag, newOp)
	if err != nil {
		return nil, err
	}
	if o == nil {
		r := &sentRequest{open: openRequest{kind: kindSend, peer: s.group[dest], tag: tag, bytes: b.size()}}
		r.request.p = r
		s.world.begin(s.group[s.rank], &r.open)
		return &r.request, nil
	}
	return s.request(o), nil
}

func (s *localSpace) irecv(b buffer, source, tag int) (*Request, error) {
	o := newOp()
	if err := s.take(o, b.bytes(), source, tag); err != nil {
		return nil, err
	}
	return s.request(o), nil
}

func (s *localSpace) probe(source, tag int, wait bool) (Status, bool, error) {
	if s.world.ended.Load() {
		return Status{}, false, s.world.abortedError()
	}
	o := borrowOp()
	defer o.giveBack()
	box := s.box(s.rank)
	s.fillIn(o, kindProbe, source, tag, box)
	box.mu.Lock()
	m := box.arrived.first(o.env)
	if m != nil {
		st := m.env.status(len(m.data))
		box.mu.Unlock()
		return st, true, nil
	}
	if !wait {
		box.mu.Unlock()
		s.world.turns.yield()
		return Status{}, false, nil
	}
	o.queued = true
	box.probes = append(box.probes, o)
	box.mu.Unlock()
	st, err := o.wait()
	return st, err == nil, err
}
