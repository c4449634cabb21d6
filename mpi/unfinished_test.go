package mpi_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"hybrid/mpi"
)

// on runs f on one rank; the others return at once.
func on(rank int, f func(c *mpi.Comm) error) func(c *mpi.Comm) error {
	return func(c *mpi.Comm) error {
		if c.Rank() != rank {
			return nil
		}
		return f(c)
	}
}

func isend(n, dest, tag int) func(c *mpi.Comm) error {
	return func(c *mpi.Comm) error {
		_, err := mpi.Isend(c, make([]int8, n), dest, tag)
		return err
	}
}

func TestLocalUnfinished(t *testing.T) {
	for name, test := range map[string]struct {
		f    func(c *mpi.Comm) error
		want []string
	}{
		"message": {on(1, func(c *mpi.Comm) error { return mpi.Send(c, make([]int32, 2), 0, 7) }),
			[]string{"rank 0 did not receive the 8 bytes that rank 1 sent with tag 7"}},
		"message to itself": {on(2, func(c *mpi.Comm) error { return mpi.Send(c, make([]int8, 3), 2, 0) }),
			[]string{"rank 2 did not receive the 3 bytes that rank 2 sent with tag 0"}},
		"message among some ranks": {func(c *mpi.Comm) error {
			d, err := c.Split(c.Rank()%2, 0)
			if err != nil || c.Rank() != 2 {
				return err
			}
			return mpi.Send(d, make([]int8, 1), 0, 4)
		}, []string{"rank 0 did not receive the 1 bytes that rank 2 sent with tag 4"}},
		"short Isend": {on(0, isend(5, 2, 3)), []string{"rank 2 did not receive the 5 bytes", "rank 0 did not wait for its Isend of 5 bytes to rank 2, tag 3"}},
		"long Isend": {on(0, isend(1<<20, 2, 3)),
			[]string{"rank 2 did not receive the 1048576 bytes that rank 0 sent with tag 3", "rank 0 did not wait for its Isend of 1048576 bytes to rank 2, tag 3"}},
		"received Isend": {func(c *mpi.Comm) error {
			switch c.Rank() {
			case 0:
				return isend(1<<20, 1, 3)(c)
			case 1:
				_, err := mpi.Recv(c, make([]int8, 1<<20), 0, 3)
				return err
			}
			return nil
		}, []string{"rank 0 did not wait for its Isend of 1048576 bytes to rank 1, tag 3"}},
		"Irecv": {on(1, func(c *mpi.Comm) error {
			_, err := mpi.Irecv(c, make([]int8, 9), mpi.AnySource, mpi.AnyTag)
			return err
		}), []string{"rank 1 did not wait for its Irecv of 9 bytes from any rank, any tag, for which nothing came"}},
		"Irecv that got its message": {func(c *mpi.Comm) error {
			if c.Rank() == 1 {
				return mpi.Send(c, make([]int8, 4), 0, 6)
			}
			if c.Rank() == 0 {
				if _, err := mpi.Irecv(c, make([]int8, 9), 1, 6); err != nil {
					return err
				}
			}
			return nil
		}, []string{"rank 0 did not wait for its Irecv of 9 bytes from rank 1, tag 6"}},
		"Test that said false": {on(1, func(c *mpi.Comm) error {
			r, err := mpi.Irecv(c, make([]int8, 9), 0, 5)
			if err == nil {
				_, _, err = r.Test()
			}
			return err
		}), []string{"rank 1 did not wait for its Irecv of 9 bytes from rank 0, tag 5, for which nothing came"}},
		"one rank's Bcast": {on(0, func(c *mpi.Comm) error { return mpi.Bcast(c, []int8{1, 2}, 0) }),
			[]string{"rank 1 had no part in collective 1 of rank 0, Bcast(2 int8, root 0)", "rank 2 had no part"}},
		"many": {on(0, func(c *mpi.Comm) error {
			for tag := range 30 {
				if err := mpi.Send(c, []int8{1}, 1, tag); err != nil {
					return err
				}
			}
			return nil
		}), []string{"with tag 0", "with tag 7; and 22 more"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := mpi.Run(3, test.f)
			var unfinished *mpi.UnfinishedError
			if !errors.As(err, &unfinished) {
				t.Fatalf("Run: %v, want an UnfinishedError", err)
			}
			if got := len(unfinished.Left); got != len(test.want) && name != "many" {
				t.Errorf("%d things left, want %d", got, len(test.want))
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\nwants %q", err, want)
				}
			}
		})
	}
	// The error of a rank says more than what it left behind.
	err := mpi.Run(3, func(c *mpi.Comm) error {
		if err := isend(1, 0, 0)(c); err != nil {
			return err
		}
		return status(c.Rank())
	})
	var own status
	if !errors.As(err, &own) {
		t.Errorf("Run: %v, want an error of a rank", err)
	}
}

