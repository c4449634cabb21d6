package mpi

import (
	"cmp"
	"os"
	"slices"

	"hybrid/mpi/pattern"
)

// A localComm is one rank's end of a communicator of the local transport. Its
// collectives are those of package pattern.
type localComm struct {
	localSpace
	inner localSpace // of the collectives
	end   endpoint   // on inner
	calls uint32     // collectives so far
}

// newLocalComm makes the communicator with number id; group holds its ranks'
// numbers in the world.
func newLocalComm(w *localWorld, rank int, group []int, id int32) *localComm {
	c := &localComm{
		localSpace: localSpace{world: w, rank: rank, group: group, context: 2 * id},
		inner:      localSpace{world: w, rank: rank, group: group, context: 2*id + 1},
	}
	c.end = endpoint{p: &c.inner, rank: rank, size: len(group)}
	return c
}

// as begins a collective with n elements of each rank, to or from root.
func (c *localComm) as(name callName, n int, dt datatype, op Op, root int) pattern.Endpoint {
	c.calls++
	c.inner.call = call{n: n, number: c.calls, root: int32(root), name: name, op: uint8(op), dt: uint8(dt)}
	return &c.end
}

// plain is as where there is nothing to compare but the name.
func (c *localComm) plain(name callName) pattern.Endpoint { return c.as(name, 0, 0, 0, everyRank) }

// Lengths in bytes from which the algorithms for long messages pay, after
// Thakur, Rabenseifner and Gropp 2005.
const (
	longBcast     = 12 << 10
	longAllreduce = 2 << 10
	longGather    = 4 << 10
	manyRanks     = 8

	// Of the part of each rank: where a ring passes shorter ones, each of its p
	// steps costs more than its bytes.
	shortPart = 512
)

func (c *localComm) barrier() error { return pattern.BarrierDissemination(c.plain(callBarrier)) }

func (c *localComm) bcast(b buffer, root int) error {
	e := c.as(callBcast, b.n, b.dt, 0, root)
	if b.size() < max(longBcast, shortPart*len(c.group)) || len(c.group) < manyRanks {
		return pattern.BcastBinomial(e, b.bytes(), root)
	}
	return pattern.BcastScatterAllgather(e, b.bytes(), root)
}

func (c *localComm) reduce(send, recv buffer, op Op, root int) error {
	f := combiner(send.dt, op)
	if root != everyRank {
		return pattern.ReduceBinomial(c.as(callReduce, send.n, send.dt, op, root), send.bytes(), recv.bytes(), f, root)
	}
	e, p, buf := c.as(callAllreduce, send.n, send.dt, op, root), len(c.group), recv.bytes()
	copy(buf, send.bytes())
	switch {
	case len(buf) < longAllreduce || send.n < p:
		return pattern.AllreduceRecursiveDoubling(e, buf, send.dt.size(), f)
	case p&(p-1) == 0:
		return pattern.AllreduceRabenseifner(e, buf, send.dt.size(), f)
	}
	// Without the two whole messages that a number of ranks that is no power of
	// two costs the others.
	return pattern.AllreduceRing(e, buf, send.dt.size(), f)
}

func (c *localComm) scan(send, recv buffer, op Op) error {
	copy(recv.bytes(), send.bytes())
	return pattern.ScanRecursiveDoubling(c.as(callScan, send.n, send.dt, op, everyRank), recv.bytes(), combiner(send.dt, op))
}

func (c *localComm) gather(send, recv buffer, parts *layout, root int) error {
	p := len(c.group)
	name, n := callGather, send.n
	if root == everyRank {
		name = callAllgather
	}
	if parts != nil {
		name, n = name+1, 0
	}
	e := c.as(name, n, send.dt, 0, root)
	if root == everyRank {
		spans := recv.spans(parts, p)
		if p >= manyRanks && recv.size() < shortPart*p && pattern.Contiguous(spans) {
			return pattern.AllgatherTree(e, send.bytes(), recv.bytes(), spans)
		}
		return pattern.AllgatherRing(e, send.bytes(), recv.bytes(), spans)
	}
	if parts == nil && send.size() < longGather {
		return pattern.GatherBinomial(e, send.bytes(), recv.bytes(), root)
	}
	var spans []pattern.Span
	if c.rank == root {
		spans = recv.spans(parts, p)
	}
	return pattern.GatherLinear(e, send.bytes(), recv.bytes(), spans, root)
}

