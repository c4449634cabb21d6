package mpi_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"hybrid/mpi"
)

// goroutinesBack waits until no more goroutines run than before.
func goroutinesBack(t *testing.T, before int) {
	t.Helper()
	for runtime.NumGoroutine() > before { // go test ends what waits for ever, and shows the goroutines
		runtime.Gosched()
	}
}

// Every way to be blocked, each entered by the ranks that do not fail.
var blockedCalls = map[string]func(c *mpi.Comm) error{
	"Recv":     blocked,
	"Send":     func(c *mpi.Comm) error { return mpi.Send(c, make([]int8, 1<<20), c.Size()-1, 5) },
	"Probe":    func(c *mpi.Comm) error { _, err := c.Probe(mpi.AnySource, 5); return err },
	"Barrier":  (*mpi.Comm).Barrier,
	"Bcast":    func(c *mpi.Comm) error { return mpi.Bcast(c, make([]int8, 9), c.Size()-1) },
	"Reduce":   func(c *mpi.Comm) error { return mpi.Allreduce(c, []int8{1}, []int8{1}, mpi.Sum) },
	"Alltoall": func(c *mpi.Comm) error { return mpi.Alltoall(c, make([]int8, c.Size()), make([]int8, c.Size())) },
	"Split":    func(c *mpi.Comm) error { _, err := c.Split(0, 0); return err },
	"Agree":    func(c *mpi.Comm) error { return c.Agree(nil) },
	"Wait": func(c *mpi.Comm) error {
		r, err := mpi.Irecv(c, []int8{0}, c.Rank(), 5)
		if err != nil {
			return err
		}
		_, err = r.Wait()
		return err
	},
	"Test": func(c *mpi.Comm) error {
		r, err := mpi.Irecv(c, []int8{0}, mpi.AnySource, 5)
		for ok := false; err == nil && !ok; {
			_, ok, err = r.Test()
		}
		return err
	},
	"Iprobe": func(c *mpi.Comm) error {
		for {
			if _, ok, err := c.Iprobe(mpi.AnySource, 5); ok || err != nil {
				return err
			}
		}
	},
}

func TestLocalFailureEndsAll(t *testing.T) {
	for call, block := range blockedCalls {
		for end, want := range map[string]string{"error": "wants status 3", "panic": "panic on rank 3: the sky falls", "goexit": "rank 3 ended its goroutine"} {
			t.Run(call+"/"+end, func(t *testing.T) {
				before := runtime.NumGoroutine()
				var aborted atomic.Int32
				err := mpi.Run(4, func(c *mpi.Comm) error {
					if last(c) {
						switch end {
						case "error":
							return status(3)
						case "panic":
							panic("the sky falls")
						}
						runtime.Goexit()
					}
					err := block(c)
					if errors.Is(err, mpi.ErrAborted) {
						aborted.Add(1)
					}
					if again := c.Barrier(); !errors.Is(again, mpi.ErrAborted) {
						t.Errorf("a call after the end: %v, want ErrAborted", again)
					}
					return err
				})
				if err == nil || !strings.Contains(err.Error(), want) || errors.Is(err, mpi.ErrAborted) {
					t.Errorf("Run: %v, want one with %q", err, want)
				}
				// A send that was received is not blocked, and neither is a rank
				// whose part of a collective was done.
				if aborted.Load() == 0 && call != "Send" && call != "Bcast" {
					t.Error("no blocked call returned ErrAborted")
				}
				var p *mpi.PanicError
				if end == "panic" && (!errors.As(err, &p) || p.Rank != 3 || !strings.Contains(string(p.Stack), "local_test.go")) {
					t.Errorf("the panic's error is %#v", err)
				}
				goroutinesBack(t, before)
			})
		}
	}
}

// TestLocalLowestError has two ranks fail; which one ends the run is a matter
// of time, what Run returns is not.
func TestLocalLowestError(t *testing.T) {
	for range 200 {
		err := mpi.Run(4, func(c *mpi.Comm) error {
			if c.Rank()%2 == 1 {
				return status(c.Rank())
			}
			return blocked(c)
		})
		if err != status(1) {
			t.Fatalf("Run: %v, want that of rank 1", err)
		}
	}
}

// TestLocalReport has one rank find something wrong and all agree, and agree again:
// the error is reported once, in its own words.
func TestLocalReport(t *testing.T) {
	var reported []error
	r := mpi.Runner{Ranks: 4, Report: func(err error) { reported = append(reported, err) }}
	err := r.Run(func(c *mpi.Comm) error {
		var own error
		if c.Rank() == 2 {
			own = status(2)
		}
		err := c.Agree(c.Agree(own))
		var remote *mpi.RemoteError
		if errors.As(err, &remote) && (c.Rank() == 2 || remote.Rank != 2 || remote.Msg != status(2).Error()) {
			t.Errorf("rank %d: %v", c.Rank(), err)
		}
		return err
	})
	if err != status(2) || len(reported) != 1 || reported[0] != err {
		t.Errorf("Run: %v, reported %v; want %v in both", err, reported, status(2))
	}
	r.Ranks, reported = -1, nil
	if err := r.Run(blocked); err == nil || len(reported) != 1 {
		t.Errorf("-1 ranks: Run: %v, reported %v", err, reported)
	}
	r.Ranks, reported = 3, nil
	if err := r.Run((*mpi.Comm).Barrier); err != nil || reported != nil {
		t.Errorf("a run without errors: %v, reported %v", err, reported)
	}
}

