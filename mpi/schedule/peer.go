package schedule

import "hybrid/mpi"

// A peer takes tiles from other ranks when it runs out, and gives them away. It
// asks each other rank in turn; once all in a row had nothing, it asks no more. When
// a rank and all below it in a binary tree ask no more, it tells the rank above;
// rank 0 then sends word down that nobody will be asked again.
//
//	    0
//	 1     2
//	3 4   5 6
type peer struct {
	comm  *mpi.Comm
	queue *queue
	want  int

	victims  []int // ranks to be asked, in turn
	turn     int
	refused  int  // in a row
	told     bool // others hear that all is lost
	spoils   [2]int64
	requests []*mpi.Request // the question and its answer, while one is under way
	sent     []*mpi.Request

	below    int // ranks directly below that have not yet finished
	reported bool
	stopped  bool
}

// allLost in place of a tile, or in a question, says that an error has ended the work.
const allLost = -1

// few are ranks of which each asks all others.
const few = 32

func newPeer(c *mpi.Comm, q *queue, want int) *peer {
	p := &peer{comm: c, queue: q, want: want}
	for d, step := 1, 1; d < c.Size(); d += step {
		p.victims = append(p.victims, (c.Rank()+d)%c.Size())
		if c.Size() > few {
			step = d
		}
	}
	for child := 2*c.Rank() + 1; child <= 2*c.Rank()+2; child++ {
		if child < c.Size() {
			p.below++
		}
	}
	return p
}

func (p *peer) look() error {
	for _, step := range []func() error{p.give, p.take, p.finish, p.stop} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// arrived receives a message of some tag, if there is one.
func (p *peer) arrived(tag int) (source int, value int64, ok bool, err error) {
	st, ok, err := p.comm.Iprobe(mpi.AnySource, tag)
	if err != nil || !ok {
		return 0, 0, false, err
	}
	message := []int64{0}
	_, err = mpi.Recv(p.comm, message, st.Source, tag)
	return st.Source, message[0], err == nil, err
}

func (p *peer) send(tag, to int, message ...int64) error {
	r, err := mpi.Isend(p.comm, message, to, tag)
	p.sent = append(p.sent, r)
	return err
}

// give answers who asks.
func (p *peer) give() error {
	for {
		thief, lost, ok, err := p.arrived(tagSteal)
		if err != nil || !ok {
			return err
		}
		if lost == allLost {
			p.queue.lose()
		}
		given := p.queue.giveAway()
		if p.queue.lost.Load() {
			given = Tiles{allLost, allLost, 1}
		}
		if err := p.send(tagSpoils, thief, int64(given.From), int64(given.To)); err != nil {
			return err
		}
	}
}

// take asks the next rank when this one runs out.
func (p *peer) take() error {
	if p.requests != nil {
		_, ok, err := p.requests[1].Test()
		if err != nil || !ok {
			return err
		}
		if _, err := p.requests[0].Wait(); err != nil {
			return err
		}
		p.requests = nil
		given := Tiles{int(p.spoils[0]), int(p.spoils[1]), 1}
		if given.From == allLost {
			p.queue.lose()
		}
		if p.queue.add(given); given.Len() > 0 {
			p.refused = 0
		} else {
			p.refused++
			p.turn = (p.turn + 1) % len(p.victims)
		}
	}
	lost := []int64{0}
	if p.queue.lost.Load() {
		lost[0] = allLost
		if !p.told && !p.reported {
			p.told, p.refused = true, 0 // ask all again, to tell them
		}
	}
	if p.refused >= len(p.victims) || p.queue.len() >= p.want {
		return nil
	}
	victim := p.victims[p.turn]
	answer, err := mpi.Irecv(p.comm, p.spoils[:], victim, tagSpoils)
	if err != nil {
		return err
	}
	question, err := mpi.Isend(p.comm, lost, victim, tagSteal)
	p.requests = []*mpi.Request{question, answer}
	return err
}

// finish tells the rank above when nobody here or below will ask again.
func (p *peer) finish() error {
	for {
		_, _, ok, err := p.arrived(tagFinished)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		p.below--
	}
	if p.reported || p.below > 0 || p.refused < len(p.victims) || p.requests != nil {
		return nil
	}
	p.reported = true
	if p.comm.Rank() > 0 {
		return p.send(tagFinished, (p.comm.Rank()-1)/2, 0)
	}
	return p.pass()
}

// stop passes on the word that nobody will be asked again.
func (p *peer) stop() error {
	_, _, ok, err := p.arrived(tagStop)
	if err != nil || !ok {
		return err
	}
	return p.pass()
}

func (p *peer) pass() error {
	p.stopped = true
	for child := 2*p.comm.Rank() + 1; child <= 2*p.comm.Rank()+2; child++ {
		if child < p.comm.Size() {
			if err := p.send(tagStop, child, 0); err != nil {
				return err
			}
		}
	}
	return mpi.Waitall(p.sent...)
}

func (p *peer) over() bool  { return p.stopped }
func (p *peer) asked() bool { return p.requests == nil && p.refused >= len(p.victims) }
