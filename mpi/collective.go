package mpi

// Barrier returns on no rank before every rank has called it.
func (c *Comm) Barrier() error {
	if err := c.check("Barrier"); err != nil {
		return err
	}
	return c.t.barrier()
}

// Bcast copies root's buf into every rank's buf, which has the same length.
func Bcast[T Number](c *Comm, buf []T, root int) error {
	if err := c.checkRoot("Bcast", root); err != nil {
		return err
	}
	return c.t.bcast(view(buf), root)
}

// Reduce combines element i of every rank's send into element i of root's recv,
// for every i. All slices have one length; recv is used at the root alone, and
// there it may be send itself. Floating-point results do not change from run to
// run of the local transport on the same number of ranks; on another number
// they may, by rounding.
func Reduce[T Number](c *Comm, send, recv []T, op Op, root int) error {
	if err := c.checkRoot("Reduce", root); err != nil {
		return err
	}
	s, r := view(send), view(recv)
	if c.rank != root {
		r = buffer{dt: s.dt}
	}
	if err := checkReduce("Reduce", s, r, op, c.rank == root); err != nil {
		return err
	}
	return c.t.reduce(s, r, op, root)
}

// Allreduce is Reduce with the result on every rank, the same bits on each.
func Allreduce[T Number](c *Comm, send, recv []T, op Op) error {
	if err := c.check("Allreduce"); err != nil {
		return err
	}
	s, r := view(send), view(recv)
	if err := checkReduce("Allreduce", s, r, op, true); err != nil {
		return err
	}
	return c.t.reduce(s, r, op, everyRank)
}

// Scan combines element i of the send of ranks 0 to this one into element i of
// recv. recv may be send itself.
func Scan[T Number](c *Comm, send, recv []T, op Op) error {
	if err := c.check("Scan"); err != nil {
		return err
	}
	s, r := view(send), view(recv)
	if err := checkReduce("Scan", s, r, op, true); err != nil {
		return err
	}
	return c.t.scan(s, r, op)
}

func checkReduce(call string, s, r buffer, op Op, lands bool) error {
	if err := op.checkFor(call, s.dt); err != nil {
		return err
	}
	if lands && s.n != r.n {
		return fail(call, ClassBuffer, "the receive buffer has %d elements, the send buffer %d; want the same number", r.n, s.n)
	}
	if s.overlaps(r) && !s.same(r) {
		return fail(call, ClassBuffer, "the send and receive buffers overlap; want one and the same, or apart")
	}
	return nil
}

// Gather puts the send of every rank, equally long on all, into root's recv in
// rank order. recv is used at the root alone and has Size times the length.
func Gather[T Number](c *Comm, send, recv []T, root int) error {
	if err := c.checkRoot("Gather", root); err != nil {
		return err
	}
	s, r := view(send), view(recv)
	if c.rank != root {
		r = buffer{dt: s.dt}
	} else if err := c.checkEqual("Gather", "receive", s, r); err != nil {
		return err
	}
	return c.t.gather(s, r, nil, root)
}

// Gatherv puts the send of every rank into root's recv: counts[i] elements of
// rank i at displs[i], or one after the other where displs is nil. recv, counts
// and displs are used at the root alone. The parts must not overlap.
func Gatherv[T Number](c *Comm, send, recv []T, counts, displs []int, root int) error {
	if err := c.checkRoot("Gatherv", root); err != nil {
		return err
	}
	s, r := view(send), view(recv)
	if c.rank != root {
		return c.t.gather(s, buffer{dt: s.dt}, &layout{}, root)
	}
	parts, err := c.checkParts("Gatherv", "receive", r, counts, displs)
	if err != nil {
		return err
	}
	if err := c.checkOwn("Gatherv", s, r, parts); err != nil {
		return err
	}
	return c.t.gather(s, r, parts, root)
}

// Allgather is Gather with the result on every rank.
func Allgather[T Number](c *Comm, send, recv []T) error {
	if err := c.check("Allgather"); err != nil {
		return err
	}
	s, r := view(send), view(recv)
	if err := c.checkEqual("Allgather", "receive", s, r); err != nil {
		return err
	}
	return c.t.gather(s, r, nil, everyRank)
}

// Allgatherv is Gatherv with the result on every rank; counts and displs are
// the same on all.
func Allgatherv[T Number](c *Comm, send, recv []T, counts, displs []int) error {
	if err := c.check("Allgatherv"); err != nil {
		return err
	}
	s, r := view(send), view(recv)
	parts, err := c.checkParts("Allgatherv", "receive", r, counts, displs)
	if err != nil {
		return err
	}
	if err := c.checkOwn("Allgatherv", s, r, parts); err != nil {
		return err
	}
	return c.t.gather(s, r, parts, everyRank)
}

