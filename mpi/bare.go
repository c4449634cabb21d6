package mpi

// A Loop is what Bare repeats.
type Loop int

// The loops. The order is known to hy_loop in real.h.
const (
	PingPong Loop = iota // a message to and fro between two ranks
	Window               // many messages at once from rank 0 to rank 1, then an answer
	Burst                // as Window, to receives that wait for them, and the time is that of starting the sends
	Sum8                 // all-reduce of float64
)

// MostAtOnce is the most messages of a Window or Burst.
const MostAtOnce = 64

// A barer is a transport that is a library, and can be measured without Go.
type barer interface {
	bare(l Loop, out, in buffer, many, n int) (seconds float64, err error)
}

// Bare repeats a loop n times in the language of the library that carries the
// messages, C, with nothing of this package in it: what the library does by itself,
// to hold against what goes through this package. Messages have the length of out,
// which in has too; many of them are under way at once, where the loop has several.
// seconds is the time of all, on rank 0. ok is false, and nothing is done, where
// the transport is no library.
//
// PingPong, Window and Burst take a communicator of two ranks. Collective; a
// PingPong makes n/16 round trips before the time begins.
func (c *Comm) Bare(l Loop, out, in []byte, many, n int) (seconds float64, ok bool, err error) {
	if err := c.check("Bare"); err != nil {
		return 0, false, err
	}
	b, ok := c.t.(barer)
	switch {
	case !ok:
		return 0, false, nil
	case l < PingPong || l > Sum8 || l != Sum8 && c.size != 2:
		return 0, true, fail("Bare", ClassArg, "loop %d on %d ranks; want a known one on 2, or Sum8", l, c.size)
	case len(out) != len(in) || len(out) > 1<<30 || n < 0 || many < 0 || many > MostAtOnce:
		return 0, true, fail("Bare", ClassArg, "%d bytes out, %d in, %d messages at once, %d times; want the same bytes, up to 2^30, and up to %d messages",
			len(out), len(in), many, n, MostAtOnce)
	}
	seconds, err = b.bare(l, view(out), view(in), many, n)
	return seconds, true, err
}
