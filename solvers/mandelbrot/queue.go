package mandelbrot

import "sync"

// A queue is the tiles that a rank is to count, in runs. Its threads take them from
// the front, other ranks from the back.
type queue struct {
	mu     sync.Mutex
	filled sync.Cond
	runs   []run
	length int // tiles
	closed bool
}

// A run is the tiles from, from+step, ... before to.
type run struct{ from, to, step int }

func (r run) length() int { return max(0, (r.to-r.from+r.step-1)/r.step) }

func newQueue() *queue {
	q := &queue{}
	q.filled.L = &q.mu
	return q
}

func (q *queue) add(r run) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if n := r.length(); n > 0 {
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

// take takes the first tile, or up to most that follow each other. With wait it
// waits for one until the queue is closed.
func (q *queue) take(most int, wait bool) (tiles run, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.length == 0 {
		if q.closed || !wait {
			return run{}, false
		}
		q.filled.Wait()
	}
	r := &q.runs[0]
	if r.step > 1 {
		most = 1
	}
	tiles = run{r.from, min(r.from+most, r.to), 1}
	n := tiles.length()
	if r.from += n * r.step; r.length() == 0 {
		q.runs = q.runs[1:]
	}
	q.length -= n
	return tiles, true
}

// giveAway takes the later half of the last run, rounded up.
func (q *queue) giveAway() run {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.length == 0 {
		return run{step: 1}
	}
	last := &q.runs[len(q.runs)-1]
	n := last.length()
	keep := n / 2
	given := run{last.from + keep*last.step, last.to, last.step}
	last.to = given.from
	if keep == 0 {
		q.runs = q.runs[:len(q.runs)-1]
	}
	q.length -= n - keep
	return given
}
