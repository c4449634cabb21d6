package heat

import (
	"context"
	"sync"
	"time"

	"hybrid/halo"
	"hybrid/internal/guard"
	"hybrid/internal/stencil"
)

// A host has a rank's tile in the memory of the processor, whose threads take it
// through time. The layout is that of package stencil, in bands; beyond the rank's
// own rows and columns lie those of its halo.
type host[T Real] struct {
	problem Problem
	geometry
	bands []*band[T]
	halos *halos[T]

	kernel  *stencil.Kernel[T]
	plan    plan
	threads int // that work: no more than there are bands
}

// newHost makes the memory of a tile, of which cells are the grid of all ranks; that may
// be nil for a tile without neighbours.
func newHost[T Real](cells *halo.Grid, p Problem, t tile, pl plan, k *stencil.Kernel[T], threads int) (*host[T], error) {
	g, err := newGeometry(p, t, stencil.Lanes[T](), pl.depth, pl.groups)
	if err != nil && t.rows() > 0 {
		return nil, err
	}
	h := &host[T]{problem: p, geometry: g, kernel: k, plan: pl}
	n := min(pl.bands, t.rows())
	for i := range n {
		top, bottom := nearby, nearby
		if i == 0 {
			top = t.top
		}
		if i == n-1 {
			bottom = t.bottom
		}
		from, to := t.lo+i*t.rows()/n, t.lo+(i+1)*t.rows()/n
		mirrored := top == remote && bottom != remote
		h.bands = append(h.bands, newBand[T](g, from, to, pl.depth, top, bottom, mirrored))
	}
	h.threads = min(threads, max(n, 1))
	if h.plan.block == 0 {
		h.plan.block = blockRows(g.stride() * 64 / g.lanes)
	}
	h.halos = newHalos(cells, h)
	return h, nil
}

// hostBytes is the memory that newHost takes, without taking it.
func hostBytes[T Real](p Problem, t tile, pl plan) (float64, error) {
	g, err := newGeometry(p, t, stencil.Lanes[T](), pl.depth, pl.groups)
	if t.rows() == 0 {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	n := min(pl.bands, t.rows())
	return bandBytes[T](g, t.rows(), 2*pl.depth*n+(n-1)*g.drift), nil
}

func (h *host[T]) Bytes() int {
	n := 0
	for _, b := range h.bands {
		n += (len(b.buf) + len(b.edges) + len(b.ringWest) + len(b.ringEast)) * 64 / b.lanes
	}
	return n
}

func (h *host[T]) Workers() int { return h.threads }

func (h *host[T]) Close() error { return nil }

// Rows are where they can be had at any time.
func (h *host[T]) Fetch(lo, hi int) error { return nil }
func (h *host[T]) Stage(lo, hi int)       {}
func (h *host[T]) Store(lo, hi int) error { return nil }

func (h *host[T]) Row(i int, dst []T) error {
	h.bandOf(i).row(i, dst)
	return nil
}

func (h *host[T]) SetRow(i int, src []T) {
	b := h.bandOf(min(max(i, h.lo), h.hi-1))
	b.setRow(i, src)
	if h.problem.Boundary == Neumann {
		b.mirrorEdges(i)
	}
}

// bandOf is the band that owns an interior row.
func (h *host[T]) bandOf(i int) *band[T] {
	for _, b := range h.bands {
		if i < b.hi {
			return b
		}
	}
	panic("heat: row of another rank")
}

// Run takes the rows so many steps on.
func (h *host[T]) Run(ctx context.Context, z zero[T], from, steps int, done func(int)) (time.Duration, error) {
	before := h.halos.waited
	t := &team[T]{host: h, ctx: ctx, coef: coefficients(h.problem, z), zero: z, from: from, steps: steps, report: done, meet: newBarrier(h.threads)}
	var wg sync.WaitGroup
	for thread := 1; thread < h.threads; thread++ {
		guard.Go(&wg, func() { t.run(thread) })
	}
	t.run(0)
	wg.Wait()
	if t.err == nil {
		t.err = h.halos.err
	}
	return h.halos.waited - before, t.err
}
