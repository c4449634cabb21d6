//go:build mpi

package mpi

import (
	"math"
	"os"
)

// A realWorld is what the communicators of an MPI run share.
type realWorld struct {
	about description
	types [numTypes]typeHandle
	// limit is the highest count that goes to MPI as one: 2^31-1, its int.
	limit int
	open  *realRequest // those under way, as a list: MPI has their addresses
	pins  *pin         // that are free, as a list

	// What waitAll works in.
	waited   []*realRequest
	messages []message
}

func newRealWorld(file string) (*realWorld, error) {
	about, err := realDescribe()
	if err != nil {
		return nil, err
	}
	about.file = file
	w := &realWorld{about: about, limit: math.MaxInt32}
	for d := range w.types {
		w.types[d] = typeHandleOf(datatype(d))
	}
	return w, nil
}

// A realComm is a communicator of MPI.
type realComm struct {
	world      *realWorld
	comm       commHandle
	rank, size int
}

// counted is n elements of b's type as MPI counts them: as n of the type, or
// as one of a type that holds all n. free gives back the latter.
func (c *realComm) counted(d datatype, n int) (count int, t typeHandle, free func(), err error) {
	if n <= c.world.limit {
		return n, c.world.types[d], func() {}, nil
	}
	large, err := hyLarge(n, c.world.limit, c.world.types[d])
	return 1, large, func() { hyTypeFree(large) }, err
}

func (c *realComm) send(b buffer, dest, tag int) error {
	if b.n <= c.world.limit {
		return hySend(b, b.n, c.world.types[b.dt], dest, tag, c.comm)
	}
	n, t, free, err := c.counted(b.dt, b.n)
	if err != nil {
		return err
	}
	defer free()
	return hySend(b, n, t, dest, tag, c.comm)
}

func (c *realComm) recv(b buffer, source, tag int) (Status, error) {
	if b.n <= c.world.limit {
		return hyRecv(b, b.n, c.world.types[b.dt], source, tag, c.comm)
	}
	n, t, free, err := c.counted(b.dt, b.n)
	if err != nil {
		return Status{}, err
	}
	defer free()
	return hyRecv(b, n, t, source, tag, c.comm)
}

func (c *realComm) sendrecv(s buffer, dest, stag int, r buffer, source, rtag int) (Status, error) {
	if s.n <= c.world.limit && r.n <= c.world.limit {
		return hySendrecv(s, s.n, c.world.types[s.dt], dest, stag, r, r.n, c.world.types[r.dt], source, rtag, c.comm)
	}
	sn, st, sfree, err := c.counted(s.dt, s.n)
	if err != nil {
		return Status{}, err
	}
	defer sfree()
	rn, rt, rfree, err := c.counted(r.dt, r.n)
	if err != nil {
		return Status{}, err
	}
	defer rfree()
	return hySendrecv(s, sn, st, dest, stag, r, rn, rt, source, rtag, c.comm)
}

func (c *realComm) probe(source, tag int, wait bool) (Status, bool, error) {
	return hyProbe(source, tag, c.comm, wait)
}

func (c *realComm) split(color, key int) (transport, int, int, error) {
	if color > math.MaxInt32 || key != int(int32(key)) {
		return nil, 0, 0, fail("Split", ClassArg, "color %d or key %d does not fit MPI's int; want at most 2^31-1", color, key)
	}
	comm, rank, size, err := hySplit(c.comm, max(color, -1), key)
	if err != nil || size == 0 {
		return nil, 0, 0, err
	}
	return &realComm{c.world, comm, rank, size}, rank, size, nil
}

func (c *realComm) node() (transport, int, int, error) {
	comm, rank, size, err := hyNode(c.comm, c.rank)
	if err != nil {
		return nil, 0, 0, err
	}
	return &realComm{c.world, comm, rank, size}, rank, size, nil
}

func (c *realComm) free() error { return hyFree(c.comm) }

// abort leaves by way of os.Exit if MPI_Abort, against its promise, returns.
func (c *realComm) abort(status int) {
	hyAbort(worldHandle(), status)
	os.Exit(status)
}

// worldRanks is nil where the library does not say it: then ranks go by their numbers here.
func (c *realComm) worldRanks() []int { return hyWorldRanks(c.comm, c.size) }

func (c *realComm) handle() int32 { return hyFortran(c.comm) }

func (c *realComm) takesDeviceMemory() bool { return hyTakesDeviceMemory() }

func (c *realComm) describe() description { return c.world.about }
