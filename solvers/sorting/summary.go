package sorting

import (
	"fmt"

	"hybrid/mpi"
)

// At is the key with a global index, on every rank. It is collective.
func (s *Solver[K]) At(i int) (K, error) {
	var zero K
	if i < 0 || i >= s.n {
		return zero, fmt.Errorf("sorting: key %d of %d", i, s.n)
	}
	owner := 0
	for s.begin(owner+1) <= i {
		owner++
	}
	v := make([]K, 1)
	if owner == s.comm.Rank() {
		v[0] = s.Keys[i-s.begin(owner)]
	}
	err := mpi.Bcast(s.comm, v, owner)
	return v[0], err
}

// A Summary is what a sorted array tells at once.
type Summary[K Key] struct {
	Min, Median, Max K // the median is the lower one of an even number
}

// Summary returns the least, the middle and the greatest key, after Sort. It is
// collective; without keys it is an error.
func (s *Solver[K]) Summary() (Summary[K], error) {
	if s.n == 0 {
		return Summary[K]{}, fmt.Errorf("sorting: there are no keys")
	}
	var m Summary[K]
	var err error
	if m.Min, err = s.At(0); err != nil {
		return m, err
	}
	if m.Median, err = s.At((s.n - 1) / 2); err != nil {
		return m, err
	}
	m.Max, err = s.At(s.n - 1)
	return m, err
}

// Imbalance is the largest share of a rank over the mean.
func (s *Solver[K]) Imbalance() float64 {
	if s.n == 0 {
		return 1
	}
	return float64(s.begin(1)) * float64(s.comm.Size()) / float64(s.n)
}
