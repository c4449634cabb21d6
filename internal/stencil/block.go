package stencil

import "fmt"

// The kernels do not look at the ends of slices: what calls them does, once for
// a block.

// reach is what a kernel reads around each row's group 0.
type reach struct{ lo, hi int }

// run calls a kernel of Forth or Back.
func run[T Real](b Block, f step[T], r reach, buf []T, c *Coef[T], edges []T) {
	if b.Rows <= 0 {
		return
	}
	last := b.At + (b.Rows+1)*b.Stride
	if b.Groups < 1 || min(b.At, last)+r.lo < 0 || max(b.At, last)+r.hi > len(buf) {
		b.outside(len(buf), len(edges))
	}
	var pairs *T
	if edges != nil {
		b.checkCarry(len(buf), Lanes[T](), len(edges))
		pairs = &edges[0]
	}
	ahead, aheadRate := b.within(b.Ahead, b.AheadRate, len(buf), Lanes[T]())
	near, nearRate := b.within(b.near(Lanes[T]()), b.NearRate, len(buf), Lanes[T]())
	f(&buf[b.At], b.Stride, b.Rows, b.Groups, &c.RX, pairs, &buf[ahead], aheadRate, &buf[near], nearRate)
}

// runCarry calls a kernel of CarryForth or CarryBack.
func runCarry[T Real](b Block, f carry[T], buf, edges []T) {
	if b.Rows <= 0 {
		return
	}
	b.checkCarry(len(buf), Lanes[T](), len(edges))
	f(&buf[b.At], b.Stride, b.Rows, b.Groups, &edges[0])
}

func (b *Block) checkCarry(n, lanes, edges int) {
	last := b.At + (b.Rows-1)*b.Stride
	if b.Groups < Halo || min(b.At, last)-Halo*lanes < 0 || max(b.At, last)+(b.Groups+Halo)*lanes > n || edges < 2*b.Rows {
		b.outside(n, edges)
	}
}

func (b *Block) outside(n, edges int) {
	panic(fmt.Sprintf("stencil: %+v reaches outside its buffer of %d values or its %d edges", *b, n, edges))
}

// near is where the two rows before the first that is written begin in memory.
func (b *Block) near(lanes int) int {
	if b.Stride < 0 {
		return b.At - b.Stride - Halo*lanes
	}
	return b.At - 2*b.Stride - Halo*lanes
}

// within returns a prefetch of so many lines a row, or an empty one where it
// would leave the buffer.
func (b *Block) within(at, rate, n, lanes int) (int, int) {
	if rate <= 0 || at < 0 || at+b.Rows*rate*lanes > n {
		return b.At, 0
	}
	return at, rate
}
