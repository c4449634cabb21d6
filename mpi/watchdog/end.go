package watchdog

import "sync"

// explain finds out about the processes that do not answer, from others of their machines.
func (d *Watchdog) explain(found *StallError) {
	if d.peer == nil {
		return
	}
	for i := range found.Stuck {
		if i == shown {
			return
		}
		if r := &found.Stuck[i]; r.Kind == Silent {
			r.State = d.stateOf(found, r)
		}
	}
}

// stateOf has a process of the rank's machine, the own one if it is of that, look at the
// rank's process.
func (d *Watchdog) stateOf(found *StallError, r *Rank) byte {
	if d.states[d.peer.rank].at.Host == r.Host {
		return stateOf(r.PID, r.start)
	}
	for i := range d.states {
		if s := &d.states[i]; s.at.Host == r.Host && s.rank != r.Rank && !found.silent(s.rank) {
			if m, err := d.peer.once(s.at, message{askLook, uint64(r.PID), r.start}); err == nil {
				return byte(m.a)
			}
		}
	}
	return 0
}

// silent tells whether a rank does not answer.
func (e *StallError) silent(rank int) bool {
	for _, r := range e.Stuck {
		if r.Rank == rank {
			return r.Kind == Silent || r.Kind == Gone
		}
	}
	return false
}

// end tells all other processes of the job to end. One that is stopped reads it when its launcher
// wakes it up, to end it: the ends of the others are a reason for that.
func (d *Watchdog) end() {
	if d.peer == nil {
		return
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for i := range d.states {
		s := &d.states[i]
		if s.rank == d.peer.rank {
			continue
		}
		slots <- struct{}{}
		wg.Go(func() {
			_, _ = d.peer.once(s.at, message{what: askEnd}) // who does not hear it is the launcher's
			<-slots
		})
	}
	wg.Wait()
}
