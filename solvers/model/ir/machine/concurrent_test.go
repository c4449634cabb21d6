package machine

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"hybrid/solvers/model/ir"
)

// TestThreadsAndCollection calls one kernel, that needs scratch memory, from several threads while another
// goroutine collects garbage without pause and stacks grow.
func TestThreadsAndCollection(t *testing.T) {
	p := random(ir.F64, rand.New(rand.NewPCG(8, 8)), 150, 6)
	for _, isa := range sets() {
		k := compiled(t, p, isa)
		done := make(chan struct{})
		var calls, collector sync.WaitGroup
		collector.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					runtime.GC()
				}
			}
		})
		for i := range 4 {
			calls.Go(func() {
				for range 5 {
					b := newTable[float64](p, rand.New(rand.NewPCG(9, uint64(i))))
					b.compare(t, k, []int{3, 64, 300})
					deep(30)
				}
			})
		}
		calls.Wait()
		close(done)
		collector.Wait()
	}
}

// deep makes the stack grow.
func deep(n int) byte {
	var room [512]byte
	room[n] = byte(n)
	if n > 0 {
		return deep(n-1) + room[n]
	}
	return room[0]
}
