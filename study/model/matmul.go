package model

import (
	"fmt"
	"math"

	"hybrid/solvers/matmul"
	"hybrid/study/result"
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
	problem matmul.Problem
	bytes   float64 // of a value
	seconds float64 // on one rank
	work    float64 // flops
}

func newMatmul(one *result.Point) (*matmulModel, error) {
	m := &matmulModel{bytes: bytesOf(one.DType), seconds: one.Seconds.Median, work: one.Work}
	p := &m.problem
	if _, err := fmt.Sscanf(one.Size, "--m %d --n %d --k %d", &p.M, &p.N, &p.K); err != nil || p.Validate() != nil {
		return nil, fmt.Errorf("its size is %q, not of the form --m 100 --n 100 --k 100", one.Size)
	}
	return m, nil
}

func (m *matmulModel) on(ranks int, weak bool, l link, share sharing) cost {
	p, work := m.problem, m.work
	if weak {
		p.M *= ranks
		work *= float64(ranks)
	}
	grid, panels := p.Layout(ranks)
	rows, cols := ceil(p.M, grid.Rows), ceil(p.N, grid.Cols)
	// The largest block's part of all the work, in units of the work of one rank alone.
	part := float64(rows) * float64(cols) / (float64(p.M) * float64(p.N))
	c := cost{compute: share.of(part*m.seconds*work/m.work, part*work)}
	a := ring{link: l, ranks: grid.Cols, bytes: float64(rows) * m.bytes, k: p.K}
	b := ring{link: l, ranks: grid.Rows, bytes: float64(cols) * m.bytes, k: p.K}
	busy, carried := c.compute, 0.0
	for i := range len(panels) - 1 {
		width := float64(panels[i+1] - panels[i])
		busy += a.keeps(width) + b.keeps(width)
		carried += a.carries(width) + b.carries(width)
	}
	n := float64(len(panels) - 1)
	mean, step := float64(p.K)/n, c.compute/n
	total := max(
		busy+a.late(mean, step)+b.late(mean, step),
		carried+a.idle(mean)+b.idle(mean)+step,
	)
	c.messages = total - c.compute
	return c
}

// A ring is the ranks that pass panels on, of so many bytes for each step of k.
type ring struct {
	link
	ranks int
	bytes float64
	k     int
}

// keeps is the time that passing a panel keeps a rank from multiplying. In the mean
// it sends and receives all but the panels of its neighbour and its own.
func (r ring) keeps(width float64) float64 {
	return (1 - 1/float64(r.ranks)) * (r.send(r.bytes*width) + r.o)
}

// carries is the time that a panel takes a link. The ranks whose panels they are
// take turns, so that the links of others do not make it less.
func (r ring) carries(width float64) float64 {
	if r.ranks == 1 {
		return 0
	}
	return r.leaves(r.bytes * width)
}

// hops is the number of times that a panel is waited for: it goes through all ranks
// once, and once more, a rank at a time, as those that have panels take turns.
func (r ring) hops() float64 { return float64(r.ranks - 1 + min(r.ranks, r.k) - 1) }

// late is what the last rank is behind one that never waits, if it multiplies with
// a panel in the time step. In a ring of two every panel comes from its owner, who
// sends it a step ahead.
func (r ring) late(width, step float64) float64 {
	hop := r.hop(r.bytes * width)
	if r.ranks == 2 {
		return max(hop, 2*hop-step)
	}
	return r.hops() * hop
}

// idle is the time for which links have nothing to carry; one hop is the first
// panel's own.
func (r ring) idle(width float64) float64 {
	if r.ranks <= 2 {
		return 0
	}
	return (r.hops() - 1) * r.hop(r.bytes*width)
}

func ceil(n, parts int) int { return int(math.Ceil(float64(n) / float64(parts))) }
