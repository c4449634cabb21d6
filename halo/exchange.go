package halo

import (
	"errors"

	"hybrid/mpi"
)

// A Memory is where the cells of a part and its halo lie. A Field is one; solvers whose
// layout is another one have their own.
type Memory[T mpi.Number] interface {
	// Len is the number of values of a message with the cells of a box: as many as there
	// are, or more where a memory sends what lies between them too.
	Len(b Box) int
	// Pack copies the cells of a box to a message, and Unpack back from one that another
	// rank's memory packed from the same cells.
	Pack(b Box, message []T) error
	Unpack(b Box, message []T) error
}

// An Exchange renews the halo of a memory from the parts around it. Corners are
// messages of their own, so that all are under way at once.
type Exchange[T mpi.Number] struct {
	grid     *Grid
	memory   Memory[T]
	passages []*passage[T]
	depth    int // of the exchange under way, 0 if there is none
	last     int // depth of the last one
}

// A passage is what goes in one direction through a part: its edge to the next part,
// and the edge of the part before to its halo.
type passage[T mpi.Number] struct {
	dir      []int
	to, from int
	tag      int
	out, in  []T
	sent     *mpi.Request
	received *mpi.Request

	edge, halo     Box // of an exchange of the depth of the last one
	sends, expects int // values
}

// NewExchange makes the exchange of a memory in some directions, of -1, 0 or 1 along
// each dimension, in all if none is given. Each brings what comes from the opposite
// side. All ranks name the same ones.
func NewExchange[T mpi.Number](g *Grid, m Memory[T], dirs ...[]int) *Exchange[T] {
	if len(dirs) == 0 {
		dirs = directions(len(g.cuts))
	}
	x := &Exchange[T]{grid: g, memory: m}
	for _, dir := range dirs {
		p := &passage[T]{dir: dir, to: g.Neighbour(dir), from: g.Neighbour(opposite(dir)), tag: g.comm.TagUB() - number(dir)}
		if p.to >= 0 || p.from >= 0 {
			x.passages = append(x.passages, p)
		}
	}
	return x
}

// Messages is the number of messages that this rank sends in an exchange.
func (x *Exchange[T]) Messages() int {
	n := 0
	for _, p := range x.passages {
		if p.to >= 0 && p.to != x.grid.comm.Rank() {
			n++
		}
	}
	return n
}

// Start begins an exchange of so many cells, at most the depth of the grid. Until Finish
// the own cells near the edges must stay as they are, and those of the halo mean nothing.
func (x *Exchange[T]) Start(depth int) (err error) {
	switch {
	case x.depth > 0:
		return errors.New("halo: an exchange was started before the last one was finished")
	case depth < 1 || depth > x.grid.depth:
		return errorf("an exchange of %d cells of a halo of depth %d: want at least 1, and no more than that", depth, x.grid.depth)
	}
	x.depth = depth
	for _, p := range x.passages {
		if depth != x.last {
			p.edge, p.halo = x.grid.edge(p.dir, depth), x.grid.halo(p.dir, depth)
			p.sends, p.expects = x.memory.Len(p.edge), x.memory.Len(p.halo)
		}
		if err := x.begin(p); err != nil {
			return err
		}
	}
	x.last = depth
	for _, p := range x.passages {
		if p.to < 0 || p.to == x.grid.comm.Rank() {
			continue
		}
		if p.sent, err = mpi.Isend(x.grid.comm, p.out[:p.sends], p.to, p.tag); err != nil {
			return err
		}
	}
	return nil
}

// begin posts the receive of a passage and packs what it sends.
func (x *Exchange[T]) begin(p *passage[T]) (err error) {
	g, me := x.grid, x.grid.comm.Rank()
	if p.from >= 0 && p.from != me {
		x.message(&p.in, p.expects, p.dir)
		if p.received, err = mpi.Irecv(g.comm, p.in[:p.expects], p.from, p.tag); err != nil {
			return err
		}
	}
	if p.to < 0 {
		return nil
	}
	x.message(&p.out, p.sends, p.dir)
	return x.memory.Pack(p.edge, p.out[:p.sends])
}

// message makes room for a message, for the deepest exchange at once.
func (x *Exchange[T]) message(m *[]T, n int, dir []int) {
	if len(*m) < n {
		*m = make([]T, max(n, x.memory.Len(x.grid.edge(dir, x.grid.depth))))
	}
}

// Test lets messages make progress, and tells whether Finish would not wait.
func (x *Exchange[T]) Test() (bool, error) {
	for _, p := range x.passages {
		for _, r := range []*mpi.Request{p.received, p.sent} {
			if r == nil {
				continue
			}
			if _, done, err := r.Test(); err != nil || !done {
				return false, err
			}
		}
	}
	return true, nil
}

// Finish waits for the messages of an exchange that was started, and unpacks them. All
// are waited for, also after one has failed.
func (x *Exchange[T]) Finish() error {
	if x.depth == 0 {
		return nil
	}
	var failed error
	for _, p := range x.passages {
		err := mpi.Waitall(p.received, p.sent)
		p.received, p.sent = nil, nil
		if err == nil && p.from >= 0 {
			message := p.in
			if p.from == x.grid.comm.Rank() {
				message = p.out
			}
			err = x.memory.Unpack(p.halo, message[:p.expects])
		}
		if failed == nil {
			failed = err
		}
	}
	x.depth = 0
	return failed
}
