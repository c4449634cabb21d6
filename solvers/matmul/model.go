package matmul

import (
	"fmt"
	"math"

	"hybrid/solvers/task"
)

// A matmulModel is a product on one rank: on more, they stand on a grid of P rows
// and Q columns and pass the panels of A along the rows and those of B along the
// columns, from rank to rank in rings. A rank passes a panel on before it multiplies
// with it, so that the ranks of a ring are at work one hop after the other:
//
//	rank 0   | panel 0 | panel 1 | ...
//	rank 1   hop | panel 0 | panel 1 | ...
//	rank 2   hop hop | panel 0 | panel 1 | ...
//
// and when the next rank is to send its panels, they have to come round to those
// that were before it. What takes longer counts: the ranks that multiply and are so
// many hops late, or the links, over which all panels go one after the other.
type matmulModel struct {
	problem Problem
	bytes   float64 // of a value
	seconds float64 // on one rank
	work    float64 // flops
}

// Model is that of a product of random matrices.
func (p *statement) Model(one task.Measurement) (task.Model, error) {
	m := &matmulModel{problem: Problem{M: one.Size[0], N: one.Size[1], K: one.Size[2]},
		bytes: float64(task.BytesOf(one.DType)), seconds: one.Seconds, work: one.Units}
	if err := m.problem.Validate(); err != nil {
		return nil, fmt.Errorf("its size is %v: %w", one.Size, err)
	}
	return m, nil
}

func (m *matmulModel) On(ranks int, weak bool, l task.Link, share task.Sharing) task.Cost {
	p, work := m.problem, m.work
	if weak {
		p.M *= ranks
		work *= float64(ranks)
	}
	grid, panels := p.Layout(ranks)
	rows, cols := ceil(p.M, grid.Rows), ceil(p.N, grid.Cols)
	// The largest block's part of all the work, in units of the work of one rank alone.
	part := float64(rows) * float64(cols) / (float64(p.M) * float64(p.N))
	c := task.Cost{Compute: share.Of(part*m.seconds*work/m.work, part*work)}
	a := panelRing{Link: l, ranks: grid.Cols, bytes: float64(rows) * m.bytes, k: p.K}
	b := panelRing{Link: l, ranks: grid.Rows, bytes: float64(cols) * m.bytes, k: p.K}
	busy, carried := c.Compute, 0.0
	for i := range len(panels) - 1 {
		width := float64(panels[i+1] - panels[i])
		busy += a.keeps(width) + b.keeps(width)
		carried += a.carries(width) + b.carries(width)
	}
	n := float64(len(panels) - 1)
	mean, step := float64(p.K)/n, c.Compute/n
	total := max(
		busy+a.late(mean, step)+b.late(mean, step),
		carried+a.idle(mean)+b.idle(mean)+step,
	)
	c.Messages = total - c.Compute
	return c
}

// A panelRing is the ranks that pass panels on, of so many bytes for each step of k.
type panelRing struct {
	task.Link
	ranks int
	bytes float64
	k     int
}

// keeps is the time that passing a panel keeps a rank from multiplying. In the mean
// it sends and receives all but the panels of its neighbour and its own.
func (r panelRing) keeps(width float64) float64 {
	return (1 - 1/float64(r.ranks)) * (r.Send(r.bytes*width) + r.O)
}

// carries is the time that a panel takes a link. The ranks whose panels they are
// take turns, so that the links of others do not make it less.
func (r panelRing) carries(width float64) float64 {
	if r.ranks == 1 {
		return 0
	}
	return r.Leaves(r.bytes * width)
}

// hops is the number of times that a panel is waited for: it goes through all ranks
// once, and once more, a rank at a time, as those that have panels take turns.
func (r panelRing) hops() float64 { return float64(r.ranks - 1 + min(r.ranks, r.k) - 1) }

// late is what the last rank is behind one that never waits, if it multiplies with
// a panel in the time step. In a ring of two every panel comes from its owner, who
// sends it a step ahead.
func (r panelRing) late(width, step float64) float64 {
	hop := r.Hop(r.bytes * width)
	if r.ranks == 2 {
		return max(hop, 2*hop-step)
	}
	return r.hops() * hop
}

// idle is the time for which links have nothing to carry; one hop is the first
// panel's own.
func (r panelRing) idle(width float64) float64 {
	if r.ranks <= 2 {
		return 0
	}
	return (r.hops() - 1) * r.Hop(r.bytes*width)
}

func ceil(n, parts int) int { return int(math.Ceil(float64(n) / float64(parts))) }
