package gather

import (
	"encoding/json"

	"hybrid/mpi"
)

// ToRoot gives rank 0 every rank's value, in rank order, and the others nil. It is
// collective.
func ToRoot[V any](c *mpi.Comm, own V) ([]V, error) {
	text, err := json.Marshal(own)
	if err != nil {
		return nil, err
	}
	n := []int64{int64(len(text))}
	sizes := make([]int64, c.Size())
	if err := mpi.Gather(c, n, sizes, 0); err != nil {
		return nil, err
	}
	if c.Rank() != 0 {
		return nil, mpi.Gatherv(c, text, nil, nil, nil, 0)
	}
	total, counts := 0, make([]int, len(sizes))
	for r, n := range sizes {
		counts[r] = int(n)
		total += int(n)
	}
	all := make([]byte, total)
	if err := mpi.Gatherv(c, text, all, counts, nil, 0); err != nil {
		return nil, err
	}
	values := make([]V, len(counts))
	for r, n := range counts {
		if err := json.Unmarshal(all[:n], &values[r]); err != nil {
			return nil, err
		}
		all = all[n:]
	}
	return values, nil
}

// Allot gives every rank a number that depends on the values of all ranks: of
// gives rank 0 the numbers of all. It is collective.
func Allot[V any](c *mpi.Comm, own V, of func(all []V) []int) (int, error) {
	all, err := ToRoot(c, own)
	if err != nil {
		return 0, err
	}
	numbers := make([]int64, c.Size())
	if c.Rank() == 0 {
		for r, n := range of(all) {
			numbers[r] = int64(n)
		}
	}
	mine := []int64{0}
	err = mpi.Scatter(c, numbers, mine, 0)
	return int(mine[0]), err
}

// FromRoot gives every rank rank 0's value. It is collective.
func FromRoot[V any](c *mpi.Comm, own V) (V, error) {
	text, err := json.Marshal(own)
	if err != nil {
		return own, err
	}
	n := []int64{int64(len(text))}
	if err := mpi.Bcast(c, n, 0); err != nil {
		return own, err
	}
	if c.Rank() != 0 {
		text = make([]byte, n[0])
	}
	if err := mpi.Bcast(c, text, 0); err != nil {
		return own, err
	}
	var first V
	return first, json.Unmarshal(text, &first)
}
