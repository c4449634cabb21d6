package mpi

import "hybrid/mpi/pattern"

// Comm is one rank's end of a communicator: an ordered group of ranks and a
// space of messages that no other communicator sees. It is used by the rank's
// own goroutine, the one that Run calls, and by no other.
type Comm struct {
	t          transport
	rank, size int
	tagUB      int
	about      description
	world      bool
	freed      bool
}

func newComm(t transport, rank, size int) *Comm {
	d := t.describe()
	return &Comm{t: t, rank: rank, size: size, tagUB: d.tagUB, about: d}
}

// Rank is this rank's number, from 0.
func (c *Comm) Rank() int { return c.rank }

// Size is the number of ranks.
func (c *Comm) Size() int { return c.size }

// Transport is "local", "openmpi", "mpich", or "mpi" for any other MPI.
func (c *Comm) Transport() string { return c.about.name }

// Library is the transport's version, in one line.
func (c *Comm) Library() string { return c.about.library }

// LibraryFile is the file that the library was loaded from, or "" where nothing was: ranks
// are goroutines, or the program was linked with an MPI.
func (c *Comm) LibraryFile() string { return c.about.file }

// Host is the name of the machine that this rank runs on.
func (c *Comm) Host() string { return c.about.host }

// TagUB is the highest tag; MPI promises at least 32767.
func (c *Comm) TagUB() int { return c.tagUB }

// Handle is the communicator for C code of the program's own, a solver or a writer of
// files that wants an MPI_Comm: MPI_Comm_f2c makes one of the number, which is the handle
// that Fortran uses. It is false where no MPI library carries the messages. MPI knows one
// thread: C is called by the rank's own goroutine, which keeps it.
func (c *Comm) Handle() (int32, bool) {
	t := c.t
	if w, watched := t.(*watchedTransport); watched {
		t = w.transport
	}
	if h, ok := t.(interface{ handle() int32 }); ok {
		return h.handle(), true
	}
	return 0, false
}

// TakesDeviceMemory tells whether the MPI library says, by MPIX_Query_cuda_support, that
// its calls take pointers to the memory of CUDA devices. One that does not have that
// function does not.
func (c *Comm) TakesDeviceMemory() bool {
	t := c.t
	if w, watched := t.(*watchedTransport); watched {
		t = w.transport
	}
	d, ok := t.(interface{ takesDeviceMemory() bool })
	return ok && d.takesDeviceMemory()
}

// Abort ends the whole job, every rank of it, with that exit status. It does
// not return.
func (c *Comm) Abort(status int) { c.t.abort(status) }

// Split makes a communicator of the ranks that gave the same color, ordered
// by key and, where keys are equal, by rank. A rank with a negative color
// gets nil. Collective; an allgather of two integers and a few messages more.
func (c *Comm) Split(color, key int) (*Comm, error) {
	if err := c.check("Split"); err != nil {
		return nil, err
	}
	t, rank, size, err := c.t.split(color, key)
	if err != nil || t == nil {
		return nil, err
	}
	return newComm(t, rank, size), nil
}

// Node makes a communicator of the ranks that share this node's memory, in
// rank order. Collective.
func (c *Comm) Node() (*Comm, error) {
	if err := c.check("Node"); err != nil {
		return nil, err
	}
	t, rank, size, err := c.t.node()
	if err != nil {
		return nil, err
	}
	return newComm(t, rank, size), nil
}

// Free gives back what the communicator holds; using it afterwards is an
// error. Collective. The communicator that Run hands out is not freed.
func (c *Comm) Free() error {
	if err := c.check("Free"); err != nil {
		return err
	}
	if c.world {
		return fail("Free", ClassComm, "the communicator that Run hands out stays until Run returns")
	}
	c.freed = true
	return c.t.free()
}

// Endpoint makes a private copy of the communicator for the algorithms of
// package pattern: their messages meet no other traffic. Collective; close it
// with the function that comes with it.
func (c *Comm) Endpoint() (pattern.Endpoint, func() error, error) {
	d, err := c.Split(0, c.rank)
	if err != nil {
		return nil, nil, err
	}
	return &endpoint{p: d.t, rank: d.rank, size: d.size}, d.Free, nil
}

func (c *Comm) check(op string) error {
	if c == nil {
		return fail(op, ClassComm, "the communicator is nil; Split gives nil to ranks with a negative color")
	}
	if c.freed {
		return fail(op, ClassComm, "the communicator was freed")
	}
	return nil
}

func (c *Comm) checkRoot(op string, root int) error {
	if err := c.check(op); err != nil {
		return err
	}
	if root < 0 || root >= c.size {
		return fail(op, ClassRoot, "root %d is outside the communicator; want 0..%d", root, c.size-1)
	}
	return nil
}

func (c *Comm) checkSend(op string, dest, tag int) error {
	if c == nil || c.freed {
		return c.check(op)
	}
	if uint(dest) >= uint(c.size) && dest != ProcNull {
		return fail(op, ClassRank, "destination %d is outside the communicator; want 0..%d or ProcNull", dest, c.size-1)
	}
	if uint(tag) > uint(c.tagUB) {
		return fail(op, ClassTag, "tag %d is not allowed; want 0..%d", tag, c.tagUB)
	}
	return nil
}

func (c *Comm) checkRecv(op string, source, tag int) error {
	if c == nil || c.freed {
		return c.check(op)
	}
	if uint(source) >= uint(c.size) && source != ProcNull && source != AnySource {
		return fail(op, ClassRank, "source %d is outside the communicator; want 0..%d, AnySource or ProcNull", source, c.size-1)
	}
	if uint(tag) > uint(c.tagUB) && tag != AnyTag {
		return fail(op, ClassTag, "tag %d is not allowed; want 0..%d or AnyTag", tag, c.tagUB)
	}
	return nil
}
