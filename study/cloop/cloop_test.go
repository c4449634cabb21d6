package cloop_test

import (
	"fmt"
	"testing"

	"hybrid/mpi"
	"hybrid/study/cloop"
)

// TestLoops runs the loops on the tasks of a launcher, the layers' mpirun: the first
// two, and the sum on all. A message arrives with its content, and a sum is right.
// Elsewhere it checks that there is no library.
func TestLoops(t *testing.T) {
	err := mpi.Run(0, func(c *mpi.Comm) error {
		if c.Rank() == 0 {
			fmt.Printf("%d ranks of %s\n", c.Size(), c.Transport())
		}
		if err := loops(c); err != nil {
			return err
		}
		return refusals(c)
	})
	if err != nil {
		t.Error(err)
	}
}

func loops(c *mpi.Comm) error {
	library := c.Transport() != "local"
	if cloop.Available(c) != library {
		return fmt.Errorf("transport %s is a library: %v", c.Transport(), cloop.Available(c))
	}
	color := -1
	if c.Rank() < 2 {
		color = 0
	}
	two, err := c.Split(color, 0)
	if err != nil || !library {
		return err
	}
	out, in := make([]byte, 64), make([]byte, 64)
	for _, l := range []cloop.Loop{cloop.PingPong, cloop.Window, cloop.Burst} {
		if two == nil || two.Size() < 2 {
			continue
		}
		clear(in)
		for i := range out {
			out[i] = byte(c.Rank() + 1)
		}
		seconds, err := cloop.Run(two, l, out, in, 3, 100)
		if err != nil || two.Rank() == 0 && seconds <= 0 {
			return fmt.Errorf("loop %d took %g s: %w", l, seconds, err)
		}
		hears := l == cloop.PingPong || two.Rank() == 1
		if want := byte(2 - two.Rank()); hears && in[63] != want {
			return fmt.Errorf("loop %d: the last byte is %d, want %d", l, in[63], want)
		}
	}
	clear(out)
	in[0] = 1
	if _, err := cloop.Run(c, cloop.Sum8, out, in, 0, 3); err != nil || in[0] != 0 {
		return fmt.Errorf("the sum of zeros has the byte %d: %w", in[0], err)
	}
	return nil
}

func refusals(c *mpi.Comm) error {
	for _, bad := range []struct {
		l       cloop.Loop
		out, in int
		many, n int
	}{{-1, 1, 1, 1, 1}, {cloop.Sum8 + 1, 1, 1, 1, 1}, {cloop.Sum8, 8, 16, 1, 1}, {cloop.Sum8, 8, 8, cloop.MostAtOnce + 1, 1}, {cloop.Sum8, 8, 8, 1, -1}} {
		if _, err := cloop.Run(c, bad.l, make([]byte, bad.out), make([]byte, bad.in), bad.many, bad.n); err == nil {
			return fmt.Errorf("%+v: no error", bad)
		}
	}
	return nil
}
