package gemm

import (
	"runtime"
	"sync/atomic"

	"hybrid/internal/pages"
)

// A job is one product under way. Its tasks, the packing of a part of a panel
// of B or the computing of a block of C, are numbered in an order in which each
// depends on earlier ones only; threads take the next number and wait for what
// it depends on. A thread that comes late finds less to do, and nobody waits
// for it.
//
//	panel 0         panel 1
//	pack | half the blocks, pack the next panel, half the blocks | ...
type job[T Real] struct {
	region
	Product[T]
	plan
	kernel *kernel[T]
	next   atomic.Int64 // task
	// For each panel, in the order of columns and then of k: parts packed and
	// blocks computed.
	packed, computed []atomic.Int32
	block            []atomic.Int32 // for each block of a panel of columns: panels computed
	bufB             [2][]T
	chains           []T          // C's chains, where C itself must wait for the last of them
	scratch          []scratch[T] // of each thread
}

// scratch is what one thread works in.
type scratch[T Real] struct{ a, c []T }

// job is one that is not under way.
func (x *Multiplier[T]) job() *job[T] {
	j := x.ready.Swap(nil)
	if j == nil {
		j, _ = x.jobs.Get().(*job[T])
	}
	if j == nil {
		j = &job[T]{kernel: &x.kernel}
		j.region.run = j.work
		j.region.done = func() {
			j.Product = Product[T]{}
			x.jobs.Put(j)
		}
	}
	return j
}

func (x *Multiplier[T]) multiply(p Product[T]) {
	j := x.job()
	j.start(p, x.plan(&p))
	x.team.start(&j.region, j.threads)
	j.await(&j.computed[len(j.computed)-1], j.rows*j.cols)
	j.leave()
}

// Prepare makes and touches what the next product of these sizes is packed in, which the
// system hands out page by page: in a small product that takes longer than to multiply.
func (x *Multiplier[T]) Prepare(p Product[T]) {
	if p.M == 0 || p.N == 0 || p.K == 0 || p.N == 1 && p.M > 1 {
		return
	}
	j := x.job()
	j.start(p, x.plan(&p))
	j.Product = Product[T]{}
	for _, b := range j.bufB {
		clear(b)
	}
	if !x.ready.CompareAndSwap(nil, j) {
		x.jobs.Put(j)
	}
}

func (j *job[T]) start(p Product[T], plan plan) {
	j.Product, j.plan = p, plan
	j.next.Store(0)
	panels := plan.panelsN * plan.panelsK
	j.packed, j.computed = zeroed(j.packed, panels), zeroed(j.computed, panels)
	j.block = zeroed(j.block, plan.rows*plan.cols)
	if plan.packB {
		for i := range min(2, panels) {
			j.bufB[i] = sized(j.bufB[i], plan.kc*plan.nc)
		}
	}
	if !p.plain() && plan.panelsK > 1 {
		j.chains = sized(j.chains, p.M*plan.nc)
	}
	if len(j.scratch) < plan.threads {
		j.scratch = append(j.scratch, make([]scratch[T], plan.threads-len(j.scratch))...)
	}
}

// await waits until a counter has come to n.
func (j *job[T]) await(counter *atomic.Int32, n int) {
	for counter.Load() < int32(n) {
		runtime.Gosched()
	}
}

// work takes tasks until there are no more.
func (j *job[T]) work(id int) {
	blocks, panels := j.rows*j.cols, len(j.computed)
	around := blocks + j.parts // tasks of a panel
	for {
		task := int(j.next.Add(1)) - 1
		if task < j.parts {
			j.pack(0, task)
			continue
		}
		panel, i := (task-j.parts)/around, (task-j.parts)%around
		switch half := blocks / 2; {
		case panel >= panels:
			return
		case i < half:
			j.compute(&j.scratch[id], panel, i)
		case i >= half+j.parts:
			j.compute(&j.scratch[id], panel, i-j.parts)
		case panel+1 < panels:
			j.pack(panel+1, i-half)
		}
	}
}

// extent is a panel's first column, columns, first step of k and steps.
func (j *job[T]) extent(panel int) (j0, n, k0, k int) {
	j0, k0 = panel/j.panelsK*j.nc, panel%j.panelsK*j.kc
	return j0, min(j.nc, j.N-j0), k0, min(j.kc, j.K-k0)
}

// cut is where part i of n things in so many parts begins.
func cut(n, parts, i int) int { return n * i / parts }

// zeroed is a slice of n counters at 0.
func zeroed(s []atomic.Int32, n int) []atomic.Int32 {
	if cap(s) < n {
		return make([]atomic.Int32, n)
	}
	s = s[:n]
	for i := range s {
		s[i].Store(0)
	}
	return s
}

// sized is a slice of n values that begins on a cache line, whatever they are.
func sized[T Real](s []T, n int) []T {
	if cap(s) >= n {
		return s[:n]
	}
	return pages.Make[T](n)
}
