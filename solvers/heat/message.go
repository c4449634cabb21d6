package heat

import "hybrid/halo"

// hostPoints is a host's memory as halo exchanges have it: point by point.
type hostPoints[T Real] struct{ host *host[T] }

func (m hostPoints[T]) Len(b halo.Box) int { return b.Cells() }

func (m hostPoints[T]) Pack(b halo.Box, message []T) error {
	n := b.Hi[1] - b.Lo[1]
	for i := b.Lo[0]; i < b.Hi[0]; i++ {
		m.host.near(i).cells(i, b.Lo[1], b.Hi[1], message[(i-b.Lo[0])*n:])
	}
	return nil
}

func (m hostPoints[T]) Unpack(b halo.Box, message []T) error {
	n := b.Hi[1] - b.Lo[1]
	for i := b.Lo[0]; i < b.Hi[0]; i++ {
		m.host.near(i).setCells(i, b.Lo[1], b.Hi[1], message[(i-b.Lo[0])*n:])
	}
	return nil
}

// near is the band that has a row, among its own or beyond the rank's.
func (h *host[T]) near(i int) *band[T] { return h.bandOf(min(max(i, h.lo), h.hi-1)) }

// hostRows is the same memory as exchanges of whole rows have it. Where all ranks are of
// one kind, rows travel as they lie in a band, else with their columns in order, as every
// kind of memory can give them.
type hostRows[T Real] struct{ hostPoints[T] }

func (m hostRows[T]) Len(b halo.Box) int {
	if m.host.plan.plain {
		return b.Cells()
	}
	return (b.Hi[0] - b.Lo[0]) * m.host.packed()
}

func (m hostRows[T]) Pack(b halo.Box, message []T) error {
	if m.host.plan.plain {
		return m.hostPoints.Pack(b, message)
	}
	n := m.host.packed()
	for i := b.Lo[0]; i < b.Hi[0]; i++ {
		m.host.near(i).pack(i, message[(i-b.Lo[0])*n:])
	}
	return nil
}

func (m hostRows[T]) Unpack(b halo.Box, message []T) error {
	h := m.host
	band := h.near(b.Lo[0])
	n := h.packed()
	if h.plan.plain {
		n = b.Hi[1] - b.Lo[1]
	}
	for i := b.Lo[0]; i < b.Hi[0]; i++ {
		row := message[(i-b.Lo[0])*n:][:n]
		if !h.plan.plain {
			band.unpack(i, row)
			continue
		}
		band.setCells(i, b.Lo[1], b.Hi[1], row)
		if h.problem.Boundary == Neumann {
			band.mirrorEdges(i)
		}
		band.edge(band.m(i))
	}
	if band.wraps() {
		x, y := band.m(b.Lo[0]), band.m(b.Hi[0]-1)
		band.renewGhosts(min(x, y), max(x, y)+1)
	}
	return nil
}
