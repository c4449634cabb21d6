// Package mpitest is the conformance suite of package mpi: what any transport
// must do, on any number of ranks. Expected results are computed by plain loops
// from random inputs that every rank can reproduce.
package mpitest

import (
	"fmt"
	"math/rand/v2"

	"hybrid/mpi"
)

// A Check is one property. Run is called by every rank of c, and leaves no
// message behind; an error on one rank may leave others blocked.
type Check struct {
	Name string
	Run  func(c *mpi.Comm) error
}

// Sizes says how much the heavier checks do.
type Sizes struct {
	LongBytes int // the longest message
	Requests  int // outstanding at a time
}

// Full is what a transport must bear: 64 MiB and 10,000 requests.
var Full = Sizes{64 << 20, 10_000}

// Checks is the suite.
func Checks(s Sizes) []Check {
	return []Check{
		{"identity", identity},
		{"ring of every type", everyType},
		{"lengths", func(c *mpi.Comm) error { return lengths(c, s.LongBytes) }},
		{"self and ProcNull", selfAndNull},
		{"status and count", statusAndCount},
		{"probe then receive", probing},
		{"truncation", truncation},
		{"test until done", testing},
		{"no message overtakes another", overtaking},
		{"any source in order", func(c *mpi.Comm) error { return anySource(c, max(s.Requests/50, 1)) }},
		{"receives match in the order posted", postedOrder},
		{"waiting for all", waitingForAll},
		{"many requests by tag", func(c *mpi.Comm) error { return manyByTag(c, s.Requests) }},
		{"many requests of one tag", func(c *mpi.Comm) error { return manyOfOneTag(c, s.Requests) }},
		{"many messages before their receives", func(c *mpi.Comm) error { return manyUnexpected(c, s.Requests) }},
		{"reductions", reductions},
		{"reductions in place", inPlace},
		{"bit operations refuse floats", refusedOps},
		{"broadcast", broadcast},
		{"gather and scatter", gatherScatter},
		{"uneven parts", uneven},
		{"all to all", allToAll},
		{"uneven all to all", unevenAllToAll},
		{"collectives do not meet receives", collectivesApart},
		{"split", split},
		{"split communicators do not meet", splitApart},
		{"cartesian grid", cartesian},
		{"node", node},
		{"agree", agree},
		{"endpoint", endpoint},
		{"bad arguments", badArguments},
		{"counts above 2^31", hugeCounts},
	}
}

// random is a generator that gives the same numbers on every rank that asks
// for the same stream.
func random(stream, rank int) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(stream), uint64(rank)))
}

// values is n elements of rank's part of a stream; small enough that integer
// and floating-point sums and products over few ranks are exact.
func values[T mpi.Number](stream, rank, n int) []T {
	r := random(stream, rank)
	v := make([]T, n)
	for i := range v {
		v[i] = T(r.IntN(4) + 1)
	}
	return v
}

func equal[T mpi.Number](what string, got, want []T) error {
	if len(got) != len(want) {
		return fmt.Errorf("%s: %d elements, want %d", what, len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			return fmt.Errorf("%s: element %d of %d is %v, want %v", what, i, len(got), got[i], want[i])
		}
	}
	return nil
}

// first is the first error.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
