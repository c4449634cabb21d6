// Package stencil holds the inner loop of the heat solver: one step of the
// 5-point stencil over a few rows, in place, on every instruction set that
// hybrid knows, with the same bits on all of them.
//
// # Layout
//
// A row is a sequence of groups of L values, L·sizeof(T) = 64 bytes: one cache
// line, one AVX-512 vector. A row of w groups holds L·w consecutive columns,
// lane l of group v being column l·w + v:
//
//	group      0     1         w-1
//	lane 0   [ 0     1    ...  w-1  ]
//	lane 1   [ w    w+1   ...  2w-1 ]
//	lane L-1 [ ...             L·w-1 ]
//
// so the western and eastern neighbours of a whole group are the groups before
// and after it, and no lane is ever shuffled in the loop (dimension-lifted
// transposition: Henretty et al., "Data layout transformation for stencil
// computations on short-vector SIMD architectures", CC 2011). Two groups on
// each side of the w carry the neighbours across the lanes' ends:
//
//	[ h h | 0 1 2 ... w-1 | h h ]        w + 4 groups
//
// # In place, with a drift
//
// Forth moves the field by one row up and one column to the right in memory
// with every step: the result of row i is written over row i-1, which nothing
// needs any more, and the result of column j into the place of column j+1. Back
// is its mirror image and undoes the drift. So a field needs no second array,
// and the same few rows can be taken through many steps while they lie in the
// first-level cache.
//
// # The update
//
// With west w, east e, north n, south s and centre c, always in this order and
// with these roundings:
//
//	fma(rx, w+e, fma(ry, n+s, k*c))
//
// # Absolute zero
//
// A block with Flush has a second step behind the update: a value v with |v| < Zero
// becomes +0, -0 too. NaN and the infinities stay. That keeps subnormal numbers, which
// cost many times as much as others, out of a field whose values fade out.
package stencil

import (
	"unsafe"

	"hybrid/simd"
)

//go:generate go run ./gen/neon -out /dev/null -stubs kernels_arm64.go -pkg stencil
//go:generate go run ./gen/neon -only forth -out forth_arm64.s -pkg stencil
//go:generate go run ./gen/neon -only back -out back_arm64.s -pkg stencil
//go:generate go run ./gen/neon -only flush -out flush_arm64.s -pkg stencil
//go:generate go run ./gen/neon -only carry -out carry_arm64.s -pkg stencil

// Real is a floating-point type that a field can have.
type Real interface{ float32 | float64 }

// Halo is the number of groups on each side of a row that carry neighbours.
const Halo = 2

// Lanes returns the number of values of a group of T, 64 bytes in all.
func Lanes[T Real]() int {
	var v T
	return 64 / int(unsafe.Sizeof(v))
}

// Coef are the coefficients of one update: RX = alpha dt/dx², RY = alpha dt/dy²,
// K = 1 - 2RX - 2RY; and the magnitude below which a value is 0 in blocks with Flush.
type Coef[T Real] struct{ RX, RY, K, Zero T }

// A Block says which rows to update and where they lie, counted in values.
type Block struct {
	At     int // first value of group 0 of the first row that is written
	Stride int // from one row to the next in the direction of the sweep; negative when it goes to lower addresses
	Rows   int // rows to update; Rows+2 are read, beginning with the first that is written
	Groups int // groups of a row, without the halo ones

	Flush bool // values below Coef.Zero become 0

	// What to prefetch, in cache lines per row, 0 for none: what lies at Ahead,
	// for the benefit of later blocks, and what lies before the first row that is
	// written, which the next step on the same rows will read.
	Ahead               int
	AheadRate, NearRate int
}

// Kernel updates blocks of rows.
type Kernel[T Real] struct {
	isa                   simd.ISA
	forth, back           step[T]
	flushForth, flushBack step[T] // the same for blocks with Flush
	carryForth, carryBack carry[T]
}

// A step is a kernel of Forth or Back: c points to a Coef, edges may be nil, and ahead
// and near are prefetched at so many cache lines a row.
type step[T Real] func(p *T, stride, rows, groups int, c, edges, ahead *T, aheadRate int, near *T, nearRate int)

// A carry is a kernel of CarryForth or CarryBack.
type carry[T Real] func(p *T, stride, rows, groups int, edges *T)

// New returns the kernel for an instruction set, which must be one that this
// processor has.
func New[T Real](isa simd.ISA) (*Kernel[T], error) {
	isa, err := isa.Resolve()
	if err != nil {
		return nil, err
	}
	return kernel[T](isa), nil
}

// ISA returns the instruction set of the kernel.
func (k *Kernel[T]) ISA() simd.ISA { return k.isa }

// Forth takes a block one step on and moves it one row against the sweep and
// one column to the right: with rows r = 0, 1, ... at At + r·Stride, and [v]
// the group v,
//
//	r[v] = f(west: (r+1)[v-2], east: (r+1)[v], north: r[v-1], south: (r+2)[v-1], centre: (r+1)[v-1])
//
// where f is the update and, with b.Flush, Flush behind it.
//
// The halo groups before the row are read. With edges, those of the rows that
// are written are filled as CarryForth does it.
func (k *Kernel[T]) Forth(buf []T, b Block, c *Coef[T], edges []T) {
	l := Lanes[T]()
	f := k.forth
	if b.Flush {
		f = k.flushForth
	}
	run(b, f, reach{-Halo * l, b.Groups * l}, buf, c, edges)
}

// Back takes a block one step on and moves it one row against the sweep and one
// column to the left:
//
//	r[v] = f(west: (r+1)[v], east: (r+1)[v+2], north: r[v+1], south: (r+2)[v+1], centre: (r+1)[v+1])
//
// The halo groups behind the row are read. With edges, those of the rows that
// are written are filled as CarryBack does it.
func (k *Kernel[T]) Back(buf []T, b Block, c *Coef[T], edges []T) {
	f := k.back
	if b.Flush {
		f = k.flushBack
	}
	run(b, f, reach{0, (b.Groups + Halo) * Lanes[T]()}, buf, c, edges)
}

// CarryForth fills the halo groups that Forth reads, those before each of the
// block's rows (b.Rows of them, beginning at b.At), from the last two groups of
// the same row: lane l takes what lane l-1 has, and lane 0 takes the row's pair
// of edges, the last lane's values of the strip on the left. The pair is
// replaced by this strip's own, for the strip on the right.
func (k *Kernel[T]) CarryForth(buf []T, b Block, edges []T) {
	runCarry(b, k.carryForth, buf, edges)
}

// CarryBack fills the halo groups that Back reads, those behind each row, from
// its first two groups: lane l takes what lane l+1 has, and the last lane takes
// the row's pair of edges, lane 0 of the strip on the right.
func (k *Kernel[T]) CarryBack(buf []T, b Block, edges []T) {
	runCarry(b, k.carryBack, buf, edges)
}
