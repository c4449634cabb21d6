package mpi

// Wildcards and the absent peer, as in MPI.
const (
	AnySource = -1 // receive from whichever rank sends first
	AnyTag    = -1 // receive whichever tag comes first
	ProcNull  = -2 // a peer that is not there: sending to it and receiving from it do nothing
)

// Status says what was received, or would be.
type Status struct {
	Source int // rank in the communicator; ProcNull for a receive from ProcNull
	Tag    int
	Bytes  int
}

// Count is the length of the message in elements of T. It is an error when
// the message is not a whole number of them.
func Count[T Number](s Status) (int, error) {
	dt := typeOf[T]()
	if s.Bytes%dt.size() != 0 {
		return 0, fail("Count", ClassArg, "a message of %d bytes is no whole number of %v (%d bytes each)", s.Bytes, dt, dt.size())
	}
	return s.Bytes / dt.size(), nil
}

var nullStatus = Status{Source: ProcNull, Tag: AnyTag}
