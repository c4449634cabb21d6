package mpitest

import (
	"errors"
	"fmt"
	"math"
	"syscall"

	"hybrid/mpi"
)

// want checks that err is an *mpi.Error of a class.
func want(class mpi.Class, call string, err error) error {
	var e *mpi.Error
	if !errors.As(err, &e) || e.Class != class {
		return fmt.Errorf("%s: error %v, want one of class %v", call, err, class)
	}
	return nil
}

// badArguments makes every mistake that is found before a message is sent.
func badArguments(c *mpi.Comm) error {
	p, me := c.Size(), c.Rank()
	x, y := make([]int32, 2*p), make([]int32, 2*p)
	three := make([]int32, 3)
	own := make([]int, p)
	own[me] = 2
	_, errRecv := mpi.Recv(c, x, p, 0)
	_, errRecvTag := mpi.Recv(c, x, me, -3)
	_, errSendrecv := mpi.Sendrecv(c, x, me, 0, x[1:], me, 0)
	_, errIsend := mpi.Isend(c, x, -1, 0)
	_, errIrecv := mpi.Irecv(c, x, -4, 0)
	_, errProbe := c.Probe(p+1, 0)
	_, _, errIprobe := c.Iprobe(0, -2)
	_, errCart := c.Cart([]int{1, 1}, []bool{true})
	long := make([]int, p+1)
	outside := make([]int, p)
	outside[me] = 2*p - 1
	negative := make([]int, p)
	negative[me] = -1
	errs := []error{
		want(mpi.ClassRank, "Send to Size", mpi.Send(c, x, p, 0)),
		want(mpi.ClassRank, "Send to AnySource", mpi.Send(c, x, mpi.AnySource, 0)),
		want(mpi.ClassTag, "Send with a negative tag", mpi.Send(c, x, me, -1)),
		want(mpi.ClassTag, "Send above TagUB", mpi.Send(c, x, me, c.TagUB()+1)),
		want(mpi.ClassRank, "Recv", errRecv),
		want(mpi.ClassTag, "Recv", errRecvTag),
		want(mpi.ClassBuffer, "Sendrecv with overlapping buffers", errSendrecv),
		want(mpi.ClassRank, "Isend", errIsend),
		want(mpi.ClassRank, "Irecv", errIrecv),
		want(mpi.ClassRank, "Probe", errProbe),
		want(mpi.ClassTag, "Iprobe", errIprobe),
		want(mpi.ClassArg, "Cart", errCart),
		want(mpi.ClassRoot, "Bcast", mpi.Bcast(c, x, p)),
		want(mpi.ClassRoot, "Reduce", mpi.Reduce(c, x, y, mpi.Sum, -1)),
		want(mpi.ClassBuffer, "Reduce of unequal lengths", mpi.Reduce(c, x, y[1:], mpi.Sum, me)),
		want(mpi.ClassBuffer, "Allreduce of overlapping buffers", mpi.Allreduce(c, three[1:], three[:2], mpi.Sum)),
		want(mpi.ClassBuffer, "Gather", mpi.Gather(c, x[:1], y, me)),
		want(mpi.ClassBuffer, "Gather of overlapping buffers", mpi.Gather(c, y[:2], y, me)),
		want(mpi.ClassBuffer, "Allgather", mpi.Allgather(c, x[:2], y[1:])),
		want(mpi.ClassBuffer, "Scatter", mpi.Scatter(c, x[1:], y[:2], me)),
		want(mpi.ClassBuffer, "Alltoall", mpi.Alltoall(c, x, y[1:])),
		want(mpi.ClassCount, "Gatherv with a count too many", mpi.Gatherv(c, x[:2], y, long, nil, me)),
		want(mpi.ClassCount, "Gatherv outside the buffer", mpi.Gatherv(c, x[:2], y, own, outside, me)),
		want(mpi.ClassCount, "Gatherv at a negative place", mpi.Gatherv(c, x[:2], y, own, negative, me)),
		want(mpi.ClassCount, "Allgatherv with a negative count", mpi.Allgatherv(c, x[:2], y, negative, nil)),
		want(mpi.ClassCount, "Allgatherv with another own count", mpi.Allgatherv(c, x[:1], y, own, nil)),
		want(mpi.ClassCount, "Scatterv with another own count", mpi.Scatterv(c, y, own, nil, x[:1], me)),
		want(mpi.ClassCount, "Alltoallv with another count for itself", mpi.Alltoallv(c, x, own, nil, y, make([]int, p), nil)),
	}
	return first(errs...)
}

// hugeCounts places empty parts behind 2^31 elements of memory that nobody may
// touch. The local transport does nothing, as asked; where MPI's integers
// cannot express the place, the call must say so instead of wrapping around.
func hugeCounts(c *mpi.Comm) error {
	self, err := c.Split(c.Rank(), 0)
	if err != nil {
		return err
	}
	n := math.MaxInt32
	if n += 10; c.Rank() == 0 && n > 0 { // an int of 32 bits has wrapped around
		memory, err := syscall.Mmap(-1, 0, n, syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		if err != nil {
			return fmt.Errorf("mapping %d bytes of no access: %w", n, err)
		}
		defer syscall.Munmap(memory)
		huge, none := memory, []uint8{}
		counts, displs := []int{0}, []int{n - 2}
		for call, err := range map[string]error{
			"Gatherv":    mpi.Gatherv(self, none, huge, counts, displs, 0),
			"Allgatherv": mpi.Allgatherv(self, none, huge, counts, displs),
			"Scatterv":   mpi.Scatterv(self, huge, counts, displs, none, 0),
		} {
			if c.Transport() == "local" {
				if err != nil {
					return fmt.Errorf("%s: %w", call, err)
				}
			} else if err := want(mpi.ClassCount, call+" behind 2^31 elements", err); err != nil {
				return err
			}
		}
	}
	return first(self.Free(), c.Barrier())
}

// Huge sends more than 2^31 elements from rank 0 to the last one (or itself),
// which takes twice their bytes of memory. It is not among the Checks.
func Huge(c *mpi.Comm) error {
	n := math.MaxInt32
	if n += 100; n < 0 {
		return errors.New("an int of 32 bits cannot count 2^31 elements")
	}
	last := c.Size() - 1
	marks := []int{0, 1, math.MaxInt32 - 1, math.MaxInt32, n - 1}
	var s, r *mpi.Request
	var err1, err2 error
	in := []int8{}
	if c.Rank() == last {
		in = make([]int8, n)
		r, err1 = mpi.Irecv(c, in, 0, 0)
	}
	if c.Rank() == 0 {
		out := make([]int8, n)
		for i, m := range marks {
			out[m] = int8(i + 1)
		}
		s, err2 = mpi.Isend(c, out, last, 0)
	}
	if err := first(err1, err2, mpi.Waitall(s, r)); err != nil {
		return err
	}
	if c.Rank() == last {
		if st, _ := r.Wait(); st.Bytes != n {
			return fmt.Errorf("status %+v, want %d bytes", st, n)
		}
		for i, m := range marks {
			if in[m] != int8(i+1) {
				return fmt.Errorf("element %d is %d, want %d", m, in[m], i+1)
			}
		}
	}
	return c.Barrier()
}