// TestLocalMismatch has the last rank call another collective than the others, or
// with another argument.
func TestLocalMismatch(t *testing.T) {
	allreduce := func(op mpi.Op, n int) func(c *mpi.Comm) error {
		return func(c *mpi.Comm) error { return mpi.Allreduce(c, make([]int32, n), make([]int32, n), op) }
	}
	bcast := func(root, n int) func(c *mpi.Comm) error {
		return func(c *mpi.Comm) error { return mpi.Bcast(c, make([]int32, n), root) }
	}
	reduce := func(op mpi.Op, root int) func(c *mpi.Comm) error {
		return func(c *mpi.Comm) error { return mpi.Reduce(c, []int64{1}, make([]int64, 1), op, root) }
	}
	for name, test := range map[string]struct {
		others, last func(c *mpi.Comm) error
		want         [2]string
	}{
		"operation":           {allreduce(mpi.Sum, 1), allreduce(mpi.Max, 1), [2]string{"Allreduce(1 int32, Sum)", "Allreduce(1 int32, Max)"}},
		"operation of a long": {allreduce(mpi.Sum, 9999), allreduce(mpi.Max, 9999), [2]string{"Allreduce(9999 int32, Sum)", "Allreduce(9999 int32, Max)"}},
		"operation at a root": {reduce(mpi.Min, 0), reduce(mpi.Max, 0), [2]string{"Reduce(1 int64, Min, root 0)", "Reduce(1 int64, Max, root 0)"}},
		"operation of a scan": {
			func(c *mpi.Comm) error { return mpi.Scan(c, []int8{1}, []int8{0}, mpi.Sum) },
			func(c *mpi.Comm) error { return mpi.Scan(c, []int8{1}, []int8{0}, mpi.BOr) },
			[2]string{"Scan(1 int8, Sum)", "Scan(1 int8, BOr)"}},
		"length": {bcast(0, 8), bcast(0, 9), [2]string{"Bcast(8 int32, root 0)", "Bcast(9 int32, root 0)"}},
		"type": {
			func(c *mpi.Comm) error { return mpi.Bcast(c, make([]float32, 2), 0) },
			func(c *mpi.Comm) error { return mpi.Bcast(c, make([]float64, 1), 0) },
			[2]string{"Bcast(2 float32, root 0)", "Bcast(1 float64, root 0)"}},
		"root": {
			func(c *mpi.Comm) error { return errors.Join(bcast(0, 1)(c), bcast(0, 1)(c)) },
			func(c *mpi.Comm) error { return errors.Join(bcast(c.Rank(), 1)(c), bcast(0, 1)(c)) },
			[2]string{"is Bcast(1 int32, root 0)", "Bcast(1 int32, root 0)"}},
		"packed and not": {
			func(c *mpi.Comm) error { return mpi.Allgather(c, []int8{1}, make([]int8, c.Size())) },
			func(c *mpi.Comm) error {
				counts := make([]int, c.Size())
				for i := range counts {
					counts[i] = 1
				}
				return mpi.Allgatherv(c, []int8{1}, make([]int8, c.Size()), counts, nil)
			},
			[2]string{"Allgather(1 int8)", "Allgatherv(int8)"}},
		"order": {
			func(c *mpi.Comm) error { return errors.Join(bcast(0, 1)(c), bcast(0, 2)(c)) },
			func(c *mpi.Comm) error { return errors.Join(bcast(0, 2)(c), bcast(0, 1)(c)) },
			[2]string{"collective 1 of rank ", "Bcast(2 int32, root 0)"}},
	} {
		for _, ranks := range []int{2, 3, 8} {
			t.Run(fmt.Sprintf("%s/%d ranks", name, ranks), func(t *testing.T) {
				err := mpi.Run(ranks, func(c *mpi.Comm) error {
					if last(c) {
						return test.last(c)
					}
					return test.others(c)
				})
				var e *mpi.Error
				if !errors.As(err, &e) || e.Class != mpi.ClassMismatch {
					t.Fatalf("Run: %v, want an Error of class %v", err, mpi.ClassMismatch)
				}
				for _, want := range test.want {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("%v\nwants %q", err, want)
					}
				}
			})
		}
	}
	// One root too many leaves a message that nobody receives.
	err := mpi.Run(2, func(c *mpi.Comm) error { return bcast(c.Rank(), 1)(c) })
	var unfinished *mpi.UnfinishedError
	if !errors.As(err, &unfinished) || !strings.Contains(err.Error(), "collective 1 of rank 1, Bcast(1 int32, root 1)") {
		t.Errorf("two roots: %v, want an UnfinishedError", err)
	}
}
