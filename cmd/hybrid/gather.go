package main

import (
	"encoding/json"
	"hash/fnv"
	"io"

	"hybrid/mpi"
)

// allgather gives every rank every rank's value, in rank order. It is
// collective.
func allgather[V any](c *mpi.Comm, own V) ([]V, error) {
	text, err := json.Marshal(own)
	if err != nil {
		return nil, err
	}
	n := []int64{int64(len(text))}
	sizes := make([]int64, c.Size())
	if err := mpi.Allgather(c, n, sizes); err != nil {
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

// sameOnAll reports a rank that was given other settings than rank 0, as can
// happen when variables are set on one node alone. It is collective.
func sameOnAll(c *mpi.Comm, settings string) error {
	h := fnv.New64a()
	io.WriteString(h, settings)
	own := h.Sum64()
	first := []uint64{own}
	if err := mpi.Bcast(c, first, 0); err != nil {
		return err
	}
	var err error
	if own != first[0] {
		err = bad("rank %d on %s was given other flags or HYBRID_ variables than rank 0: give all ranks the same", c.Rank(), c.Host())
	}
	return c.Agree(err)
}