// TestLocalAbandonedBuffer checks that a receive whose rank gave up is not
// written into any more, and that senders do not hang on it.
func TestLocalAbandonedBuffer(t *testing.T) {
	for range 50 {
		err := mpi.Run(3, func(c *mpi.Comm) error {
			buf := make([]int64, 4096)
			switch c.Rank() {
			case 0:
				_, err := mpi.Recv(c, buf, 1, 0)
				for i := range buf {
					buf[i] = -1 // a race with the sender if it still copies
				}
				return err
			case 1:
				return mpi.Send(c, buf, 0, 0)
			}
			return status(1)
		})
		if err != status(1) {
			t.Fatalf("Run: %v", err)
		}
	}
}

func TestLocalDeadlock(t *testing.T) {
	for name, test := range map[string]struct {
		ranks int
		f     func(c *mpi.Comm) error
		want  []string
	}{
		"alone":        {1, blocked, []string{"rank 0 waits in Recv from any rank, tag 11"}},
		"both receive": {2, blocked, []string{"rank 0 waits in Recv", "rank 1 waits in Recv"}},
		"both send": {2, func(c *mpi.Comm) error {
			return mpi.Send(c, make([]int8, 1<<20), 1-c.Rank(), 6)
		}, []string{"rank 0 waits in Send to rank 1, tag 6", "rank 1 waits in Send to rank 0, tag 6"}},
		"one has returned": {3, func(c *mpi.Comm) error {
			if c.Rank() == 1 {
				return nil
			}
			return c.Barrier()
		}, []string{"rank 0 waits in Barrier", "rank 1 has returned", "rank 2 waits in Barrier"}},
		"different collectives": {2, func(c *mpi.Comm) error {
			if c.Rank() == 0 {
				return c.Barrier()
			}
			return mpi.Allreduce(c, []int8{1}, []int8{1}, mpi.Sum)
		}, []string{"rank 0 waits in Barrier", "rank 1 waits in Allreduce"}},
		"probe": {2, func(c *mpi.Comm) error {
			_, err := c.Probe(1-c.Rank(), mpi.AnyTag)
			return err
		}, []string{"rank 0 waits in Probe of rank 1, any tag", "rank 1 waits in Probe of rank 0, any tag"}},
	} {
		t.Run(name, func(t *testing.T) {
			before := runtime.NumGoroutine()
			err := mpi.Run(test.ranks, test.f)
			var dead *mpi.DeadlockError
			if !errors.As(err, &dead) {
				t.Fatalf("Run: %v, want a DeadlockError", err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\nwants %q", err, want)
				}
			}
			goroutinesBack(t, before)
		})
	}
}

// TestLocalNoFalseDeadlock keeps all ranks at the edge of being blocked.
func TestLocalNoFalseDeadlock(t *testing.T) {
	for _, ranks := range []int{2, 5} {
		err := mpi.Run(ranks, func(c *mpi.Comm) error {
			buf := make([]byte, 20_000)
			for i := range 2000 {
				n := []int{1, len(buf)}[i%2]
				switch c.Rank() {
				case 0:
					if err := mpi.Send(c, buf[:n], 1+i%(ranks-1), 0); err != nil {
						return err
					}
				case 1 + i%(ranks-1):
					if _, err := mpi.Recv(c, buf[:n], 0, 0); err != nil {
						return err
					}
				}
			}
			return c.Barrier()
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestLocalBarrier counts the ranks that have come.
func TestLocalBarrier(t *testing.T) {
	for _, ranks := range []int{1, 2, 3, 7} {
		var came atomic.Int64
		err := mpi.Run(ranks, func(c *mpi.Comm) error {
			for round := range int64(50) {
				came.Add(1)
				if err := c.Barrier(); err != nil {
					return err
				}
				if n := came.Load(); n < (round+1)*int64(ranks) {
					t.Errorf("%d ranks: %d have come when round %d ends", ranks, n, round)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestLocalReductionsRepeat adds numbers whose sum depends on the order.
func TestLocalReductionsRepeat(t *testing.T) {
	for _, n := range []int{1, 5000} {
		var golden []uint64
		for run := range 10 {
			var bits [5][]uint64
			err := mpi.Run(5, func(c *mpi.Comm) error {
				r := rand.New(rand.NewPCG(1, uint64(c.Rank())))
				x := make([]float64, n)
				for i := range x {
					x[i] = (r.Float64() - 0.5) * math.Pow(2, float64(r.IntN(60)))
				}
				sum := make([]float64, n)
				if err := mpi.Allreduce(c, x, sum, mpi.Sum); err != nil {
					return err
				}
				for _, v := range sum {
					bits[c.Rank()] = append(bits[c.Rank()], math.Float64bits(v))
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if golden == nil {
				golden = bits[0]
			}
			for rank, got := range bits {
				for i := range got {
					if got[i] != golden[i] {
						t.Fatalf("run %d, rank %d, element %d of %d: %x, want %x", run, rank, i, n, got[i], golden[i])
					}
				}
			}
		}
	}
}
