//go:build mpi

package mpi

import (
	"math"
	"slices"
)

// chunk is a part of b of the next elements, up to MPI's limit for one count.
func (b buffer) chunk(from, limit int) buffer {
	if b.n == 0 {
		return b
	}
	part := view(elementsAt(b, from))
	return buffer{part.ptr, min(b.n-from, limit), b.dt}
}

// elementsAt is b's bytes from an element on.
func elementsAt(b buffer, from int) []byte { return b.bytes()[from*b.dt.size():] }

// inChunks calls f for every part of n elements that one count holds, and once
// where n is 0, because the other ranks call MPI then too.
func (c *realComm) inChunks(n int, f func(from int) error) error {
	for from := 0; from == 0 || from < n; from += c.world.limit {
		if err := f(from); err != nil {
			return err
		}
	}
	return nil
}

func (c *realComm) barrier() error { return hyBarrier(c.comm) }

func (c *realComm) bcast(b buffer, root int) error {
	return c.inChunks(b.n, func(from int) error {
		return hyBcast(b.chunk(from, c.world.limit), c.world.types[b.dt], root, c.comm)
	})
}

// MPICH 4.0.2 crashes in MPI_Reduce in place at a root other than 0, so there
// the input is copied.
func (c *realComm) reduce(send, recv buffer, op Op, root int) error {
	if wrongOrder(send.dt, op) {
		return asSigned(send, recv, root < 0 || root == c.rank, func(send, recv buffer) error { return c.reduce(send, recv, op, root) })
	}
	if root == c.rank && root > 0 && send.same(recv) {
		send = view(slices.Clone(send.bytes()))
		send.n, send.dt = recv.n, recv.dt
	}
	return c.inChunks(send.n, func(from int) error {
		limit := c.world.limit
		return hyReduce(send.chunk(from, limit), recv.chunk(from, limit), c.world.types[send.dt], op, root, c.comm)
	})
}

// wrongOrder reports whether MPI may compare wrongly: MPICH 4.0.2 takes the least and
// the greatest of unsigned integers as if they were signed.
func wrongOrder(dt datatype, op Op) bool {
	return (op == Min || op == Max) && dt >= typeUint8 && dt <= typeUint64
}

// asSigned reduces unsigned integers as signed ones in the same order: each with its
// highest bit turned. gets says whether this rank gets the result.
func asSigned(send, recv buffer, gets bool, reduce func(send, recv buffer) error) error {
	turn := func(b []byte, size int) {
		for i := range b {
			// The highest byte is the last: amd64 and arm64 are little-endian.
			if i%size == size-1 {
				b[i] ^= 0x80
			}
		}
	}
	size, signed := send.dt.size(), send.dt-typeUint8+typeInt8
	own := view(slices.Clone(send.bytes()))
	own.n, own.dt = send.n, signed
	turn(own.bytes(), size)
	to := recv
	to.dt = signed
	if err := reduce(own, to); err != nil || !gets {
		return err
	}
	turn(recv.bytes(), size)
	return nil
}

func (c *realComm) scan(send, recv buffer, op Op) error {
	if wrongOrder(send.dt, op) {
		return asSigned(send, recv, true, func(send, recv buffer) error { return c.scan(send, recv, op) })
	}
	return c.inChunks(send.n, func(from int) error {
		limit := c.world.limit
		return hyScan(send.chunk(from, limit), recv.chunk(from, limit), c.world.types[send.dt], op, c.comm)
	})
}

func (c *realComm) gather(send, recv buffer, parts *layout, root int) error {
	if parts == nil {
		n, t, free, err := c.counted(send.dt, send.n)
		if err != nil {
			return err
		}
		defer free()
		return hyGather(send, recv, n, t, root, c.comm)
	}
	counts, displs, err := c.vectors("Gatherv", parts)
	if err != nil {
		return err
	}
	return hyGatherv(send, recv, counts, displs, c.world.types[send.dt], root, c.comm)
}

func (c *realComm) scatter(send buffer, parts *layout, recv buffer, root int) error {
	if parts == nil {
		n, t, free, err := c.counted(recv.dt, recv.n)
		if err != nil {
			return err
		}
		defer free()
		return hyScatter(send, recv, n, t, root, c.comm)
	}
	counts, displs, err := c.vectors("Scatterv", parts)
	if err != nil {
		return err
	}
	return hyScatterv(send, counts, displs, recv, c.world.types[recv.dt], root, c.comm)
}

// A rank alone copies what it sends itself: MPICH 4.0.2 hangs in MPI_Alltoall of
// one rank while a receive from any source is posted.
func (c *realComm) alltoall(send buffer, sparts *layout, recv buffer, rparts *layout) error {
	if c.size == 1 {
		copy(recv.spans(rparts, 1)[0].Of(recv.bytes()), send.spans(sparts, 1)[0].Of(send.bytes()))
		return nil
	}
	if sparts == nil {
		n, t, free, err := c.counted(send.dt, send.n/c.size)
		if err != nil {
			return err
		}
		defer free()
		return hyAlltoall(send, recv, n, t, c.comm)
	}
	sn, sd, err := c.vectors("Alltoallv", sparts)
	if err != nil {
		return err
	}
	rn, rd, err := c.vectors("Alltoallv", rparts)
	if err != nil {
		return err
	}
	return hyAlltoallv(send, sn, sd, recv, rn, rd, c.world.types[send.dt], c.comm)
}

// vectors is a layout in MPI's integers; nil where the layout is empty, on the
// ranks that are not the root.
func (c *realComm) vectors(call string, parts *layout) (counts, displs []int32, err error) {
	if parts.counts == nil {
		return nil, nil, nil
	}
	narrow := func(v []int) ([]int32, error) {
		out := make([]int32, len(v))
		for i, x := range v {
			if x > c.world.limit || x > math.MaxInt32 {
				return nil, fail(call, ClassCount, "part %d has a count or displacement of %d; "+
					"MPI takes at most %d elements here: send such parts by Send and Recv", i, x, c.world.limit)
			}
			out[i] = int32(x)
		}
		return out, nil
	}
	if counts, err = narrow(parts.counts); err != nil {
		return nil, nil, err
	}
	displs, err = narrow(parts.displs)
	return counts, displs, err
}