// Scatter cuts root's send into Size equal parts and puts each into its rank's
// recv. send is used at the root alone.
func Scatter[T Number](c *Comm, send, recv []T, root int) error {
	if err := c.checkRoot("Scatter", root); err != nil {
		return err
	}
	s, r := view(send), view(recv)
	if c.rank != root {
		s = buffer{dt: r.dt}
	} else if err := c.checkEqual("Scatter", "send", r, s); err != nil {
		return err
	}
	return c.t.scatter(s, nil, r, root)
}

// Scatterv puts counts[i] elements of root's send, from displs[i] on (or one
// part after the other where displs is nil), into the recv of rank i, which has
// that length. send, counts and displs are used at the root alone.
func Scatterv[T Number](c *Comm, send []T, counts, displs []int, recv []T, root int) error {
	if err := c.checkRoot("Scatterv", root); err != nil {
		return err
	}
	s, r := view(send), view(recv)
	if c.rank != root {
		return c.t.scatter(buffer{dt: r.dt}, &layout{}, r, root)
	}
	parts, err := c.checkParts("Scatterv", "send", s, counts, displs)
	if err != nil {
		return err
	}
	if err := c.checkOwn("Scatterv", r, s, parts); err != nil {
		return err
	}
	return c.t.scatter(s, parts, r, root)
}

// Alltoall cuts send into Size equal parts and puts part i into rank i's recv,
// where the parts of all ranks lie in rank order.
func Alltoall[T Number](c *Comm, send, recv []T) error {
	if err := c.check("Alltoall"); err != nil {
		return err
	}
	s, r := view(send), view(recv)
	if s.n != r.n || s.n%c.size != 0 {
		return fail("Alltoall", ClassBuffer, "the buffers have %d and %d elements; want the same multiple of %d ranks", s.n, r.n, c.size)
	}
	if s.overlaps(r) {
		return fail("Alltoall", ClassBuffer, "the send and receive buffers overlap")
	}
	return c.t.alltoall(s, nil, r, nil)
}

// Alltoallv puts sendcounts[i] elements of send, from senddispls[i] on, into
// rank i's recv, which takes recvcounts[j] elements of rank j at recvdispls[j].
// Displacements that are nil mean one part after the other. What rank i sends
// to j is as long as what j receives from i.
func Alltoallv[T Number](c *Comm, send []T, sendcounts, senddispls []int, recv []T, recvcounts, recvdispls []int) error {
	if err := c.check("Alltoallv"); err != nil {
		return err
	}
	s, r := view(send), view(recv)
	sparts, err := c.checkParts("Alltoallv", "send", s, sendcounts, senddispls)
	if err != nil {
		return err
	}
	rparts, err := c.checkParts("Alltoallv", "receive", r, recvcounts, recvdispls)
	if err != nil {
		return err
	}
	if sparts.counts[c.rank] != rparts.counts[c.rank] {
		return fail("Alltoallv", ClassCount, "rank %d sends %d elements to itself and receives %d; want the same number",
			c.rank, sparts.counts[c.rank], rparts.counts[c.rank])
	}
	if s.overlaps(r) {
		return fail("Alltoallv", ClassBuffer, "the send and receive buffers overlap")
	}
	return c.t.alltoall(s, sparts, r, rparts)
}

// checkEqual checks that whole has the room of one equal part for every rank.
func (c *Comm) checkEqual(call, which string, part, whole buffer) error {
	if whole.n/c.size != part.n || whole.n%c.size != 0 {
		return fail(call, ClassBuffer, "the %s buffer has %d elements; want %d ranks times %d", which, whole.n, c.size, part.n)
	}
	if part.overlaps(whole) {
		return fail(call, ClassBuffer, "the send and receive buffers overlap")
	}
	return nil
}

// checkParts checks that every part lies within b, and fills in displacements.
func (c *Comm) checkParts(call, which string, b buffer, counts, displs []int) (*layout, error) {
	if len(counts) != c.size || displs != nil && len(displs) != c.size {
		return nil, fail(call, ClassCount, "%d counts and %d displacements; want one for each of %d ranks", len(counts), len(displs), c.size)
	}
	packed := displs == nil
	if packed {
		displs = make([]int, c.size)
	}
	at := 0
	for i, n := range counts {
		if packed {
			displs[i] = at
		}
		d := displs[i]
		if n < 0 || d < 0 || d > b.n || n > b.n-d {
			return nil, fail(call, ClassCount, "part %d, %d elements at %d, is not within the %s buffer of %d elements", i, n, d, which, b.n)
		}
		at += n
	}
	return &layout{counts, displs}, nil
}

// checkOwn checks this rank's own part of whole.
func (c *Comm) checkOwn(call string, part, whole buffer, parts *layout) error {
	if parts.counts[c.rank] != part.n {
		return fail(call, ClassCount, "counts[%d] is %d, but rank %d's own part has %d elements", c.rank, parts.counts[c.rank], c.rank, part.n)
	}
	if part.overlaps(whole) {
		return fail(call, ClassBuffer, "the send and receive buffers overlap")
	}
	return nil
}
