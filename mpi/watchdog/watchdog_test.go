package watchdog

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"hybrid/mpi"
)

// short is how long a rank may stand still here: longer than a busy machine keeps one that
// moves from it.
const short = time.Second

// told is what the watchdogs of a job have said and done.
type told struct {
	mu    sync.Mutex
	lines []string
	ended int
	over  chan struct{} // closed when it was reported
}

func newTold() *told { return &told{over: make(chan struct{})} }

func (t *told) options() Options {
	return Options{
		After: short,
		Warn: func(format string, args ...any) {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.lines = append(t.lines, fmt.Sprintf(format, args...))
		},
		Report: func(err error) {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.lines = append(t.lines, err.Error())
			close(t.over)
		},
		End: func() {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.ended++
		},
	}
}

var errOver = errors.New("over")

// ranks runs three ranks, watched from one process or, where apart, as if each had its own.
// A rank's work ends when the stall was reported, or by itself.
func ranks(t *testing.T, apart bool, work func(c *mpi.Comm, d *Watchdog, over <-chan struct{}) error) *told {
	t.Helper()
	told := newTold()
	together := New(told.options())
	var dogs [3]*Watchdog
	err := mpi.Run(3, func(c *mpi.Comm) error {
		d := together
		if apart {
			d = New(told.options())
			d.apart = true
		}
		dogs[c.Rank()] = d
		leave, err := d.Join(c)
		if err != nil {
			return err
		}
		defer leave()
		return work(c, d, told.over)
	})
	t.Cleanup(func() {
		for _, d := range dogs {
			if d.stop(); apart {
				d.peer.listener.Close()
			}
		}
	})
	if err != nil && !errors.Is(err, errOver) {
		t.Fatal(err)
	}
	told.mu.Lock()
	defer told.mu.Unlock()
	return told
}

func want(t *testing.T, told *told, parts ...string) {
	t.Helper()
	told.mu.Lock()
	defer told.mu.Unlock()
	if len(told.lines) != 1 {
		t.Fatalf("said %q, want one line", told.lines)
	}
	for _, part := range parts {
		if !strings.Contains(told.lines[0], part) {
			t.Errorf("said %q, want %q in it", told.lines[0], part)
		}
	}
}

func both(t *testing.T, f func(t *testing.T, apart bool)) {
	t.Parallel() // all wait, and none computes
	for name, apart := range map[string]bool{"one process": false, "a process each": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t, apart)
		})
	}
}

// TestALoopIsFound has rank 1 compute and never come back, and the others wait for it.
func TestALoopIsFound(t *testing.T) {
	both(t, func(t *testing.T, apart bool) {
		told := ranks(t, apart, func(c *mpi.Comm, _ *Watchdog, over <-chan struct{}) error {
			if c.Rank() == 1 {
				<-over
				return errOver
			}
			return c.Barrier()
		})
		want(t, told, "no progress for 1 s: rank 1", "computes without coming further", "(ranks 0, 2 wait)")
	})
}

// TestADeadlockIsFound has each rank wait for a word of the next, while the last looks for it again
// and again.
func TestADeadlockIsFound(t *testing.T) {
	both(t, func(t *testing.T, apart bool) {
		told := ranks(t, apart, func(c *mpi.Comm, _ *Watchdog, over <-chan struct{}) error {
			if c.Rank() < 2 {
				_, err := mpi.Recv(c, make([]int8, 1), c.Rank()+1, 0)
				return err
			}
			for {
				if _, _, err := c.Iprobe(0, 0); err != nil {
					return err
				}
				select {
				case <-over:
					return errOver
				case <-time.After(time.Millisecond):
				}
			}
		})
		want(t, told, "rank 0", "waits in Recv for rank 1; rank 1", "waits in Recv for rank 2; rank 2", "waits in Probe for rank 0; no rank is left that could go on")
	})
}

// TestWhoAdvancesIsLeftAlone has rank 1 compute for longer than a rank may stand still, with
// a sign of life now and then, and the others wait all that time.
func TestWhoAdvancesIsLeftAlone(t *testing.T) {
	both(t, func(t *testing.T, apart bool) {
		told := ranks(t, apart, func(c *mpi.Comm, _ *Watchdog, _ <-chan struct{}) error {
			if c.Rank() == 1 {
				for began := time.Now(); time.Since(began) < 4*short; time.Sleep(time.Millisecond) {
					c.Advance()
				}
			}
			return c.Barrier()
		})
		if len(told.lines) > 0 || told.ended > 0 {
			t.Errorf("said %q, %d ended", told.lines, told.ended)
		}
	})
}

// TestAProcessThatDoesNotAnswerIsFound by rank 0's, or by the next where it is that one, and
// all others are told to end.
func TestAProcessThatDoesNotAnswerIsFound(t *testing.T) {
	t.Parallel()
	for _, deaf := range [][]int{{1}, {0}, {0, 1}} {
		t.Run(fmt.Sprint(deaf), func(t *testing.T) {
			t.Parallel()
			told := ranks(t, true, func(c *mpi.Comm, d *Watchdog, over <-chan struct{}) error {
				if err := c.Barrier(); err != nil {
					return err
				}
				for began := time.Now(); time.Since(began) < short; time.Sleep(time.Millisecond) {
					c.Advance() // until somebody has asked
				}
				for _, r := range deaf {
					if c.Rank() == r {
						d.peer.deaf.Store(true)
						d.stop() // it asks nobody any more
					}
				}
				for {
					c.Advance()
					select {
					case <-over:
						return errOver
					case <-time.After(time.Millisecond):
					}
				}
			})
			var parts []string
			for _, r := range deaf {
				parts = append(parts, fmt.Sprintf("rank %d (process %d on ", r, os.Getpid()), "does not answer, though its process is there")
			}
			want(t, told, parts...)
			for end := time.Now().Add(5 * time.Minute); ; time.Sleep(time.Millisecond) {
				told.mu.Lock()
				ended := told.ended
				told.mu.Unlock()
				if ended == 3-len(deaf) {
					return
				}
				if time.Now().After(end) {
					t.Fatalf("%d processes were told to end, want %d", ended, 3-len(deaf))
				}
			}
		})
	}
}

// TestStrangersAreFew has many call who say nothing: those beyond a number are sent away, and who has called before is answered.
func TestStrangersAreFew(t *testing.T) {
	d := New(newTold().options())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d.peer = &peer{listener: l, word: word{1, 2, 3}, patience: time.Hour, activity: new(mpi.Activity)}
	go d.serve()
	at := process{Addresses: []string{l.Addr().String()}}
	friend, err := d.peer.dial(at, true)
	if err != nil {
		t.Fatal(err)
	}
	defer friend.Close()
	var last net.Conn
	for range mostStrangers + 10 {
		if last, err = net.Dial("tcp", l.Addr().String()); err != nil {
			t.Fatal(err)
		}
		defer last.Close()
	}
	_ = last.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := last.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the last one was not sent away")
	}
	if _, err := ask(friend, message{what: askSign}, time.Minute); err != nil {
		t.Error(err)
	}
}
