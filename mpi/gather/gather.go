// Package gather passes whole values of Go between ranks, as JSON: for what is said
// now and then, not for data, of which it has Numbers. A value travels as encoding/json writes and reads it, so
// fields that are not exported stay behind. All functions are collective, and a value
// of one rank that JSON does not take, such as NaN, is an error on every rank.
package gather

import (
	"encoding/json"

	"hybrid/mpi"
)

// Values gives every rank every rank's value, in rank order. The cost is that of an
// Agree, an Allgather of an integer and an Allgatherv of the text.
func Values[V any](c *mpi.Comm, own V) ([]V, error) {
	text, err := encode(c, own)
	if err != nil {
		return nil, err
	}
	sizes := make([]int64, c.Size())
	if err := mpi.Allgather(c, []int64{int64(len(text))}, sizes); err != nil {
		return nil, err
	}
	counts, all := memoryFor(sizes)
	if err := mpi.Allgatherv(c, text, all, counts, nil); err != nil {
		return nil, err
	}
	return decode[V](counts, all)
}

// ToRoot gives rank 0 every rank's value, in rank order, and the others nil. The cost is
// that of an Agree, a Gather of an integer and a Gatherv of the text.
func ToRoot[V any](c *mpi.Comm, own V) ([]V, error) {
	text, err := encode(c, own)
	if err != nil {
		return nil, err
	}
	var sizes []int64
	if c.Rank() == 0 {
		sizes = make([]int64, c.Size())
	}
	if err := mpi.Gather(c, []int64{int64(len(text))}, sizes, 0); err != nil {
		return nil, err
	}
	if c.Rank() != 0 {
		return nil, mpi.Gatherv(c, text, nil, nil, nil, 0)
	}
	counts, all := memoryFor(sizes)
	if err := mpi.Gatherv(c, text, all, counts, nil, 0); err != nil {
		return nil, err
	}
	return decode[V](counts, all)
}

// Numbers gives rank 0 the numbers of all ranks, one rank's behind the other's, and the others
// nil. The cost is that of a Gather of an integer and a Gatherv.
func Numbers[T mpi.Number](c *mpi.Comm, own []T) ([]T, error) {
	count := []int64{int64(len(own))}
	if c.Rank() != 0 {
		if err := mpi.Gather(c, count, nil, 0); err != nil {
			return nil, err
		}
		return nil, mpi.Gatherv(c, own, nil, nil, nil, 0)
	}
	sizes := make([]int64, c.Size())
	if err := mpi.Gather(c, count, sizes, 0); err != nil {
		return nil, err
	}
	counts, total := make([]int, len(sizes)), 0
	for r, n := range sizes {
		counts[r] = int(n)
		total += counts[r]
	}
	all := make([]T, total)
	return all, mpi.Gatherv(c, own, all, counts, nil, 0)
}

// Allot gives every rank a number that depends on the values of all ranks: of gives
// rank 0 the numbers, one for each rank. The cost is that of ToRoot and a Scatter.
func Allot[V any](c *mpi.Comm, own V, of func(all []V) []int) (int, error) {
	all, err := ToRoot(c, own)
	if err != nil {
		return 0, err
	}
	var numbers []int64
	if c.Rank() == 0 {
		numbers = make([]int64, c.Size())
		for r, n := range of(all) {
			numbers[r] = int64(n)
		}
	}
	mine := []int64{0}
	err = mpi.Scatter(c, numbers, mine, 0)
	return int(mine[0]), err
}

// FromRoot gives every rank rank 0's value; those of others do not matter. The cost is
// that of an Agree and two broadcasts.
func FromRoot[V any](c *mpi.Comm, own V) (V, error) {
	var first V
	var value any
	if c.Rank() == 0 {
		value = own
	}
	text, err := encode(c, value)
	if err != nil {
		return first, err
	}
	n := []int64{int64(len(text))}
	if err := mpi.Bcast(c, n, 0); err != nil {
		return first, err
	}
	if c.Rank() != 0 {
		text = make([]byte, n[0])
	}
	if err := mpi.Bcast(c, text, 0); err != nil {
		return first, err
	}
	return first, json.Unmarshal(text, &first)
}

// encode is the text of a rank's value, or every rank's error if one has none.
func encode(c *mpi.Comm, own any) ([]byte, error) {
	text, err := json.Marshal(own)
	return text, c.Agree(err)
}

// memoryFor is the texts' lengths and memory for all of them.
func memoryFor(sizes []int64) (counts []int, all []byte) {
	total := 0
	for _, n := range sizes {
		counts = append(counts, int(n))
		total += int(n)
	}
	return counts, make([]byte, total)
}

// decode is the values of texts that lie one after the other.
func decode[V any](counts []int, all []byte) ([]V, error) {
	values := make([]V, len(counts))
	for r, n := range counts {
		if err := json.Unmarshal(all[:n], &values[r]); err != nil {
			return nil, err
		}
		all = all[n:]
	}
	return values, nil
}
