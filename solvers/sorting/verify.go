package sorting

import (
	"fmt"

	"hybrid/internal/radix"
	"hybrid/mpi"
	"hybrid/solvers/task"
)

// A Checksum of keys does not depend on their order: the sum, modulo 2^64, of a
// mixing function of every key's bits. Two sets of keys that differ have equal
// sums with a probability of about 2^-64.
type Checksum struct {
	Count int    // of keys
	Sum   uint64 // of their mixed bits
}

func (c Checksum) String() string { return fmt.Sprintf("%016x", c.Sum) }

// Checksum is that of all keys, on every rank. It is collective.
func (s *Solver[K]) Checksum() (Checksum, error) {
	sums := make([]uint64, s.options.Threads)
	s.pieces(func(t, _ int, keys []K) error {
		sum := uint64(0)
		for _, k := range keys {
			sum += mix(radix.Rank(k))
		}
		sums[t] += sum
		return nil
	})
	all := []uint64{uint64(len(s.Keys)), 0}
	for _, sum := range sums {
		all[1] += sum
	}
	err := mpi.Allreduce(s.comm, all, all, mpi.Sum)
	return Checksum{int(all[0]), all[1]}, err
}

// mix is the finalizer of SplitMix64, a bijection (Steele, Lea, Flood, "Fast
// splittable pseudorandom number generators", OOPSLA 2014; the constants are
// Stafford's mix 13), of x+1, so that a key 0 counts.
func mix(x uint64) uint64 {
	x++
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Verify checks that the keys of all ranks are in ascending order, also from one
// rank to the next, and that they have the number and the checksum that they had
// before they were sorted. It is collective and costs two passes.
func (s *Solver[K]) Verify(before Checksum) (task.Verdict, error) {
	lo, _ := s.Share()
	wrong := make([]int, s.options.Threads)
	for t := range wrong {
		wrong[t] = s.n
	}
	s.pieces(func(t, first int, keys []K) error {
		for i := range keys {
			if first+i > 0 && radix.Rank(s.Keys[first+i-1]) > radix.Rank(keys[i]) {
				wrong[t] = min(wrong[t], lo+first+i)
			}
		}
		return nil
	})
	first := int64(s.n)
	for _, i := range wrong {
		first = min(first, int64(i))
	}
	// Between the ranks: how many keys, the first and the last of each.
	ends := []uint64{uint64(len(s.Keys)), 0, 0}
	if n := len(s.Keys); n > 0 {
		ends[1], ends[2] = radix.Rank(s.Keys[0]), radix.Rank(s.Keys[n-1])
	}
	all := make([]uint64, 3*s.comm.Size())
	if err := mpi.Allgather(s.comm, ends, all); err != nil {
		return task.Verdict{}, err
	}
	last := uint64(0)
	for r := range s.comm.Size() {
		if e := all[3*r:]; e[0] > 0 {
			if e[1] < last {
				first = min(first, int64(s.begin(r)))
			}
			last = e[2]
		}
	}
	place := []int64{first}
	if err := mpi.Allreduce(s.comm, place, place, mpi.Min); err != nil {
		return task.Verdict{}, err
	}
	after, err := s.Checksum()
	if err != nil {
		return task.Verdict{}, err
	}
	switch {
	case place[0] < int64(s.n):
		return task.Wrong("key %d is below the one before it", place[0]), nil
	case after != before:
		return task.Wrong("%d keys with checksum %v have become %d with %v", before.Count, before, after.Count, after), nil
	}
	return task.Right("%d keys in order, with the checksum of the input", after.Count), nil
}
