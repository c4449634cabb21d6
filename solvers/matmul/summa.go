package matmul

import (
	"context"
	"errors"
	"time"
	"unsafe"

	"hybrid/internal/pages"
	"hybrid/mpi"
)

// slots is the number of panels that a ring has room for: one that is multiplied
// with, one that arrives and one that is still being passed on.
const slots = 3

// A ring passes panels from their owners along a row or a column of the grid.
type ring[T Real] struct {
	comm   *mpi.Comm
	buf    [slots][]T
	data   [slots][]T // the panel as it is sent: buf, or where its owner has it
	recv   [slots]*mpi.Request
	send   [slots]*mpi.Request
	passed float64 // values sent
}

func newRing[T Real](c *mpi.Comm, values int) *ring[T] {
	r := &ring[T]{comm: c}
	for i := range r.buf {
		if c.Size() > 1 {
			r.buf[i] = pages.Make[T](values)
		}
	}
	return r
}

// start begins to receive panel i, n values, from the left, or, for its owner,
// to send own() to the right. It is called for every panel in ascending order,
// at most one ahead of arrive.
func (r *ring[T]) start(i, n, owner int, own func(buf []T) []T) (err error) {
	slot := i % slots
	if _, err := r.send[slot].Wait(); err != nil {
		return err
	}
	r.send[slot] = nil
	if r.comm.Rank() == owner {
		r.data[slot] = own(r.buf[slot])
		return r.pass(slot, owner)
	}
	r.data[slot] = r.buf[slot][:n]
	if n > 0 {
		left := (r.comm.Rank() + r.comm.Size() - 1) % r.comm.Size()
		r.recv[slot], err = mpi.Irecv(r.comm, r.data[slot], left, slot)
	}
	return err
}

// pass sends a panel to the right, unless that is where it comes from.
func (r *ring[T]) pass(slot, owner int) (err error) {
	right := (r.comm.Rank() + 1) % r.comm.Size()
	if right == owner || len(r.data[slot]) == 0 {
		return nil
	}
	r.passed += float64(len(r.data[slot]))
	r.send[slot], err = mpi.Isend(r.comm, r.data[slot], right, slot)
	return err
}

// arrive waits for panel i, passes it on and returns it.
func (r *ring[T]) arrive(i, owner int) ([]T, error) {
	slot := i % slots
	if r.comm.Rank() != owner {
		if _, err := r.recv[slot].Wait(); err != nil {
			return nil, err
		}
		r.recv[slot] = nil
		if err := r.pass(slot, owner); err != nil {
			return nil, err
		}
	}
	return r.data[slot], nil
}

func (r *ring[T]) finish() error { return mpi.Waitall(r.send[:]...) }

// A panel is some steps of k.
type panel struct {
	number   int // among those of the product
	k0, k    int // the first step, and how many
	ofA, ofB int // the column and the row of the grid that have it
}

// between are the panels of the steps of k from one on, before another.
func (s *Solver[T]) between(from, to int) []panel {
	begin := s.Problem.panelsBetween(s.grid, s.width, from, to)
	panels := make([]panel, len(begin)-1)
	for i := range panels {
		k0 := begin[i]
		panels[i] = panel{s.panels + i, k0, begin[i+1] - k0, owner(s.Problem.K, s.grid.Cols, k0), owner(s.Problem.K, s.grid.Rows, k0)}
	}
	return panels
}

// Multiply makes C the product of A and B. It costs 2·M·N·K floating-point
// operations and K·(M/Rows + N/Cols) values received, over all ranks shared
// evenly. When ctx ends it stops with an error, and C is of no use.
func (s *Solver[T]) Multiply(ctx context.Context) error {
	s.reset()
	if err := s.advance(ctx, s.Problem.K); err != nil {
		return err
	}
	return s.finish()
}

// reset lets the chains of C begin at 0.
func (s *Solver[T]) reset() { s.step, s.panels = 0, 0 }

// advance takes the chains of C n steps of k on. It is collective.
func (s *Solver[T]) advance(ctx context.Context, n int) error {
	began, waited := time.Now(), time.Duration(0)
	a, b := s.ringA, s.ringB
	a.passed, b.passed = 0, 0
	wait := func(f func() error) error {
		t := time.Now()
		defer func() { waited += time.Since(t) }()
		return f()
	}
	panels := s.between(s.step, s.step+n)
	for i, p := range panels {
		if i == 0 {
			if err := wait(func() error { return s.start(a, b, p) }); err != nil {
				return err
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.engine.Ready(p.number); err != nil {
			return err
		}
		var panelA, panelB []T
		if err := wait(func() (err error) {
			if panelA, err = a.arrive(p.number, p.ofA); err != nil {
				return err
			}
			if panelB, err = b.arrive(p.number, p.ofB); err != nil || i+1 == len(panels) {
				return err
			}
			return s.start(a, b, panels[i+1])
		}); err != nil {
			return err
		}
		if err := s.engine.Step(p, panelA, panelB); err != nil {
			return err
		}
		s.step, s.panels, s.home = p.k0+p.k, p.number+1, false
		if s.options.Progress != nil {
			s.options.Progress(s.step)
		}
	}
	s.costs.Wait += waited
	s.costs.Compute += time.Since(began) - waited
	s.costs.Flops += 2 * float64(s.C.Rows) * float64(s.C.Cols) * float64(n)
	var v T
	s.costs.Bytes += (a.passed + b.passed) * float64(unsafe.Sizeof(v))
	return nil
}

// finish waits until all panels are passed on and C is in its block.
func (s *Solver[T]) finish() error {
	began := time.Now()
	err := errors.Join(s.ringA.finish(), s.ringB.finish())
	s.costs.Wait += time.Since(began)
	if err != nil || s.home {
		return err
	}
	began = time.Now()
	err = s.engine.Finish()
	s.home = err == nil
	s.costs.Compute += time.Since(began)
	return err
}

// start begins to move a panel.
func (s *Solver[T]) start(a, b *ring[T], p panel) error {
	err := a.start(p.number, s.C.Rows*p.k, p.ofA, func(buf []T) []T {
		if s.grid.Cols == 1 {
			return nil // nobody to send it to
		}
		for r := range s.C.Rows {
			copy(buf[r*p.k:][:p.k], s.A.line(r)[p.k0-s.A.Col:])
		}
		return buf[:s.C.Rows*p.k]
	})
	if err != nil {
		return err
	}
	return b.start(p.number, p.k*s.C.Cols, p.ofB, func([]T) []T {
		return s.B.Data[(p.k0-s.B.Row)*s.B.Cols:][:p.k*s.B.Cols]
	})
}
