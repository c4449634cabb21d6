// Package idle lets some ranks of a communicator work, to be measured, while the
// others leave their cores alone: a rank that waits in a barrier or a receive looks
// for its message without a pause, under most MPI libraries for as long as it
// takes, and slows down whom it shares a core, a memory or a power budget with.
package idle

import (
	"errors"
	"time"

	"hybrid/mpi"
)

// While calls f on the active ranks and returns, on all ranks, when f has returned
// on the last of them. The others sleep until then, and so do active ranks that
// are done before. They wake up now and then to look, a twentieth of the time that
// they have waited later than they need to, 5 ms at most.
//
// The ranks agree on errors as Comm.Agree does. f may use c, but in collectives of
// the active ranks alone a communicator split from it; f may differ from rank to
// rank, and may be nil where active is false. Collective; the cost beside f is that
// of a Split, 2 lg p messages and an Agree.
func While(c *mpi.Comm, active bool, f func() error) error {
	private, err := c.Split(0, c.Rank()) // whose messages no receive of f meets
	if err != nil {
		return err
	}
	var own error
	if active {
		own = f()
	}
	if err := meet(private); err != nil {
		return errors.Join(own, err)
	}
	if err := private.Agree(own); err != nil {
		return errors.Join(err, private.Free())
	}
	return private.Free()
}

// meet is a barrier in which nobody spins: each rank hears from its children in a
// binary tree, tells its parent, and hears from it.
func meet(c *mpi.Comm) error {
	rank, word := c.Rank(), []int8{0}
	var children []int
	for child := 2*rank + 1; child <= 2*rank+2 && child < c.Size(); child++ {
		children = append(children, child)
	}
	const up, down = 0, 1
	for _, child := range children {
		if err := hear(c, child, up); err != nil {
			return err
		}
	}
	if rank > 0 {
		parent := (rank - 1) / 2
		if err := mpi.Send(c, word, parent, up); err != nil {
			return err
		}
		if err := hear(c, parent, down); err != nil {
			return err
		}
	}
	for _, child := range children {
		if err := mpi.Send(c, word, child, down); err != nil {
			return err
		}
	}
	return nil
}

// hear receives a word, asleep until it is there. A rank of the local transport sleeps
// when it waits.
func hear(c *mpi.Comm, source, tag int) error {
	r, err := mpi.Irecv(c, []int8{0}, source, tag)
	if err != nil {
		return err
	}
	if c.Transport() == "local" {
		_, err := r.Wait()
		return err
	}
	const least, most = 20 * time.Microsecond, 5 * time.Millisecond
	for began := time.Now(); ; {
		if _, done, err := r.Test(); done || err != nil {
			return err
		}
		time.Sleep(min(max(time.Since(began)/20, least), most))
	}
}
