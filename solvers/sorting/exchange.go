package sorting

import (
	"math"

	"hybrid/mpi"
)

// exchange sends to every rank its part of room, and leaves in Keys what the
// others have for this one.
func (s *Solver[K]) exchange(cuts []int) error {
	p, me := s.comm.Size(), s.comm.Rank()
	send, recv := make([]int64, p), make([]int64, p)
	for r := range send {
		send[r] = int64(cuts[r+1] - cuts[r])
	}
	if err := mpi.Alltoall(s.comm, send, recv); err != nil {
		return err
	}
	s.costs.Sent += float64((int64(len(s.Keys)) - send[me]) * int64(s.size()))
	if s.n/p+1 <= math.MaxInt32 { // MPI counts that far
		return mpi.Alltoallv(s.comm, s.room, ints(send), nil, s.Keys, ints(recv), nil)
	}
	begin := make([]int, p+1)
	for r, n := range recv {
		begin[r+1] = begin[r] + int(n)
	}
	copy(s.Keys[begin[me]:begin[me+1]], s.room[cuts[me]:cuts[me+1]])
	for i := 1; i < p; i++ {
		to, from := (me+i)%p, (me-i+p)%p
		if _, err := mpi.Sendrecv(s.comm, s.room[cuts[to]:cuts[to+1]], to, 0, s.Keys[begin[from]:begin[from+1]], from, 0); err != nil {
			return err
		}
	}
	return nil
}

func ints(x []int64) []int {
	y := make([]int, len(x))
	for i, v := range x {
		y[i] = int(v)
	}
	return y
}
