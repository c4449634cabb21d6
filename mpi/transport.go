package mpi

import "hybrid/mpi/pattern"

// A transport carries one communicator's traffic. Its callers have checked
// ranks, tags and lengths, and have dealt with ProcNull, so an implementation
// sees only calls that can be carried out.
type transport interface {
	pointToPoint
	collective
	group
}

type pointToPoint interface {
	send(b buffer, dest, tag int) error
	recv(b buffer, source, tag int) (Status, error)
	// sendrecv is a send and a receive at once: neither waits for the other.
	sendrecv(s buffer, dest, stag int, r buffer, source, rtag int) (Status, error)
	isend(b buffer, dest, tag int) (*Request, error)
	irecv(b buffer, source, tag int) (*Request, error)
	// probe says what the next matching receive would get; the bool is false
	// only where wait is false.
	probe(source, tag int, wait bool) (Status, bool, error)
}

// everyRank in place of a root: the result goes to all.
const everyRank = -1

type collective interface {
	barrier() error
	bcast(b buffer, root int) error
	// reduce to root or everyRank. recv is empty where the result does not go;
	// send and recv may be the same buffer.
	reduce(send, recv buffer, op Op, root int) error
	scan(send, recv buffer, op Op) error
	// gather to root or everyRank; parts says where in recv each rank's
	// elements go, nil for equal parts in rank order.
	gather(send, recv buffer, parts *layout, root int) error
	scatter(send buffer, parts *layout, recv buffer, root int) error
	alltoall(send buffer, sparts *layout, recv buffer, rparts *layout) error
}

type group interface {
	split(color, key int) (transport, int, int, error) // transport, rank, size; nil for color < 0
	node() (transport, int, int, error)
	free() error
	abort(status int)
	describe() description
}

// A description is what a transport says of itself and the place it runs at.
type description struct {
	name    string // "local", "openmpi", "mpich", "mpi"
	library string
	file    string // of the library, where it was loaded by its name
	host    string
	tagUB   int
}

// A layout says where each rank's part of a buffer lies, in elements.
type layout struct {
	counts, displs []int
}

// spans is where the ranks' parts of b lie, in bytes.
func (b buffer) spans(parts *layout, p int) []pattern.Span {
	if parts == nil {
		return pattern.Equal(b.size()/p, p)
	}
	spans := make([]pattern.Span, p)
	for i := range spans {
		spans[i] = pattern.Span{Off: parts.displs[i] * b.dt.size(), Len: parts.counts[i] * b.dt.size()}
	}
	return spans
}
