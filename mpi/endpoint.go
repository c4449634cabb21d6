package mpi

// An endpoint is a pointToPoint as package pattern wants it.
type endpoint struct {
	p          pointToPoint
	rank, size int
}

func (e *endpoint) Rank() int { return e.rank }
func (e *endpoint) Size() int { return e.size }

func (e *endpoint) Send(buf []byte, dest, tag int) error {
	return e.p.send(view(buf), dest, tag)
}

func (e *endpoint) Recv(buf []byte, source, tag int) error {
	st, err := e.p.recv(view(buf), source, tag)
	return exact(st, err, len(buf))
}

func (e *endpoint) Sendrecv(send []byte, dest int, recv []byte, source, tag int) error {
	st, err := e.p.sendrecv(view(send), dest, tag, view(recv), source, tag)
	return exact(st, err, len(recv))
}

// exact makes a message that is shorter than the buffer an error: the ranks
// disagree about the lengths of a collective.
func exact(st Status, err error, want int) error {
	if err == nil && st.Bytes != want {
		return fail("Recv", ClassTruncate, "rank %d sent %d bytes where %d were expected; the ranks disagree about the length", st.Source, st.Bytes, want)
	}
	return err
}
