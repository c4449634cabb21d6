package probe

import (
	"time"

	"hybrid/internal/pages"
	"hybrid/internal/threads"
	"hybrid/mpi"
)

// A wire is two ranks that send each other messages. Rank 0 takes the time, and
// tells rank 1 how often.
type wire struct {
	c       *mpi.Comm
	out, in []byte
	many    []*mpi.Request
}

const (
	tagData = iota
	tagAck
	tagCount
)

func newWire(c *mpi.Comm, most int) *wire {
	w := &wire{c: c, out: pages.Make[byte](most), in: pages.Make[byte](most)}
	for i := range w.out {
		w.out[i], w.in[i] = byte(i), 0
	}
	return w
}

// rounds is how often each size is measured.
const rounds = 7

// series measures every size in turn, and all of them so many rounds, in about the
// time d. run does n of what is measured, on both ranks, and returns the quantity.
func (w *wire) series(sizes []int, d time.Duration, run func(bytes, n int) (float64, error)) ([][]float64, error) {
	part := d / time.Duration((rounds+1)*len(sizes))
	counts, all := make([]int, len(sizes)), make([][]float64, len(sizes))
	timed := func(bytes, n int) (float64, time.Duration, error) {
		began := time.Now()
		v, err := run(bytes, n)
		return v, time.Since(began), err
	}
	for i, bytes := range sizes {
		var err error
		if counts[i], err = w.times(part, func(n int) (time.Duration, error) {
			_, took, err := timed(bytes, n)
			return took, err
		}); err != nil {
			return nil, err
		}
	}
	for range rounds {
		for i, bytes := range sizes {
			v, _, err := timed(bytes, counts[i])
			if err != nil {
				return nil, err
			}
			all[i] = append(all[i], v)
		}
	}
	return all, nil
}

// times is threads.Times for what both ranks run, by the clock of rank 0.
func (w *wire) times(d time.Duration, run func(n int) (time.Duration, error)) (int, error) {
	tell := func(n int) (int, error) {
		word := []int64{int64(n)}
		err := mpi.Bcast(w.c, word, 0)
		return int(word[0]), err
	}
	if w.c.Rank() == 0 {
		n, err := threads.Times(d, func(n int) (time.Duration, error) {
			if _, err := tell(n); err != nil {
				return 0, err
			}
			return run(n)
		})
		if err != nil {
			return 0, err
		}
		if _, err := tell(0); err != nil {
			return 0, err
		}
		return tell(n)
	}
	for {
		n, err := tell(0)
		if err != nil {
			return 0, err
		}
		if n == 0 {
			return tell(0)
		}
		if _, err := run(n); err != nil {
			return 0, err
		}
	}
}

// pingPong sends a message to and fro, and returns half the time of that.
func (w *wire) pingPong(bytes, n int) (float64, error) {
	peer, out, in := 1-w.c.Rank(), w.out[:bytes], w.in[:bytes]
	trip := func() error {
		if w.c.Rank() == 0 {
			if err := mpi.Send(w.c, out, peer, tagData); err != nil {
				return err
			}
			_, err := mpi.Recv(w.c, in, peer, tagData)
			return err
		}
		if _, err := mpi.Recv(w.c, in, peer, tagData); err != nil {
			return err
		}
		return mpi.Send(w.c, out, peer, tagData)
	}
	var began time.Time
	for i := -n / 16; i < n; i++ { // the first ones warm up
		if i == 0 {
			began = time.Now()
		}
		if err := trip(); err != nil {
			return 0, err
		}
	}
	return time.Since(began).Seconds() / float64(2*n), nil
}

// windowOf is the messages that are under way at once: 64, of long messages fewer.
func windowOf(bytes int) int { return min(64, max(1, 64<<20/bytes)) }

// burstOf is the messages that are started without a pause.
func burstOf(bytes int) int { return min(16, max(1, 16<<20/bytes)) }

// window sends a window of messages at once, waits for an answer, and so on; it
// returns the bytes a second.
func (w *wire) window(bytes, n int) (float64, error) {
	many := windowOf(bytes)
	began := time.Now()
	for range n {
		if err := w.volley(bytes, many, nil); err != nil {
			return 0, err
		}
	}
	return float64(n*many) * float64(bytes) / time.Since(began).Seconds(), nil
}

// burst returns the time that starting a send takes of its rank, to receives that
// wait for it.
func (w *wire) burst(bytes, n int) (float64, error) {
	many := burstOf(bytes)
	var starting time.Duration
	for range n {
		if err := w.volley(bytes, many, &starting); err != nil {
			return 0, err
		}
	}
	return starting.Seconds() / float64(n*many), nil
}

// volley sends so many messages from rank 0 to rank 1, which answers when it has
// them. Where the time to start them is asked for, they are sent when all their
// receives have been posted.
func (w *wire) volley(bytes, many int, starting *time.Duration) error {
	w.many = w.many[:0]
	ready, ack := []byte{0}, []byte{0}
	if w.c.Rank() == 1 {
		for range many {
			r, err := mpi.Irecv(w.c, w.in[:bytes], 0, tagData)
			if err != nil {
				return err
			}
			w.many = append(w.many, r)
		}
		if starting != nil {
			if err := mpi.Send(w.c, ready, 0, tagCount); err != nil {
				return err
			}
		}
		if err := mpi.Waitall(w.many...); err != nil {
			return err
		}
		return mpi.Send(w.c, ack, 0, tagAck)
	}
	if starting != nil {
		if _, err := mpi.Recv(w.c, ready, 1, tagCount); err != nil {
			return err
		}
	}
	began := time.Now()
	for range many {
		r, err := mpi.Isend(w.c, w.out[:bytes], 1, tagData)
		if err != nil {
			return err
		}
		w.many = append(w.many, r)
	}
	if starting != nil {
		*starting += time.Since(began)
	}
	if err := mpi.Waitall(w.many...); err != nil {
		return err
	}
	_, err := mpi.Recv(w.c, ack, 1, tagAck)
	return err
}
