// Package gemm multiplies matrices: C = alpha·op(A)·op(B) + beta·C on every
// instruction set that hybrid knows, on any number of threads, with the same
// bits on all of them.
//
// # Every element is one chain
//
// Matrices are in row-major order, row i beginning ld·i values into the slice.
// With op(A) of m rows and k columns and op(B) of k rows and n columns, element
// i, j of the product is, p ascending,
//
//	x = 0
//	for p from 0 to k-1:
//		x = fma(op(A)[i, p], op(B)[p, j], x)
//
// and then C = fma(alpha, x, beta·C), or alpha·x where beta is 0 and C is not
// read; with alpha 0, C = beta·C, or 0. k is never cut into partial sums: where a block ends in the middle of
// k, the chain goes on from the stored x. So the bits depend on no blocking,
// thread or vector width (where an operand has a NaN or an infinity, the sign
// and payload of resulting NaNs are open).
//
// # Blocking
//
//	        n ->  nc          B panel (kc x nc), packed in slivers of two vectors:
//	       +-----+-----+      shared by the threads
//	  kc | |  B  |     |
//	     v +-----+-----+
//	  kc
//	+---+  +-----+-----+
//	| A |  |  C  |     | mc   A block (mc x kc): copied so that it stays in the
//	+---+  +-----+-----+      second-level cache, one for each thread
//	|   |  |     |     |
//
// after Goto and van de Geijn, "Anatomy of high-performance matrix
// multiplication", ACM TOMS 34(3), 2008, and Van Zee and van de Geijn, "BLIS: a
// framework for rapidly instantiating BLAS functionality", ACM TOMS 41(3),
// 2015. A tile of C stays in registers while the slivers of A and B run through
// it. Small and narrow matrices are multiplied where they lie.
package gemm

import (
	"fmt"
	"sync"
	"unsafe"

	"hybrid/internal/cores"
	"hybrid/simd"
)

// Real is a floating-point type that a matrix can have.
type Real interface{ float32 | float64 }

// A Multiplier multiplies matrices. It may be used by several goroutines at once.
type Multiplier[T Real] struct {
	kernel  kernel[T]
	threads int
	caches  caches
	team    *team
	jobs    sync.Pool // of *job[T]
	columns sync.Pool // of *columns[T]
}

// New returns a multiplier for an instruction set, which must be one that this
// processor has, and so many threads, at least 1.
func New[T Real](isa simd.ISA, threads int) (*Multiplier[T], error) {
	isa, err := isa.Resolve()
	if err != nil {
		return nil, err
	}
	if threads < 1 {
		return nil, fmt.Errorf("gemm: %d threads: must be at least 1", threads)
	}
	return &Multiplier[T]{kernel: newKernel[T](isa), threads: threads, caches: cacheSizes(cores.Caches()), team: newTeam(threads)}, nil
}

// ISA returns the instruction set of the kernels.
func (x *Multiplier[T]) ISA() simd.ISA { return x.kernel.isa }

// Threads returns the number of threads.
func (x *Multiplier[T]) Threads() int { return x.threads }

// Gemm computes C = alpha·op(A)·op(B) + beta·C, where op(A) is A or, with tA,
// its transpose, and op(B) likewise: op(A) is m x k, op(B) is k x n, C is m x n,
// and lda, ldb and ldc are the distances between the rows of A, B and C as they
// are stored. With beta 0, C is not read; with alpha 0 or k 0, A and B are not.
// It panics if a size is negative, a distance shorter than a row or a slice too
// short. It costs 2mnk floating-point operations.
func (x *Multiplier[T]) Gemm(tA, tB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	x.run(product[T]{
		m: m, n: n, k: k, a: operand[T]{a, lda, tA}, b: operand[T]{b, ldb, tB}, c: c, ldc: ldc,
		alpha: alpha, beta: beta,
	})
}

// Resume takes the chains that C holds on by k steps: with C the product of the
// columns of A to the left and the rows of B above, it makes the same bits as
// one multiplication of all of them. Otherwise it is as Gemm.
func (x *Multiplier[T]) Resume(tA, tB bool, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) {
	x.run(product[T]{
		m: m, n: n, k: k, a: operand[T]{a, lda, tA}, b: operand[T]{b, ldb, tB}, c: c, ldc: ldc,
		alpha: 1, resume: true,
	})
}

// A product is what is to be computed.
type product[T Real] struct {
	m, n, k     int
	a, b        operand[T]
	c           []T
	ldc         int
	alpha, beta T
	resume      bool // chains begin with C, instead of 0; then alpha is 1 and beta 0
}

// An operand is a matrix as it is stored.
type operand[T Real] struct {
	data  []T
	ld    int
	trans bool
}

// steps are the distances from one row of op(X) to the next and from one
// column to the next.
func (o *operand[T]) steps() (row, col int) {
	if o.trans {
		return 1, o.ld
	}
	return o.ld, 1
}

// at is where element i, j of op(X) is.
func (o *operand[T]) at(i, j int) *T {
	row, col := o.steps()
	return at(unsafe.SliceData(o.data), i*row+j*col)
}

// plain says whether the chains are the result.
func (p *product[T]) plain() bool { return p.alpha == 1 && p.beta == 0 }

func (x *Multiplier[T]) run(p product[T]) {
	p.check()
	switch {
	case p.m == 0 || p.n == 0:
	case p.alpha == 0 || p.k == 0:
		if !p.resume {
			p.scale()
		}
	case p.n == 1 && p.m > 1:
		x.column(p)
	default:
		x.multiply(p)
	}
}

// scale is the product of nothing: C = beta·C.
func (p *product[T]) scale() {
	if p.beta == 1 {
		return
	}
	for i := range p.m {
		row := p.c[i*p.ldc:][:p.n]
		if p.beta == 0 {
			clear(row)
			continue
		}
		for j := range row {
			row[j] *= p.beta
		}
	}
}

func (p *product[T]) check() {
	if p.m < 0 || p.n < 0 || p.k < 0 {
		panic(fmt.Sprintf("gemm: a product of %d x %d and %d x %d: sizes must not be negative", p.m, p.k, p.k, p.n))
	}
	if p.m == 0 || p.n == 0 {
		return
	}
	a, b := [2]int{p.m, p.k}, [2]int{p.k, p.n}
	if p.a.trans {
		a[0], a[1] = a[1], a[0]
	}
	if p.b.trans {
		b[0], b[1] = b[1], b[0]
	}
	if p.alpha != 0 && p.k != 0 {
		fits("A", a, len(p.a.data), p.a.ld)
		fits("B", b, len(p.b.data), p.b.ld)
	}
	fits("C", [2]int{p.m, p.n}, len(p.c), p.ldc)
}

// fits panics unless a slice of n values has a stored matrix of this size.
func fits(name string, size [2]int, n, ld int) {
	if ld < size[1] || n < (size[0]-1)*ld+size[1] {
		panic(fmt.Sprintf("gemm: %s of %d x %d values does not lie in a slice of %d with %d from row to row", name, size[0], size[1], n, ld))
	}
}
