package schedule

import "hybrid/mpi"

// A master hands out the tiles, also to its own rank. A request is a number of
// tiles that keeps the asking rank busy; a grant is a run, empty when there are
// none left, which is the last that a rank gets.
type master struct {
	comm   *mpi.Comm
	queue  *queue
	left   Tiles
	chunk  int
	guided bool
	want   int // of the own rank

	dismissed int // ranks
	grants    []*mpi.Request
	ended     bool
}

func (m *master) look() error {
	for {
		st, arrived, err := m.comm.Iprobe(mpi.AnySource, tagRequest)
		if err != nil {
			return err
		}
		if !arrived {
			break
		}
		if err := m.answer(st.Source); err != nil {
			return err
		}
	}
	if m.queue.len() < m.want {
		m.queue.add(m.cut(m.want))
	}
	if m.left.Len() > 0 || m.dismissed < m.comm.Size()-1 {
		return nil
	}
	m.ended = true
	return mpi.Waitall(m.grants...)
}

func (m *master) answer(rank int) error {
	want := []int64{0}
	if _, err := mpi.Recv(m.comm, want, rank, tagRequest); err != nil {
		return err
	}
	if want[0] == allLost {
		m.queue.lose()
	}
	grant := m.cut(int(want[0]))
	if grant.Len() == 0 {
		m.dismissed++
	}
	r, err := mpi.Isend(m.comm, []int64{int64(grant.From), int64(grant.To)}, rank, tagGrant)
	m.grants = append(m.grants, r)
	return err
}

// cut takes the next tiles for a rank.
func (m *master) cut(want int) Tiles {
	if m.queue.lost.Load() {
		m.left.From = m.left.To
		return Tiles{allLost, allLost, 1}
	}
	n := m.chunk * want
	if m.guided {
		n = max(n, m.left.Len()/(2*m.comm.Size()))
	}
	given := Tiles{m.left.From, min(m.left.From+n, m.left.To), 1}
	m.left.From = given.To
	return given
}

func (m *master) over() bool  { return m.ended }
func (m *master) asked() bool { return true }

// A worker asks the master for tiles.
type worker struct {
	comm  *mpi.Comm
	queue *queue
	want  int

	grant     [2]int64
	ask       [1]int64
	requests  []*mpi.Request // the question and its answer, while one is under way
	dismissed bool
}

func (w *worker) look() error {
	if w.requests != nil {
		_, arrived, err := w.requests[1].Test()
		if err != nil || !arrived {
			return err
		}
		if _, err := w.requests[0].Wait(); err != nil {
			return err
		}
		w.requests = nil
		given := Tiles{int(w.grant[0]), int(w.grant[1]), 1}
		if given.From == allLost {
			w.queue.lose()
		}
		w.dismissed = given.Len() == 0
		w.queue.add(given)
	}
	if w.dismissed || w.queue.len() >= w.want {
		return nil
	}
	answer, err := mpi.Irecv(w.comm, w.grant[:], 0, tagGrant)
	if err != nil {
		return err
	}
	if w.ask[0] = int64(w.want); w.queue.lost.Load() {
		w.ask[0] = allLost
	}
	question, err := mpi.Isend(w.comm, w.ask[:], 0, tagRequest)
	w.requests = []*mpi.Request{question, answer}
	return err
}

func (w *worker) over() bool  { return w.dismissed }
func (w *worker) asked() bool { return false }
