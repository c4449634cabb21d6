package ptxsim

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// Launch is the shape and the arguments of one run of a kernel.
type Launch struct {
	Grid, Block [3]int
	Shared      int    // bytes of dynamic shared memory
	Args        []byte // the parameter block, laid out as Params says

	// OnShared, if set, is told of every load, store and cp.async of shared memory that a
	// warp executes. Several goroutines may call it at once.
	OnShared func(SharedAccess)
}

// A SharedAccess is what a warp's instruction touches of shared memory: from an offset of
// each lane on, so many bytes.
type SharedAccess struct {
	Op    string // ld, st or cp
	Lanes uint32 // that execute it
	At    [32]uint64
	Bytes int
}

// tell tells of an access of the executing lanes, if somebody wants to know.
func (w *warp) tell(a *access, at *[32]uint64) {
	if f := w.b.l.OnShared; f != nil {
		f(SharedAccess{a.in.Op, w.mask, *at, int(a.size)})
	}
}

// maxShared is the most shared memory of a block that any supported GPU has.
const maxShared = 227 << 10

// maxLocal is the most local memory of a block here.
const maxLocal = 64 << 20

// Run executes a launch to its end: its grid of blocks, in order, on as many
// goroutines as GOMAXPROCS allows. The error is a *Fault, the context's, or says
// what is wrong with l. After a fault the memory holds what was written until
// then. Of several faults the one of the first block is returned.
func (k *Kernel) Run(ctx context.Context, mem *Memory, l Launch) error {
	_, err := k.Count(ctx, mem, l)
	return err
}

// Count is Run, and returns how many instructions the threads have executed.
func (k *Kernel) Count(ctx context.Context, mem *Memory, l Launch) (laneInstructions uint64, err error) {
	if err := k.check(&l); err != nil {
		return 0, err
	}
	globals, err := k.mod.globals(mem)
	if err != nil {
		return 0, err
	}
	blocks := int64(l.Grid[0]) * int64(l.Grid[1]) * int64(l.Grid[2])
	var (
		next  atomic.Int64
		total atomic.Uint64
		stop  atomic.Int64 // no block from here on is started, or run on
		mu    sync.Mutex
		first error
		group sync.WaitGroup
	)
	stop.Store(blocks)
	for range min(int64(runtime.GOMAXPROCS(0)), blocks) {
		group.Go(func() {
			b := newCTA(k, &l, mem, globals)
			defer func() { total.Add(b.done) }()
			for {
				i := next.Add(1) - 1
				if i >= stop.Load() {
					return
				}
				err := b.run(ctx, i, &stop)
				if err == nil {
					continue
				}
				mu.Lock()
				if i < stop.Load() {
					first = err
					stop.Store(i)
				}
				mu.Unlock()
				return
			}
		})
	}
	group.Wait()
	return total.Load(), first
}

// check refuses launches that a device would refuse.
func (k *Kernel) check(l *Launch) error {
	for i, limit := range [3]int{math.MaxInt32, 65535, 65535} {
		if l.Grid[i] < 1 || l.Grid[i] > limit {
			return fmt.Errorf("ptxsim: %s: grid %v: dimension %c has to be 1 to %d", k.fn.Name, l.Grid, 'x'+i, limit)
		}
	}
	for i, limit := range [3]int{1024, 1024, 64} {
		if l.Block[i] < 1 || l.Block[i] > limit {
			return fmt.Errorf("ptxsim: %s: block %v: dimension %c has to be 1 to %d", k.fn.Name, l.Block, 'x'+i, limit)
		}
	}
	n := l.Block[0] * l.Block[1] * l.Block[2]
	switch m := k.MaxThreads(); {
	case n > 1024:
		return fmt.Errorf("ptxsim: %s: block %v has %d threads, more than 1024", k.fn.Name, l.Block, n)
	case k.fn.Exact && l.Block != k.fn.MaxThreads:
		return fmt.Errorf("ptxsim: %s: block %v, the kernel requires %v", k.fn.Name, l.Block, k.fn.MaxThreads)
	case m > 0 && n > m:
		return fmt.Errorf("ptxsim: %s: block %v has %d threads, the kernel allows %d", k.fn.Name, l.Block, n, m)
	case k.local*n > maxLocal:
		return fmt.Errorf("ptxsim: %s: %d bytes of local memory for each of %d threads, at most %d for all", k.fn.Name, k.local, n, maxLocal)
	case l.Shared < 0 || k.shared+l.Shared > maxShared:
		return fmt.Errorf("ptxsim: %s: %d + %d bytes of shared memory, at most %d", k.fn.Name, k.shared, l.Shared, maxShared)
	case len(l.Args) != k.argSize:
		return fmt.Errorf("ptxsim: %s: %d bytes of arguments, the parameters take %d", k.fn.Name, len(l.Args), k.argSize)
	}
	return nil
}
