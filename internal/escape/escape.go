// Package escape counts how many steps of z <- z² + c, from z = 0, a point c of the
// plane takes to leave the circle of radius 2: the inner loop of the Mandelbrot
// set, on every instruction set that hybrid knows, with the same counts on all of
// them.
//
// # Numbers
//
// A step has these roundings, those of the plain formula, in this order:
//
//	x, y = (x*x - y*y) + cx, 2*(x*y) + cy
//
// and the count is the first k for which x*x + y*y > 4 after step k, or the limit
// where there is none up to the limit.
//
// # The vector kernels
//
// A state holds a few vectors of points side by side, a point in each lane. A point
// that is finished makes room for the next one of the tile, so that no lane waits
// for its neighbours. Steps are done in blocks, at the end of which one sees what
// is finished:
//
//	escaped    the free kernel does not look before the end of a block, six
//	           operations a step; if it finds an escape, the block is done again
//	           by the checked kernel, which looks at every step, nine operations
//	periodic   z has a value that it had before: so it will have it for ever, and
//	           the count is the limit. Most points inside the set end so, after
//	           some hundred steps.
//	at limit   what a point does beyond the limit does not matter
//
// The free kernel misses an escape from which a point comes back. There is none
// where |c| < 1.99: once fl(|z|²) > 4, |z| > 2 - 1e-6 even in float32, so that the
// next |z| is above 4 - 1e-5 - 1.99 > 2.009, and every later one is greater still,
// by more than a step's rounding. Tiles with other points are left to the checked
// kernel.
package escape

import (
	"math"

	"hybrid/simd"
)

//go:generate go run ./gen/neon -out kernels_arm64.s -stubs kernels_arm64.go -pkg escape

// Real is a floating-point type that points can have.
type Real interface{ float32 | float64 }

// A Kernel counts.
type Kernel[T Real] struct {
	isa     simd.ISA
	lanes   int // 0: there is no vector kernel
	free    freeKernel[T]
	checked checkedKernel[T]
}

// A freeKernel takes the points of a state n steps on. It sets found to the lanes,
// as bits, that have escaped and those that have the value that they had when they
// were saved. If any has escaped, it leaves the state as it was, and found[1].
type freeKernel[T Real] func(state *T, n int, found *uint64)

// A checkedKernel takes the points of a state n steps on. It sets found[0] to the
// lanes, as bits, that have escaped, found[1] as a freeKernel does, and counts to the number of steps that each
// lane has done, that of its escape included, in integers of the size of T.
type checkedKernel[T Real] func(state *T, n int, counts *int32, found *uint64)

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

// Counts sets counts[r*len(cx)+q] to the count of the point cx[q], cy[r]. It
// returns the number of steps that it computed, which is below the sum of the
// counts where points were found to be periodic. Where yield is not nil it is
// called about every millisecond, and ends the work when it returns false; the
// counts are of no use then.
func (k *Kernel[T]) Counts(cx, cy []T, limit int32, counts []int32, yield func() bool) (steps int64) {
	if len(cx) == 0 || len(cy) == 0 {
		return 0
	}
	if k.lanes > 0 {
		return newLaneBatch(k, cx, cy, limit, counts).run(yield)
	}
	const yieldSteps = 1 << 18
	due := int64(yieldSteps)
	for r, y := range cy {
		for q, x := range cx {
			o := orbit[T]{cx: x, cy: y, save: 8}
			for over := false; !over; {
				before := o.k
				counts[r*len(cx)+q], over = o.run(limit, yieldSteps)
				if steps += int64(o.k - before); steps >= due && yield != nil {
					if due = steps + yieldSteps; !yield() {
						return steps
					}
				}
			}
		}
	}
	return steps
}

// An orbit is a point on its way.
type orbit[T Real] struct {
	cx, cy, x, y   T
	savedX, savedY T
	k, save        int32 // steps done, and those after which x and y are saved next
}

// run takes at most so many steps more, and says whether the count is known by then.
func (o *orbit[T]) run(limit, most int32) (count int32, over bool) {
	p := *o
	for n := int32(0); n < most && !over; n++ {
		p.k++
		xx, yy, xy := T(p.x*p.x), T(p.y*p.y), T(p.x*p.y)
		p.x, p.y = T(xx-yy)+p.cx, T(2*xy)+p.cy
		switch {
		case T(p.x*p.x)+T(p.y*p.y) > 4:
			count, over = p.k, true
		case p.k >= limit, p.x == p.savedX && p.y == p.savedY: // Brent's cycle detection, BIT 20, 1980
			count, over = limit, true
		case p.k == p.save:
			p.savedX, p.savedY = p.x, p.y
			p.save = min(p.save, math.MaxInt32/2) * 2
		}
	}
	*o = p
	return count, over
}

// Peak takes points at least n steps on, as fast as this instruction set can step,
// with every lane busy and nothing looked for: against the clock it tells what no
// tile can exceed. It returns how many steps it took.
func (k *Kernel[T]) Peak(n int64) int64 {
	if k.lanes == 0 {
		x, y := T(0), T(0)
		for range n {
			xx, yy, xy := T(x*x), T(y*y), T(x*y)
			x, y = T(xx-yy)-0.125, T(2*xy)+0.125
		}
		if x > 4 {
			panic("escape: a point inside the set has left it")
		}
		return n
	}
	f := newLaneBatch(k, []T{0}, []T{0}, 1, make([]int32, 1))
	calls := (n + int64(k.lanes)*peakBlock - 1) / (int64(k.lanes) * peakBlock)
	for range calls {
		f.free(&f.state[0][0], peakBlock, &f.found[0])
	}
	return calls * int64(k.lanes) * peakBlock
}

// peakBlock is long, so that what a call costs does not count.
const peakBlock = 1 << 12
