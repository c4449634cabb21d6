package mpitest

import (
	"errors"
	"fmt"

	"hybrid/mpi"
)

// bare runs the library's own loops, where the transport is a library: on the first
// two ranks, and the sum on all. A message arrives with its content, and a sum is
// right.
func bare(c *mpi.Comm) error {
	color := -1
	if c.Rank() < 2 {
		color = 0
	}
	two, err := c.Split(color, 0)
	if err != nil {
		return err
	}
	library := c.Transport() != "local"
	loop := func(c *mpi.Comm, l mpi.Loop, many, n int) ([]byte, error) {
		out, in := make([]byte, 64), make([]byte, 64)
		for i := range out {
			out[i] = byte(c.Rank() + 1)
		}
		if l == mpi.Sum8 {
			clear(out)
		}
		seconds, ok, err := c.Bare(l, out, in, many, n)
		if err == nil && ok != library {
			err = fmt.Errorf("transport %s is a library: %v", c.Transport(), ok)
		}
		if err == nil && (seconds < 0 || library && c.Rank() == 0 && n > 10 && seconds == 0) {
			err = fmt.Errorf("loop %d took %g s", l, seconds)
		}
		return in, err
	}
	if two != nil && two.Size() == 2 {
		for _, l := range []mpi.Loop{mpi.PingPong, mpi.Window, mpi.Burst} {
			in, err := loop(two, l, 3, 100)
			if err != nil {
				return err
			}
			hears := l == mpi.PingPong || two.Rank() == 1
			if want := byte(2 - two.Rank()); library && hears && in[63] != want {
				return fmt.Errorf("loop %d: the last byte is %d, want %d", l, in[63], want)
			}
		}
	}
	if in, err := loop(c, mpi.Sum8, 0, 3); err != nil || in[0] != 0 {
		return errors.Join(err, equal("sum of zeros", in[:1], []byte{0}))
	}
	if !library {
		return nil
	}
	for _, bad := range []struct {
		l       mpi.Loop
		out, in int
		many, n int
	}{{-1, 1, 1, 1, 1}, {mpi.Sum8 + 1, 1, 1, 1, 1}, {mpi.Sum8, 8, 16, 1, 1}, {mpi.Sum8, 8, 8, mpi.MostAtOnce + 1, 1}, {mpi.Sum8, 8, 8, 1, -1}} {
		var e *mpi.Error
		if _, _, err := c.Bare(bad.l, make([]byte, bad.out), make([]byte, bad.in), bad.many, bad.n); !errors.As(err, &e) || e.Class != mpi.ClassArg {
			return fmt.Errorf("%+v: error %v, want one of class %v", bad, err, mpi.ClassArg)
		}
	}
	return nil
}
