package gemm

import (
	"unsafe"

	"hybrid/internal/cores"
)

// caches are the bytes of a core's first and second-level caches and of its
// part of the third.
type caches struct{ l1, l2, l3 int }

// cacheSizes takes what a machine says, and where it says nothing, what most
// processors have.
func cacheSizes(all []cores.Cache) caches {
	c := caches{32 << 10, 512 << 10, 8 << 20}
	for _, x := range all {
		switch x.Level {
		case 1:
			c.l1 = x.Bytes
		case 2:
			c.l2 = x.Bytes
		case 3:
			c.l3 = x.Bytes
		}
	}
	return c
}

// A plan is how a product is cut up. C is cut into panels of columns, those
// into a grid of blocks; k is cut into panels; each thread takes block after
// block.
type plan struct {
	panelsN, panelsK int // of columns and of k
	nc, kc           int // columns and steps of k of a panel; the last has what is left
	rows, cols       int // the grid of blocks of a panel
	packA, packB     bool
	parts            int  // that a panel of B is packed in; 0 if it is not
	inner            int  // steps of k that a block takes at once
	wide             bool // tiles of four vectors
	threads          int
}

const (
	smallest  = 64 * 64 * 64 // multiply-adds that are worth a thread
	perThread = 4            // blocks that each thread should find, so that they end together
	panelB    = 8 << 20      // most bytes of a packed panel of B
)

// plan cuts up a product of at least one element and step of k.
func (x *Multiplier[T]) plan(q *Product[T]) plan {
	kern, size := &x.kernel, int(unsafe.Sizeof(q.Alpha))
	nr := kern.cols()
	var p plan
	p.threads = max(1, min(x.threads, q.M*q.N/smallest*q.K+q.M*q.N%smallest*q.K/smallest))

	// A B that few rows of A are multiplied with is used where it lies, and
	// walked along its rows.
	p.packB = q.B.Trans || q.M > 2*kern.rows
	if !p.packB {
		p.panelsK, p.kc = 1, q.K
		p.inner = min(q.K, 8*q.M+8)
		p.wide = q.M <= kern.few
	} else {
		// A sliver of B takes twice the first-level cache: the kernel asks so
		// little of the second level that long chains, which load and store C
		// less often, are worth more than slivers that stay nearer.
		limit := max(x.caches.l1*2/(nr*size), 16)
		p.panelsK = ceil(q.K, limit)
		p.kc = ceil(q.K, p.panelsK)
		p.inner = p.kc
	}
	p.panelsN = ceil(q.N, max(min(panelB, x.caches.l3/4)/(p.inner*size), nr))
	p.nc = ceil(ceil(q.N, p.panelsN), nr) * nr
	p.panelsN = ceil(q.N, p.nc)

	// Of the second-level cache a block of A leaves more than half to two
	// slivers of B and to C.
	p.rows = ceil(q.M, max(x.caches.l2*3/8/(p.inner*size)/kern.rows, 1)*kern.rows)
	p.cols = 1
	if p.threads > 1 {
		want := perThread * p.threads
		p.rows = min(max(p.rows, want), max(p.rows, q.M/(4*kern.rows), 1))
		p.cols = max(1, min(ceil(want, p.rows), p.nc/(4*nr)))
		p.threads = min(p.threads, p.rows*p.cols)
	}
	if p.packB {
		p.parts = min(ceil(p.nc, nr), perThread*p.threads)
	}
	// A tile reads as many rows of A side by side as it has; where they would
	// drive each other out of the caches, the block is copied, if it is used
	// often enough.
	step := q.A.LD * size
	apart := step%4096 >= 256 && step%4096 <= 4096-256 && q.M*q.K*size <= x.caches.l2
	p.packA = p.packB && q.N > 4*nr && (q.A.Trans && q.M > 8*kern.rows || !q.A.Trans && !apart)
	return p
}

func ceil(a, b int) int { return (a + b - 1) / b }

// Bytes is about the most memory that a product of m x k and k x n elements is packed
// in, B for all threads and blocks of A and C for each.
func (x *Multiplier[T]) Bytes(m, n, k int) float64 {
	if m == 0 || n == 0 || k == 0 {
		return 0
	}
	q := Product[T]{M: m, N: n, K: k}
	p := x.plan(&q)
	values := float64(p.threads) * float64(ceil(m, p.rows)) * float64(p.inner+ceil(p.nc, p.cols))
	if p.packB {
		values += 2 * float64(p.kc) * float64(p.nc)
	}
	return values * float64(unsafe.Sizeof(q.Alpha))
}
