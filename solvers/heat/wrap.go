package heat

import "hybrid/mpi"

// The message that carries a row to the ring at the opposite edge.
const tagWrap = 1

// wrap brings the ring's rows of a periodic field, which are those of the
// opposite edge, to the ranks that keep them. It is collective, and a failure to
// fetch a row is every rank's error.
func (s *Solver[T]) wrap() error {
	if s.Problem.Boundary != Periodic {
		return nil
	}
	f, me, bottom := s.Field, s.comm.Rank(), s.Problem.NY-2
	n := s.columns()
	first, last := s.Partition.Owner(1)*n+me%n, s.Partition.Owner(bottom)*n+me%n
	upper, lower := make([]T, f.width(s.Problem.NX)), make([]T, f.width(s.Problem.NX))
	var err error
	if me == first {
		err = f.Row(1, upper)
	}
	if me == last && err == nil {
		err = f.Row(bottom, lower)
	}
	if err := s.comm.Agree(err); err != nil {
		return err
	}
	switch {
	case me == first && me == last:
		copy(f.ring[0], lower)
		copy(f.ring[1], upper)
	case me == first:
		_, err = mpi.Sendrecv(s.comm, upper, last, tagWrap, f.ring[0], last, tagWrap)
	case me == last:
		_, err = mpi.Sendrecv(s.comm, lower, first, tagWrap, f.ring[1], first, tagWrap)
	}
	return err
}
