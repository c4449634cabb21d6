package heat

import (
	"runtime"
	"sync/atomic"
)

// A barrier lets n threads meet, again and again. It spins for a short time, for
// the sake of small grids, and then sleeps, for the sake of other processes.
type barrier struct {
	n       int32
	arrived atomic.Int32
	round   atomic.Pointer[chan struct{}]
}

const spins = 4000

func newBarrier(n int) *barrier {
	b := &barrier{n: int32(n)}
	open := make(chan struct{})
	b.round.Store(&open)
	return b
}

func (b *barrier) wait() {
	if b.n == 1 {
		return
	}
	round := b.round.Load()
	if b.arrived.Add(1) == b.n {
		b.arrived.Store(0)
		open := make(chan struct{})
		b.round.Store(&open)
		close(*round)
		return
	}
	for i := range spins {
		if b.round.Load() != round {
			return
		}
		if i%64 == 63 {
			runtime.Gosched()
		}
	}
	<-*round
}
