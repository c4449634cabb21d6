package watchdog

import (
	"errors"
	"sync"
	"syscall"
	"time"

	"hybrid/mpi"
)

// poll asks all other processes again and again. again says that they could be reached once:
// what cannot be then is silent.
func (d *Watchdog) poll(again bool) {
	for r := range d.states {
		if r != d.peer.rank {
			go d.pollRank(r, again)
		}
	}
	own := &d.states[d.peer.rank]
	d.watch(func() { own.hear(beat{d.peer.activity.Moves(), d.peer.activity.Doing()}) })
}

// pollRank asks the process of a rank as long as it is there.
func (d *Watchdog) pollRank(rank int, again bool) {
	s := &d.states[rank]
	conn, err := d.peer.dial(s.at, !again)
	if err != nil {
		d.unreachable(s, err, again)
		return
	}
	defer conn.Close()
	for {
		m, err := ask(conn, message{what: askBeat}, 0)
		d.mu.Lock()
		if err != nil {
			s.gone = true
		} else {
			s.hear(beat{m.a, mpi.Doing(m.b)})
		}
		d.mu.Unlock()
		if err != nil {
			return
		}
		select {
		case <-d.over:
			return
		case <-time.After(d.tick):
		}
	}
}

// unreachable notes that a rank cannot be asked: at the start, that nobody can look after it but itself.
func (d *Watchdog) unreachable(s *rankState, err error, again bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if again {
		s.gone = errors.Is(err, syscall.ECONNREFUSED)
		return
	}
	s.blind = true
	if !d.warned {
		d.warned = true
		d.o.Warn("rank %d on %s cannot be reached from rank 0 (%v): the watchdog finds out whether it computes without coming further, and not whether it is stopped",
			s.rank, s.at.Host, err)
	}
}

// standIn takes over the watch where the one who has it does not ask any more, and until somebody
// has asked looks after its own rank.
func (d *Watchdog) standIn() {
	var unasked time.Duration
	ever := false
	own := &d.states[d.peer.rank]
	d.each(func(passed time.Duration) {
		own.wait(passed)
		own.hear(beat{d.peer.activity.Moves(), d.peer.activity.Doing()})
		unasked += passed
		switch {
		case d.peer.asked.Swap(false):
			unasked, ever = 0, true
		case unasked < d.o.After || own.beat.doing.Returned():
		case !ever:
			if found := diagnose(d.states[own.rank:own.rank+1], d.o.After, 3*d.tick); found != nil && found.Stuck[0].Kind == Computing {
				found.Ranks = len(d.states)
				d.announce(found)
			}
		default:
			d.mu.Unlock()
			if d.takeOver() {
				d.poll(true) // for the rest of the run
			}
			d.mu.Lock()
			unasked = d.o.After / 2
		}
	})
}

// takeOver tells whether no rank between rank 0 and this one is there, and this one is to
// watch. The ranks that do not answer have been silent as long as rank 0.
func (d *Watchdog) takeOver() bool {
	lower := d.silentOf(1, d.peer.rank, true)
	if len(lower) < d.peer.rank-1 {
		return false
	}
	silent := append(append([]int{0}, lower...), d.silentOf(d.peer.rank+1, len(d.states), false)...)
	d.mu.Lock()
	defer d.mu.Unlock()
	for r := range d.states {
		d.states[r].still, d.states[r].silent = 0, 0
	}
	for _, r := range silent {
		d.states[r].silent = d.o.After
	}
	return true
}

// silentOf is those of the ranks [from, to) that do not answer, of which no more are asked
// once one has answered if one is enough.
func (d *Watchdog) silentOf(from, to int, oneIsEnough bool) (silent []int) {
	for lo := from; lo < to; lo += atOnce {
		hi := min(lo+atOnce, to)
		answers := make([]bool, hi-lo)
		var wg sync.WaitGroup
		for r := lo; r < hi; r++ {
			wg.Go(func() {
				_, err := d.peer.once(d.states[r].at, message{what: askSign})
				answers[r-lo] = err == nil
			})
		}
		wg.Wait()
		for i, there := range answers {
			if !there {
				silent = append(silent, lo+i)
			}
		}
		if oneIsEnough && len(silent) < hi-from {
			return silent
		}
	}
	return silent
}

// atOnce is how many processes are asked at the same time.
const atOnce = 64
