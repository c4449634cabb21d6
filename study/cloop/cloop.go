// Package cloop repeats loops of messages in C, the language of MPI libraries, on
// the library that carries the messages of a communicator: what the library does by
// itself, to hold against what goes through package mpi.
package cloop

import (
	"fmt"

	"hybrid/mpi"
)

// A Loop is what Run repeats.
type Loop int

// The loops. The order is known to loop.h.
const (
	PingPong Loop = iota // a message to and fro between two ranks
	Window               // many messages at once from rank 0 to rank 1, then an answer
	Burst                // as Window, to receives that wait for them, and the time is that of starting the sends
	Sum8                 // all-reduce of float64
)

// MostAtOnce is the most messages of a Window or Burst.
const MostAtOnce = 64

// Available tells whether a library carries the communicator's messages.
func Available(c *mpi.Comm) bool {
	_, ok := c.Handle()
	return ok
}

// Run repeats a loop n times. Messages have the length of out, which in has too; many
// of them are under way at once, where the loop has several. seconds is the time of
// all, on rank 0. It is collective; PingPong, Window and Burst take a communicator of
// two ranks, and a PingPong makes n/16 round trips before the time begins.
func Run(c *mpi.Comm, l Loop, out, in []byte, many, n int) (seconds float64, err error) {
	handle, ok := c.Handle()
	switch {
	case !ok:
		return 0, fmt.Errorf("cloop: the transport %q is no library", c.Transport())
	case l < PingPong || l > Sum8 || l != Sum8 && c.Size() != 2:
		return 0, fmt.Errorf("cloop: loop %d on %d ranks; want a known one on 2, or Sum8", l, c.Size())
	case len(out) != len(in) || len(out) > 1<<30 || n < 0 || many < 0 || many > MostAtOnce:
		return 0, fmt.Errorf("cloop: %d bytes out, %d in, %d messages at once, %d times; want the same bytes, up to 2^30, and up to %d messages",
			len(out), len(in), many, n, MostAtOnce)
	}
	return repeat(handle, l, out, in, many, n)
}
