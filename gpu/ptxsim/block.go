package ptxsim

import (
	"context"
	"sync/atomic"
	"unsafe"
)

// block is a compiled basic block.
type block struct {
	ops     []op
	count   int // instructions, for what is counted
	end     ending
	guard   int    // predicate slot of the branch, -1 for none
	flip    uint32 // all ones for !%p
	target  int
	next    int
	join    int
	targets []int
	index   int // pointer slot of brx.idx's index
	line    int
	bar     barrier
}

type ending byte

const (
	endFall ending = iota
	endBranch
	endTable
	endExit
	endBarrier
)

// ctaState is one block of threads (a cooperative thread array) as it runs. Each
// goroutine has one and uses it for block after block.
type ctaState struct {
	k       *Kernel
	l       *Launch
	mem     *Memory
	globals uint64
	id      [3]int
	threads int
	warps   []*warp
	done    uint64     // lane instructions
	none    allocation // what a warp remembers that has accessed nothing

	args    []byte
	shared  []byte
	sharedM []uint64
	race    raceState
	bars    [16]barrierState
}

func newCTA(k *Kernel, l *Launch, mem *Memory, globals uint64) *ctaState {
	b := &ctaState{k: k, l: l, mem: mem, globals: globals, args: alignedCopy(l.Args), threads: l.Block[0] * l.Block[1] * l.Block[2]}
	n := k.shared
	if l.Shared > 0 {
		n = k.dynAt + l.Shared
	}
	b.sharedM = make([]uint64, (n+15)/16*2)
	if n > 0 {
		b.shared = unsafe.Slice((*byte)(unsafe.Pointer(&b.sharedM[0])), n)
	}
	b.race.init(n, k.gran)
	for i := range (b.threads + 31) / 32 {
		b.warps = append(b.warps, newWarp(b, i))
	}
	return b
}

// thread is the %tid of a lane.
func (b *ctaState) thread(warp, lane int) [3]int {
	t := 32*warp + lane
	x, y := b.l.Block[0], b.l.Block[1]
	return [3]int{t % x, t / x % y, t / (x * y)}
}

// turn is how many basic blocks a warp runs before the others get theirs, so
// that a warp which waits for another one's store does not wait forever.
const turn = 4096

// patience is how many turns a block has after a later one has failed, for it may
// wait for that one.
const patience = 256

// run executes one block of threads, unless stop says that it is of no use: no block
// from that one on is.
func (b *ctaState) run(ctx context.Context, n int64, stop *atomic.Int64) (err error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *Fault:
			err = e
		default:
			panic(e)
		}
	}()
	g, index, left := b.l.Grid, int(n), patience
	all := int64(g[0]) * int64(g[1]) * int64(g[2])
	b.id = [3]int{index % g[0], index / g[0] % g[1], index / (g[0] * g[1])}
	b.race.nextBlock()
	b.bars = [16]barrierState{}
	for _, w := range b.warps {
		w.start()
	}
	for {
		busy, waiting := false, false
		for _, w := range b.warps {
			if w.waiting != nil {
				waiting = true
				continue
			}
			if len(w.stack) == 0 {
				continue
			}
			w.run(turn)
			busy = busy || w.waiting == nil && len(w.stack) > 0
			waiting = waiting || w.waiting != nil
		}
		if b.release() {
			busy = true
		}
		if !busy {
			if waiting {
				b.stuck()
			}
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if s := stop.Load(); s < all {
			if left--; s <= n || left == 0 {
				return nil
			}
		}
	}
}

// alignedCopy is b at an address that suits every type.
func alignedCopy(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	words := make([]uint64, (len(b)+15)/8)
	out := unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), len(b))
	copy(out, b)
	return out
}
