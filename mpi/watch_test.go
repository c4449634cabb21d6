package mpi_test

import (
	"errors"
	"fmt"
	"runtime"
	"testing"

	"hybrid/mpi"
	"hybrid/mpi/mpitest"
)

// TestWatchedConformance has every call do what it does where nobody watches.
func TestWatchedConformance(t *testing.T) {
	for _, check := range mpitest.Checks(mpitest.Sizes{LongBytes: 1 << 20, Requests: 200}) {
		t.Run(check.Name, func(t *testing.T) {
			if err := mpi.Run(3, func(c *mpi.Comm) error {
				c.Watch()
				return check.Run(c)
			}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestActivity has rank 2 wait in every kind of call, and rank 0 look at it.
func TestActivity(t *testing.T) {
	one := make([]int64, 1)
	many := make([]int64, 1<<20) // too long to be kept for the receiver
	for _, test := range []struct {
		want string
		wait func(c *mpi.Comm) error // of rank 2
	}{
		{"waits in Recv for rank 1", func(c *mpi.Comm) error { _, err := mpi.Recv(c, one, 1, 0); return err }},
		{"waits in Recv for any rank", func(c *mpi.Comm) error { _, err := mpi.Recv(c, one, mpi.AnySource, 0); return err }},
		{"waits in Send for rank 1", func(c *mpi.Comm) error { return mpi.Send(c, many, 1, 0) }},
		{"waits in Sendrecv for rank 1", func(c *mpi.Comm) error {
			_, err := mpi.Sendrecv(c, one, 2, 0, many, 1, 0)
			return err
		}},
		{"waits in Probe for rank 1", func(c *mpi.Comm) error { _, err := c.Probe(1, 0); return err }},
		{"waits in Irecv for rank 1", func(c *mpi.Comm) error {
			r, err := mpi.Irecv(c, one, 1, 0)
			return first(err, func() error { return mpi.Waitall(r) })
		}},
		{"waits in Isend for rank 1", func(c *mpi.Comm) error {
			r, err := mpi.Isend(c, many, 1, 0)
			return first(err, func() error { _, err := r.Wait(); return err })
		}},
		{"waits in Irecv for rank 1", func(c *mpi.Comm) error {
			r, err := mpi.Irecv(c, one, 1, 0)
			for done := false; !done && err == nil; runtime.Gosched() {
				_, done, err = r.Test()
			}
			return err
		}},
		{"waits in Barrier", func(c *mpi.Comm) error { return c.Barrier() }},
		{"waits in Allreduce", func(c *mpi.Comm) error { return mpi.Allreduce(c, one, one, mpi.Sum) }},
		{"waits in Bcast", func(c *mpi.Comm) error { return mpi.Bcast(c, one, 1) }},
		{"waits in Split", func(c *mpi.Comm) error { _, err := c.Split(0, 0); return err }},
		{"waits in Node", func(c *mpi.Comm) error { _, err := c.Node(); return err }},
	} {
		t.Run(test.want, func(t *testing.T) {
			seen := make(chan *mpi.Activity, 1)
			over := errors.New("over")
			err := mpi.Run(3, func(c *mpi.Comm) error {
				switch c.Rank() {
				case 2:
					seen <- c.Watch()
					return test.wait(c)
				case 1:
					return blocked(c) // rank 2 waits for this one
				}
				a := <-seen
				for a.Doing().String() != test.want {
					runtime.Gosched()
				}
				if peer, one := a.Doing().Peer(); !a.Doing().Waits() || one && peer != 1 {
					return fmt.Errorf("waits %v, for rank %d", a.Doing().Waits(), peer)
				}
				return over
			})
			if !errors.Is(err, over) {
				t.Error(err)
			}
		})
	}
}

func first(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}

// TestPeersAreNumberedAsInTheWorld has a rank wait in a communicator in which the other one
// has another number.
func TestPeersAreNumberedAsInTheWorld(t *testing.T) {
	over := errors.New("over")
	seen := make(chan *mpi.Activity, 1)
	err := mpi.Run(3, func(c *mpi.Comm) error {
		a := c.Watch()
		half, err := c.Split(min(c.Rank(), 1), -c.Rank()) // rank 2 before rank 1
		if err != nil {
			return err
		}
		switch c.Rank() {
		case 2:
			seen <- a
			_, err := mpi.Recv(half, make([]int8, 1), 1, 0)
			return err
		case 1:
			return blocked(c)
		}
		a = <-seen
		for a.Doing().String() != "waits in Recv for rank 1" {
			runtime.Gosched()
		}
		return over
	})
	if !errors.Is(err, over) {
		t.Error(err)
	}
}

// TestMoves grows with calls, with what was found by asking, and with Advance.
func TestMoves(t *testing.T) {
	if err := mpi.Run(1, func(c *mpi.Comm) error {
		c.Advance() // of nobody who is watched
		a := c.Watch()
		if a != c.Watch() {
			return errors.New("a second Watch gives another Activity")
		}
		moved := func(what string, want bool, f func()) {
			before := a.Moves()
			if f(); a.Moves() != before != want {
				t.Errorf("%s: moved %v", what, !want)
			}
		}
		moved("Barrier", true, func() { c.Barrier() })
		moved("Iprobe of nothing", false, func() { c.Iprobe(0, 0) })
		moved("Advance", true, c.Advance)
		moved("Isend and Irecv", true, func() {
			s, _ := mpi.Isend(c, []int8{1}, 0, 0)
			r, _ := mpi.Irecv(c, []int8{0}, 0, 0)
			mpi.Waitall(s, r)
		})
		if d := a.Doing(); d.Waits() || d.String() != "computes" {
			t.Errorf("at the end it %v", d)
		}
		a.Return()
		if d := a.Doing(); !d.Returned() || d.String() != "has returned" {
			t.Errorf("behind the end it %v", d)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}
