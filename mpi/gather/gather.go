// Package gather passes whole values of Go between ranks, as JSON: for what is
// said now and then, not for data.
package gather

import (
	"encoding/json"

	"hybrid/mpi"
)

// Values gives every rank every rank's value, in rank order. It is collective.
func Values[V any](c *mpi.Comm, own V) ([]V, error) {
	text, err := json.Marshal(own)
	if err := c.Agree(err); err != nil {
		return nil, err
	}
	sizes := make([]int64, c.Size())
	if err := mpi.Allgather(c, []int64{int64(len(text))}, sizes); err != nil {
		return nil, err
	}
	total, counts := 0, make([]int, len(sizes))
	for r, n := range sizes {
		counts[r] = int(n)
		total += int(n)
	}
	all := make([]byte, total)
	if err := mpi.Allgatherv(c, text, all, counts, nil); err != nil {
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