func (c *localComm) scatter(send buffer, parts *layout, recv buffer, root int) error {
	name, n := callScatter, recv.n
	if parts != nil {
		name, n = callScatterv, 0
	}
	e := c.as(name, n, recv.dt, 0, root)
	if parts == nil && recv.size() < longGather {
		return pattern.ScatterBinomial(e, send.bytes(), recv.bytes(), root)
	}
	var spans []pattern.Span
	if c.rank == root {
		spans = send.spans(parts, len(c.group))
	}
	return pattern.ScatterLinear(e, send.bytes(), spans, recv.bytes(), root)
}

func (c *localComm) alltoall(send buffer, sparts *layout, recv buffer, rparts *layout) error {
	p := len(c.group)
	name, n := callAlltoall, send.n/p
	if sparts != nil {
		name, n = callAlltoallv, 0
	}
	return pattern.AlltoallPairwise(c.as(name, n, send.dt, 0, everyRank), send.bytes(), send.spans(sparts, p), recv.bytes(), recv.spans(rparts, p))
}

// maxContexts keeps twice a communicator's number within an int32.
const maxContexts = 1<<30 - 1

func (c *localComm) split(color, key int) (transport, int, int, error) {
	e, p := c.plain(callSplit), len(c.group)
	type member struct{ color, key, rank int }
	wish := []int64{int64(color), int64(key)}
	wishes := make([]int64, 2*p)
	if err := pattern.AllgatherTree(e, view(wish).bytes(), view(wishes).bytes(), pattern.Equal(16, p)); err != nil {
		return nil, 0, 0, err
	}
	var mine []member
	colors := map[int]bool{}
	for r := range p {
		m := member{int(wishes[2*r]), int(wishes[2*r+1]), r}
		if m.color >= 0 {
			colors[m.color] = true
		}
		if m.color == color {
			mine = append(mine, m)
		}
	}
	// The numbers are dealt out in order of color.
	id, err := c.numbers(e, len(colors))
	if err != nil || color < 0 {
		return nil, 0, 0, err
	}
	for other := range colors {
		if other > color {
			id--
		}
	}
	slices.SortStableFunc(mine, func(a, b member) int { return cmp.Compare(a.key, b.key) })
	group := make([]int, len(mine))
	rank := 0
	for i, m := range mine {
		group[i] = c.group[m.rank]
		if m.rank == c.rank {
			rank = i
		}
	}
	return newLocalComm(c.world, rank, group, id), rank, len(group), nil
}

// numbers takes n numbers for communicators and returns the last of them, the same
// on every rank.
func (c *localComm) numbers(e pattern.Endpoint, n int) (int32, error) {
	last := []int32{0}
	if c.rank == 0 {
		last[0] = c.world.contexts.Add(int32(n))
	}
	if err := pattern.BcastBinomial(e, view(last).bytes(), 0); err != nil {
		return 0, err
	}
	if last[0] < 0 || last[0] > maxContexts {
		return 0, fail("Split", ClassComm, "more than %d communicators in one run", maxContexts)
	}
	return last[0], nil
}

// node is all ranks, which are on one node.
func (c *localComm) node() (transport, int, int, error) {
	id, err := c.numbers(c.plain(callNode), 1)
	if err != nil {
		return nil, 0, 0, err
	}
	return newLocalComm(c.world, c.rank, c.group, id), c.rank, len(c.group), nil
}

func (c *localComm) free() error { return nil }

func (c *localComm) abort(status int) { os.Exit(status) }

func (c *localComm) describe() description { return c.world.about }
