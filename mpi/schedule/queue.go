package schedule

import (
	"sync"
	"sync/atomic"
)

// A queue is the tiles that a rank is to do, in runs. Its threads take them from
// the front, other ranks from the back.
type queue struct {
	mu     sync.Mutex
	filled sync.Cond
	runs   []Tiles
	length int // tiles
	closed bool
	lost   atomic.Bool // see lose
}

// Tiles are From, From+1, ... before To, or with a step every so many.
type Tiles struct {
	From, To int
	step     int
}

// Len is how many there are.
func (r Tiles) Len() int { return max(0, (r.To-r.From+r.step-1)/r.step) }

func newQueue() *queue {
	q := &queue{}
	q.filled.L = &q.mu
	return q
}

func (q *queue) add(r Tiles) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if n := r.Len(); n > 0 && !q.lost.Load() {
		q.runs = append(q.runs, r)
		q.length += n
		q.filled.Broadcast()
	}
}

func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.length
}

// close lets take end once the queue is empty.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.filled.Broadcast()
}

// take takes the first tile, or as many that follow each other as atOnce says of how many
// are left. With wait it waits for one until the queue is closed.
func (q *queue) take(atOnce func(left int) int, wait bool) (tiles Tiles, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.length == 0 {
		if q.closed || !wait {
			return Tiles{}, false
		}
		q.filled.Wait()
	}
	r, most := &q.runs[0], max(atOnce(q.length), 1)
	if r.step > 1 {
		most = 1
	}
	tiles = Tiles{r.From, min(r.From+most, r.To), 1}
	n := tiles.Len()
	if r.From += n * r.step; r.Len() == 0 {
		q.runs = q.runs[1:]
	}
	q.length -= n
	return tiles, true
}

// giveAway takes the later half of the last run, rounded up.
func (q *queue) giveAway() Tiles {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.length == 0 {
		return Tiles{step: 1}
	}
	last := &q.runs[len(q.runs)-1]
	n := last.Len()
	keep := n / 2
	given := Tiles{last.From + keep*last.step, last.To, last.step}
	last.To = given.From
	if keep == 0 {
		q.runs = q.runs[:len(q.runs)-1]
	}
	q.length -= n - keep
	return given
}

// lose leaves nothing in the queue, for good: an error has ended the work of all.
func (q *queue) lose() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.lost.Store(true)
	q.runs, q.length = nil, 0
}
