package mpi

// Send sends buf to dest and returns once buf may be changed again. It may
// wait until dest has posted the receive: a program in which two ranks Send to
// each other before either receives is wrong, whatever it does for short messages:
// see Sendrecv. The cost is alpha + n beta, as the package's documentation has it.
func Send[T Number](c *Comm, buf []T, dest, tag int) error {
	if err := c.checkSend("Send", dest, tag); err != nil {
		return err
	}
	if dest == ProcNull {
		return nil
	}
	return c.t.send(view(buf), dest, tag)
}

// Recv receives into buf the first message from source (or AnySource) with
// that tag (or AnyTag), and waits for it. The message may be shorter than buf,
// see Count; a longer one is an *Error of ClassTruncate.
func Recv[T Number](c *Comm, buf []T, source, tag int) (Status, error) {
	if err := c.checkRecv("Recv", source, tag); err != nil {
		return Status{}, err
	}
	if source == ProcNull {
		return nullStatus, nil
	}
	return c.t.recv(view(buf), source, tag)
}

// Isend starts a send. buf must stay as it is until Wait, or a Test that says true.
func Isend[T Number](c *Comm, buf []T, dest, tag int) (*Request, error) {
	if err := c.checkSend("Isend", dest, tag); err != nil {
		return nil, err
	}
	if dest == ProcNull {
		return &Request{done: true}, nil
	}
	return c.t.isend(view(buf), dest, tag)
}

// Irecv starts a receive. buf must not be touched until Wait, or a Test that says true.
func Irecv[T Number](c *Comm, buf []T, source, tag int) (*Request, error) {
	if err := c.checkRecv("Irecv", source, tag); err != nil {
		return nil, err
	}
	if source == ProcNull {
		return &Request{done: true, status: nullStatus}, nil
	}
	return c.t.irecv(view(buf), source, tag)
}

// Sendrecv sends one message and receives another, in any order: the shift
// along a line or ring of ranks that cannot deadlock. The two buffers must not
// overlap. dest and source may be this rank itself, or ProcNull.
func Sendrecv[T Number](c *Comm, send []T, dest, sendtag int, recv []T, source, recvtag int) (Status, error) {
	if err := c.checkSend("Sendrecv", dest, sendtag); err != nil {
		return Status{}, err
	}
	if err := c.checkRecv("Sendrecv", source, recvtag); err != nil {
		return Status{}, err
	}
	s, r := view(send), view(recv)
	if s.overlaps(r) {
		return Status{}, fail("Sendrecv", ClassBuffer, "the send and receive buffers overlap")
	}
	switch {
	case dest == ProcNull && source == ProcNull:
		return nullStatus, nil
	case dest == ProcNull:
		return c.t.recv(r, source, recvtag)
	case source == ProcNull:
		return nullStatus, c.t.send(s, dest, sendtag)
	}
	return c.t.sendrecv(s, dest, sendtag, r, source, recvtag)
}

// Probe waits for a message from source (or AnySource) with that tag (or
// AnyTag) and says what it is without receiving it; a Recv from Status.Source
// with Status.Tag gets it.
func (c *Comm) Probe(source, tag int) (Status, error) {
	if err := c.checkRecv("Probe", source, tag); err != nil {
		return Status{}, err
	}
	if source == ProcNull {
		return nullStatus, nil
	}
	st, _, err := c.t.probe(source, tag, true)
	return st, err
}

// Iprobe is Probe without waiting; it says false where no such message has arrived.
func (c *Comm) Iprobe(source, tag int) (Status, bool, error) {
	if err := c.checkRecv("Iprobe", source, tag); err != nil {
		return Status{}, false, err
	}
	if source == ProcNull {
		return nullStatus, true, nil
	}
	return c.t.probe(source, tag, false)
}
