package mpi

import "unsafe"

// An endpoint is a pointToPoint as package pattern wants it.
type endpoint struct {
	p          pointToPoint
	rank, size int
	scratch    []uint64
}

func (e *endpoint) Rank() int { return e.rank }
func (e *endpoint) Size() int { return e.size }

// Scratch is memory that is kept from one pattern to the next: n bytes of any
// value, good until the next call.
func (e *endpoint) Scratch(n int) []byte {
	if n > 8*len(e.scratch) {
		e.scratch = make([]uint64, (n+7)/8)
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(e.scratch))), n)
}

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
