package idle_test

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hybrid/mpi"
	"hybrid/mpi/idle"
)

// TestWhile has ever more ranks work and checks that none returns before the last
// one of them is done.
func TestWhile(t *testing.T) {
	for _, ranks := range []int{1, 2, 3, 6, 9} {
		for active := 0; active <= ranks; active++ {
			var done atomic.Int32
			err := mpi.Run(ranks, func(c *mpi.Comm) error {
				works := c.Rank() >= ranks-active
				err := idle.While(c, works, func() error {
					time.Sleep(time.Duration(c.Rank()) * time.Millisecond)
					if !works {
						return errors.New("a rank works that is to be idle")
					}
					done.Add(1)
					return nil
				})
				if n := int(done.Load()); err == nil && n != active {
					return fmt.Errorf("rank %d returns when %d of %d are done", c.Rank(), n, active)
				}
				return err
			})
			if err != nil {
				t.Errorf("%d ranks, %d active: %v", ranks, active, err)
			}
		}
	}
}

// TestWhileLeavesMessagesAlone has f receive from any source with any tag, on the
// communicator that the idle ones wait on.
func TestWhileLeavesMessagesAlone(t *testing.T) {
	err := mpi.Run(5, func(c *mpi.Comm) error {
		return idle.While(c, c.Rank() == 0 || c.Rank() == 4, func() error {
			if c.Rank() == 4 {
				return mpi.Send(c, []int64{42}, 0, 0)
			}
			got := []int64{0}
			st, err := mpi.Recv(c, got, mpi.AnySource, mpi.AnyTag)
			if err == nil && (st.Source != 4 || got[0] != 42) {
				err = fmt.Errorf("%d from rank %d", got[0], st.Source)
			}
			return err
		})
	})
	if err != nil {
		t.Error(err)
	}
}

func TestWhileAgreesOnErrors(t *testing.T) {
	err := mpi.Run(4, func(c *mpi.Comm) error {
		err := idle.While(c, c.Rank() > 0, func() error {
			if c.Rank() == 2 {
				return errors.New("too hot")
			}
			return nil
		})
		var remote *mpi.RemoteError
		if c.Rank() == 2 && (err == nil || err.Error() != "too hot") {
			t.Errorf("rank 2 gets %v", err)
		}
		if c.Rank() != 2 && (!errors.As(err, &remote) || remote.Rank != 2 || !strings.Contains(remote.Msg, "too hot")) {
			t.Errorf("rank %d gets %v", c.Rank(), err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestWhileEndsWithTheRun checks that idle ranks do not wait for a rank that
// has panicked.
func TestWhileEndsWithTheRun(t *testing.T) {
	err := mpi.Run(3, func(c *mpi.Comm) error {
		return idle.While(c, c.Rank() == 1, func() error { panic("the sky falls") })
	})
	var p *mpi.PanicError
	if !errors.As(err, &p) {
		t.Errorf("error %v, want a panic", err)
	}
}
