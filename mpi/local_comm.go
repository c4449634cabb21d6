package mpi

import (
	"cmp"
	"os"
	"slices"
	"sync/atomic"

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

func (c *localComm) barrier() error {
	if c.world.spin {
		return pattern.BarrierDissemination(c.plain(callBarrier))
	}
	return pattern.BarrierTree(c.plain(callBarrier))
}

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
	case (len(buf) < longAllreduce || send.n < p) && c.world.spin:
		return pattern.AllreduceRecursiveDoubling(e, buf, send.dt.size(), f)
	case len(buf) < longAllreduce || send.n < p:
		return pattern.AllreduceTree(e, buf, send.dt.size(), f) // the same bits
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
		short := p >= manyRanks && recv.size() < shortPart*p
		if short && parts == nil {
			return pattern.AllgatherTreeEqual(e, send.bytes(), recv.bytes())
		}
		spans := recv.spans(parts, p)
		if short && pattern.Contiguous(spans) {
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
	e := c.as(name, n, send.dt, 0, everyRank)
	if part := send.size() / p; sparts == nil && p >= manyRanks && part < shortPart {
		return pattern.AlltoallBruck(e, send.bytes(), recv.bytes(), part)
	}
	return pattern.AlltoallPairwise(e, send.bytes(), send.spans(sparts, p), recv.bytes(), recv.spans(rparts, p))
}

// maxContexts keeps twice a communicator's number within an int32.
const maxContexts = 1<<30 - 1

// split has rank 0 divide the ranks, for all to share what it has made of each color:
// thousands of ranks with a list of all each would fill the memory.
func (c *localComm) split(color, key int) (transport, int, int, error) {
	e, p := c.plain(callSplit), len(c.group)
	var wishes, places []int64
	if c.rank == 0 {
		wishes, places = make([]int64, 2*p), make([]int64, 2*p)
	}
	wish, place := []int64{int64(color), int64(key)}, make([]int64, 2)
	if err := pattern.GatherBinomial(e, view(wish).bytes(), view(wishes).bytes(), 0); err != nil {
		return nil, 0, 0, err
	}
	if c.rank == 0 {
		c.divide(wishes, places)
	}
	if err := pattern.ScatterBinomial(e, view(places).bytes(), view(place).bytes(), 0); err != nil {
		return nil, 0, 0, err
	}
	id, rank := int32(place[0]), int(place[1])
	switch {
	case id < 0:
		return nil, 0, 0, fail("Split", ClassComm, "more than %d communicators in one run", maxContexts)
	case id == 0:
		return nil, 0, 0, nil
	}
	group := c.world.taken(id)
	return newLocalComm(c.world, rank, group, id), rank, len(group), nil
}

// divide makes the groups of some wishes, a color and a key of each rank, and says
// where each rank has its place: the number of its communicator and its rank there. The
// number is 0 for a rank without a color, and negative when there are none left.
// Numbers are dealt out in order of color.
func (c *localComm) divide(wishes, places []int64) {
	var ranks []int
	for r := range c.group {
		if wishes[2*r] >= 0 {
			ranks = append(ranks, r)
		}
	}
	slices.SortStableFunc(ranks, func(a, b int) int {
		return cmp.Or(cmp.Compare(wishes[2*a], wishes[2*b]), cmp.Compare(wishes[2*a+1], wishes[2*b+1]))
	})
	for len(ranks) > 0 {
		n := 1
		for n < len(ranks) && wishes[2*ranks[n]] == wishes[2*ranks[0]] {
			n++
		}
		g := &newGroup{ranks: make([]int, n)}
		g.left.Store(int32(n))
		id := c.world.number()
		for i, r := range ranks[:n] {
			g.ranks[i] = c.group[r]
			places[2*r], places[2*r+1] = int64(id), int64(i)
		}
		c.world.groups.Store(id, g)
		ranks = ranks[n:]
	}
}

// A newGroup is the ranks of a communicator, which some of them have still to take.
type newGroup struct {
	ranks []int
	left  atomic.Int32
}

// taken is the group of a new communicator, for one of its ranks.
func (w *localWorld) taken(id int32) []int {
	v, _ := w.groups.Load(id)
	g := v.(*newGroup)
	if g.left.Add(-1) == 0 {
		w.groups.Delete(id)
	}
	return g.ranks
}

// number takes a number for a communicator, -1 where there are none left.
func (w *localWorld) number() int32 {
	if id := w.contexts.Add(1); id > 0 && id <= maxContexts {
		return id
	}
	w.contexts.Store(maxContexts)
	return -1
}

// node is all ranks, which are on one node.
func (c *localComm) node() (transport, int, int, error) {
	e, id := c.plain(callNode), []int32{0}
	if c.rank == 0 {
		id[0] = c.world.number()
	}
	if err := pattern.BcastBinomial(e, view(id).bytes(), 0); err != nil {
		return nil, 0, 0, err
	}
	if id[0] < 0 {
		return nil, 0, 0, fail("Node", ClassComm, "more than %d communicators in one run", maxContexts)
	}
	return newLocalComm(c.world, c.rank, c.group, id[0]), c.rank, len(c.group), nil
}

func (c *localComm) worldRanks() []int { return c.group }

func (c *localComm) free() error { return nil }

func (c *localComm) abort(status int) { os.Exit(status) }

func (c *localComm) describe() description { return c.world.about }
