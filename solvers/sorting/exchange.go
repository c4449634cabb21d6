package sorting

import (
	"math"

	"hybrid/mpi"
)

// exchange sends to every rank its part of room, and leaves in Keys what the
// others have for this one: it returns how many each has for every class.
func (s *Solver[K]) exchange(d *division) ([][]int, error) {
	counts, err := s.exchangeCounts(d)
	if err != nil {
		return nil, err
	}
	cuts := d.cuts
	p, me := s.comm.Size(), s.comm.Rank()
	send, recv := make([]int64, p), make([]int64, p)
	for r := range send {
		send[r] = int64(cuts[r+1] - cuts[r])
		for _, n := range counts[r] {
			recv[r] += int64(n)
		}
	}
	s.costs.Sent += float64((int64(len(s.Keys)) - send[me]) * int64(s.size()))
	if s.n/p+1 <= math.MaxInt32 { // MPI counts that far
		return counts, mpi.Alltoallv(s.comm, s.room, ints(send), nil, s.Keys, ints(recv), nil)
	}
	begin := make([]int, p+1)
	for r, n := range recv {
		begin[r+1] = begin[r] + int(n)
	}
	copy(s.Keys[begin[me]:begin[me+1]], s.room[cuts[me]:cuts[me+1]])
	for i := 1; i < p; i++ {
		to, from := (me+i)%p, (me-i+p)%p
		if _, err := mpi.Sendrecv(s.comm, s.room[cuts[to]:cuts[to+1]], to, 0, s.Keys[begin[from]:begin[from+1]], from, 0); err != nil {
			return nil, err
		}
	}
	return counts, nil
}

// exchangeCounts tells every rank how many keys of each of its classes this one has,
// and returns what it is told, of all ranks.
func (s *Solver[K]) exchangeCounts(d *division) ([][]int, error) {
	p, me := s.comm.Size(), s.comm.Rank()
	var send []int64
	sent, own := make([]int, p), d.ranges[me]
	each := own[1] - own[0] + 1
	received := make([]int, p)
	for r, classes := range d.ranges {
		for c := classes[0]; c <= classes[1]; c++ {
			send = append(send, int64(d.bucket(r, c)))
		}
		sent[r], received[r] = classes[1]-classes[0]+1, each
	}
	recv := make([]int64, p*each)
	if err := mpi.Alltoallv(s.comm, send, sent, nil, recv, received, nil); err != nil {
		return nil, err
	}
	counts := make([][]int, p)
	for r := range counts {
		counts[r] = ints(recv[r*each : (r+1)*each])
	}
	return counts, nil
}

func ints(x []int64) []int {
	y := make([]int, len(x))
	for i, v := range x {
		y[i] = int(v)
	}
	return y
}
