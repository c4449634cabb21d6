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
	"sync/atomic"
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
	ready   atomic.Pointer[job[T]] // that Prepare made
	jobs    sync.Pool              // of *job[T]
	columns sync.Pool              // of *columns[T]
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

// A Product is C = alpha·op(A)·op(B) + beta·C, where op is the matrix or its transpose.
// With Beta 0, C is not read; with Alpha 0 or K 0, A and B are not.
type Product[T Real] struct {
	M, N, K int       // op(A) is M x K, op(B) is K x N, C is M x N
	A, B, C Matrix[T] // C without Trans
	Alpha   T
	Beta    T
	// Resume takes the chains that C holds on by K steps, whatever Alpha and Beta are:
	// with C the product of the columns of A to the left and the rows of B above, it
	// makes the same bits as one multiplication of all of them.
	Resume bool
}

// A Matrix is as it is stored: row after row, LD values apart. With Trans its
// transpose is meant.
type Matrix[T Real] struct {
	Data  []T
	LD    int
	Trans bool
}

// steps are the distances from one row of op(X) to the next and from one
// column to the next.
func (o *Matrix[T]) steps() (row, col int) {
	if o.Trans {
		return 1, o.LD
	}
	return o.LD, 1
}

// at is where element i, j of op(X) is.
func (o *Matrix[T]) at(i, j int) *T {
	row, col := o.steps()
	return at(unsafe.SliceData(o.Data), i*row+j*col)
}

// plain says whether the chains are the result.
func (p *Product[T]) plain() bool { return p.Alpha == 1 && p.Beta == 0 }

// Multiply computes C. It panics if a size is negative, LD smaller than a row or Data
// too short. It costs 2 M N K floating-point operations.
func (x *Multiplier[T]) Multiply(p Product[T]) {
	if p.Resume {
		p.Alpha, p.Beta = 1, 0
	}
	p.check()
	switch {
	case p.M == 0 || p.N == 0:
	case p.Alpha == 0 || p.K == 0:
		if !p.Resume {
			p.scale()
		}
	case p.N == 1 && p.M > 1:
		x.column(p)
	default:
		x.multiply(p)
	}
}

// scale is the product of nothing: C = beta·C.
func (p *Product[T]) scale() {
	if p.Beta == 1 {
		return
	}
	for i := range p.M {
		row := p.C.Data[i*p.C.LD:][:p.N]
		if p.Beta == 0 {
			clear(row)
			continue
		}
		for j := range row {
			row[j] *= p.Beta
		}
	}
}

func (p *Product[T]) check() {
	if p.M < 0 || p.N < 0 || p.K < 0 {
		panic(fmt.Sprintf("gemm: a product of %d x %d and %d x %d: sizes must not be negative", p.M, p.K, p.K, p.N))
	}
	if p.M == 0 || p.N == 0 {
		return
	}
	a, b := [2]int{p.M, p.K}, [2]int{p.K, p.N}
	if p.A.Trans {
		a[0], a[1] = a[1], a[0]
	}
	if p.B.Trans {
		b[0], b[1] = b[1], b[0]
	}
	if p.Alpha != 0 && p.K != 0 {
		fits("A", a, len(p.A.Data), p.A.LD)
		fits("B", b, len(p.B.Data), p.B.LD)
	}
	fits("C", [2]int{p.M, p.N}, len(p.C.Data), p.C.LD)
}

// fits panics unless a slice of n values has a stored matrix of this size.
func fits(name string, size [2]int, n, ld int) {
	if ld < size[1] || n < (size[0]-1)*ld+size[1] {
		panic(fmt.Sprintf("gemm: %s of %d x %d values does not lie in a slice of %d with %d from row to row", name, size[0], size[1], n, ld))
	}
}
