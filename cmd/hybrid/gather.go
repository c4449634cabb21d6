package main

import (
	"encoding/json"
	"slices"
	"strings"

	"hybrid/mpi"
)

// gather gives rank 0 every rank's value, in rank order, and the others nil. It is
// collective.
func gather[V any](c *mpi.Comm, own V) ([]V, error) {
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

// allot gives every rank a number that depends on the values of all ranks: of
// gives rank 0 the numbers of all. It is collective.
func allot[V any](c *mpi.Comm, own V, of func(all []V) []int) (int, error) {
	all, err := gather(c, own)
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

// sameOnAll reports a rank that runs another command than rank 0, or was given
// other settings, as can happen when variables are set on one node alone. It is
// collective.
func sameOnAll(c *mpi.Comm, command string, given []string) error {
	own := append([]string{command}, given...)
	first, err := fromRoot(c, own)
	if err != nil {
		return err
	}
	switch {
	case first[0] != command:
		err = bad("rank %d on %s runs %q, but rank 0 %q: all ranks of a job run the same command", c.Rank(), c.Host(), command, first[0])
	case !slices.Equal(own, first):
		mine, theirs := differences(own[1:], first[1:])
		err = bad("rank %d on %s was given %s, but rank 0 %s: give all ranks the same flags and HYBRID_ variables",
			c.Rank(), c.Host(), mine, theirs)
	}
	return c.Agree(err)
}

// differences are what one list has and the other not, in words.
func differences(a, b []string) (onlyA, onlyB string) {
	missing := func(from, in []string) string {
		left := slices.DeleteFunc(slices.Clone(from), func(s string) bool { return slices.Contains(in, s) })
		if len(left) == 0 {
			return "no such option"
		}
		return strings.Join(left, " ")
	}
	onlyA, onlyB = missing(a, b), missing(b, a)
	if onlyA == onlyB { // the same, in another order or number
		return strings.Join(a, " "), strings.Join(b, " ")
	}
	return onlyA, onlyB
}

// fromRoot gives every rank rank 0's value. It is collective.
func fromRoot[V any](c *mpi.Comm, own V) (V, error) {
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
