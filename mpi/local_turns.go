package mpi

import "runtime"

// Turns let no more than so many ranks of a world run at once, in the order in which they ask; a
// rank that sleeps for a message has none. Go's scheduler gives each goroutine that could
// run up to 10 ms, one after the other, and what waits for a signal or a clock comes behind all of
// them: with thousands of ranks that would be half a minute.
type turns chan struct{}

// turnsPerProcessor have whoever comes behind them wait for a sixth of a second.
const turnsPerProcessor = 16

// newTurns is nil where every rank can have one for good.
func newTurns(ranks int) turns {
	if most := turnsPerProcessor * runtime.GOMAXPROCS(0); ranks > most {
		return make(turns, most)
	}
	return nil
}

func (t turns) take() {
	if t != nil {
		t <- struct{}{}
	}
}

func (t turns) give() {
	if t != nil {
		<-t
	}
}

// yield lets others run.
func (t turns) yield() {
	t.give()
	runtime.Gosched()
	t.take()
}
