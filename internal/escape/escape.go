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
// and the count is the first k for which x*x + y*y > 4 behind step k, or the limit
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

	"hybrid/internal/simd"
)

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
		return newFlock(k, cx, cy, limit, counts).run(yield)
	}
	const yieldSteps = 1 << 18
	due := int64(yieldSteps)
	for r, y := range cy {
		row := counts[r*len(cx):]
		for q, x := range cx {
			var n int32
			row[q], n = countGo(x, y, limit)
			if steps += int64(n); steps >= due && yield != nil {
				if due = steps + yieldSteps; !yield() {
					return steps
				}
			}
		}
	}
	return steps
}

// countGo is the count of a point, and how many steps it took to find out.
func countGo[T Real](cx, cy T, limit int32) (count, steps int32) {
	var x, y, savedX, savedY T
	save := int32(8)
	for k := int32(1); ; k++ {
		xx, yy, xy := T(x*x), T(y*y), T(x*y)
		x, y = T(xx-yy)+cx, T(2*xy)+cy
		switch {
		case T(x*x)+T(y*y) > 4:
			return k, k
		case k >= limit:
			return limit, k
		case x == savedX && y == savedY:
			return limit, k // Brent's cycle detection, BIT 20, 1980
		case k == save:
			savedX, savedY = x, y
			save = min(save, math.MaxInt32/2) * 2
		}
	}
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
	f := newFlock(k, []T{0}, []T{0}, 1, make([]int32, 1))
	calls := (n + int64(k.lanes)*peakBlock - 1) / (int64(k.lanes) * peakBlock)
	for range calls {
		f.free(&f.state[0][0], peakBlock, &f.found[0])
	}
	return calls * int64(k.lanes) * peakBlock
}

// peakBlock is long, so that what a call costs does not count.
const peakBlock = 1 << 12
