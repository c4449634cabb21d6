package matmul

import (
	"context"
	"time"
	"unsafe"

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

func newRing[T Real](c *mpi.Comm, values int, alloc func(n int) ([]T, error)) (r *ring[T], err error) {
	r = &ring[T]{comm: c}
	for i := range r.buf {
		if c.Size() > 1 && err == nil {
			r.buf[i], err = alloc(values)
		}
	}
	return r, err
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

// Multiply makes C the product of A and B. It costs 2·M·N·K floating-point
// operations and K·(M/Rows + N/Cols) values received, over all ranks shared
// evenly. When ctx ends it stops with an error, and C is of no use.
func (s *Solver[T]) Multiply(ctx context.Context) error {
	began, waited := time.Now(), time.Duration(0)
	a, b := s.ringA, s.ringB
	a.passed, b.passed = 0, 0
	wait := func(f func() error) error {
		t := time.Now()
		defer func() { waited += time.Since(t) }()
		return f()
	}
	if err := wait(func() error { return s.start(a, b, 0) }); err != nil {
		return err
	}
	for i := range len(s.begin) - 1 {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.engine.Ready(i); err != nil {
			return err
		}
		var panelA, panelB []T
		if err := wait(func() (err error) {
			if panelA, err = a.arrive(i, owner(s.Problem.K, s.grid.Cols, s.begin[i])); err != nil {
				return err
			}
			if panelB, err = b.arrive(i, owner(s.Problem.K, s.grid.Rows, s.begin[i])); err != nil {
				return err
			}
			return s.start(a, b, i+1)
		}); err != nil {
			return err
		}
		if err := s.engine.Step(i, panelA, panelB); err != nil {
			return err
		}
		if s.options.Progress != nil {
			s.options.Progress(s.begin[i+1])
		}
	}
	err := wait(func() error {
		if err := a.finish(); err != nil {
			return err
		}
		return b.finish()
	})
	if err == nil {
		err = s.engine.Finish()
	}
	s.costs.Wait += waited
	s.costs.Compute += time.Since(began) - waited
	s.costs.Flops += 2 * float64(s.C.Rows) * float64(s.C.Cols) * float64(s.Problem.K)
	var v T
	s.costs.Bytes += (a.passed + b.passed) * float64(unsafe.Sizeof(v))
	return err
}

// start begins to move panel i, if there is one.
func (s *Solver[T]) start(a, b *ring[T], i int) error {
	if i == len(s.begin)-1 {
		return nil
	}
	k0, k := s.begin[i], s.begin[i+1]-s.begin[i]
	err := a.start(i, s.C.Rows*k, owner(s.Problem.K, s.grid.Cols, k0), func(buf []T) []T {
		if s.grid.Cols == 1 {
			return nil // nobody to send it to
		}
		for r := range s.C.Rows {
			copy(buf[r*k:][:k], s.A.line(r)[k0-s.A.Col:])
		}
		return buf[:s.C.Rows*k]
	})
	if err != nil {
		return err
	}
	return b.start(i, k*s.C.Cols, owner(s.Problem.K, s.grid.Rows, k0), func([]T) []T {
		return s.B.Data[(k0-s.B.Row)*s.B.Cols:][:k*s.B.Cols]
	})
}
