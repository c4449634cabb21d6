// Package tally counts over the blocks of a Philox stream without storing them:
// the inner loops of Monte Carlo pi and of random walks, on every instruction
// set that hybrid knows, with the same integers on all of them.
//
// # The vector kernels
//
// A vector has one block in each of its 64-bit lanes, at consecutive indices,
// and a register for each of the counter's words, in the low halves of the
// lanes; what the high halves hold is never read. A round multiplies twice, 32
// by 32 to 64 bits; the new c1 and c3 are the low halves of the products as they
// stand, and the new c0 and c2 take two shifts and two three-way exclusive ors:
//
//	p0 = M0 c0              p1 = M1 c2
//	c0 = p1>>32 ^ c1 ^ k0   c2 = p0>>32 ^ c3 ^ k1
//	c1 = p1                 c3 = p0
//
// Of the counter only the low word of the index differs between the lanes, so
// that much of the first rounds is the same for all blocks (see keySchedule): the
// first needs no multiplication, its product of the index growing by a constant,
// the second and every later one are as above but that the second multiplies
// once. 17 multiplications remain of 20.
package tally

import (
	"math"
	"math/bits"

	"hybrid/internal/philox"
	"hybrid/simd"
)

//go:generate go run ./gen/neon -out kernels_arm64.s -stubs kernels_arm64.go -pkg tally

// Kernel counts.
type Kernel struct {
	isa simd.ISA

	inside      insideKernel // nil: insideGo
	insideLanes uint64       // blocks of a vector
	ones        onesKernel   // nil: onesGo
	onesLanes   uint64
	multiply    func(n int) // nil: multiplyGo
}

// Kernels take the first word of a key schedule.

// An insideKernel counts the points inside the quarter circle among those of n
// vectors of blocks. It adds up the counts of each lane in result[0:16]. In
// result[16:32] it leaves the greatest estimates that it has met, see
// doubtful. It counts 32 bits a lane: n is below 2^31.
type insideKernel func(c *uint64, n int, result *uint32)

// A onesKernel adds to counts[i] the number of ones among the bits of block i of n
// vectors that the masks of the key schedule have.
type onesKernel func(c *uint64, n int, counts *uint64)

// New returns the kernel for an instruction set, which must be one that this
// processor has.
func New(isa simd.ISA) (*Kernel, error) {
	isa, err := isa.Resolve()
	if err != nil {
		return nil, err
	}
	return kernel(isa), nil
}

// ISA returns the instruction set of the kernel.
func (k *Kernel) ISA() simd.ISA { return k.isa }

// A point is inside the quarter circle if x(x+1) + y(y+1) < 2^64. A vector
// kernel adds the upper halves of x² and y² alone. Their sum s tells which is
// true, except where it does not overflow and is doubtful or more:
//
//	s carries        x² + y² >= 2^64, outside
//	s < doubtful     x(x+1) + y(y+1) < (s+4) 2^32 <= 2^64, inside
//
// A sum that carries is not above 2^32-4, because x² is not above
// (2^32-1)² = (2^32-2) 2^32 + 1; so the greatest sum tells of every doubtful one.
// One sample in 2^30 is doubtful.
const doubtful = math.MaxUint32 - 2

// chunk is the number of blocks that are counted again, exactly, where there is
// a doubtful one among them.
const chunk = 1 << 16

// Inside counts the samples [first, first+samples) that lie inside the quarter
// circle. Sample i is the point (r0, r1) of block i/2 of s if i is even, and
// (r2, r3) if it is odd, in units of 2^-32, each the midpoint of its cell; it is
// inside if (r0+1/2)² + (r1+1/2)² < 2^64, computed exactly.
func (k *Kernel) Inside(s philox.Stream, first, samples uint64) uint64 {
	count := uint64(0)
	if first%2 == 1 && samples > 0 {
		r := s.At(first/2, 0)
		count += InsidePoint(r[2], r[3])
		first, samples = first+1, samples-1
	}
	if samples%2 == 1 {
		r := s.At((first+samples)/2, 0)
		count += InsidePoint(r[0], r[1])
	}
	block, left := first/2, samples/2
	for left > 0 {
		n := min(left, chunk, 1<<32-block%(1<<32)) // the high word of the index is constant
		count += k.insideBlocks(s, block, n)
		block, left = block+n, left-n
	}
	return count
}

// insideBlocks is Inside for n blocks whose indices have one high word.
func (k *Kernel) insideBlocks(s philox.Stream, first, n uint64) uint64 {
	if k.inside == nil || n < k.insideLanes {
		return insideGo(s, first, n)
	}
	vectors := n / k.insideLanes
	c := newKeySchedule(s, first, 0, k.insideLanes)
	var result [32]uint32
	k.inside(&c.product[0], int(vectors), &result[0])
	for _, top := range result[16:] {
		if top >= doubtful {
			return insideGo(s, first, n)
		}
	}
	count := uint64(0)
	for _, lane := range result[:16] {
		count += uint64(lane)
	}
	done := vectors * k.insideLanes
	return count + insideGo(s, first+done, n-done)
}

// Ones adds to counts[i] the number of ones among so many bits of index first+i of
// s. Bit j is bit j%32 of word j/32%4 of the block with the sub-index sub + j/128.
func (k *Kernel) Ones(s philox.Stream, first uint64, sub uint32, nbits uint64, counts []uint64) {
	for len(counts) > 0 {
		n := min(uint64(len(counts)), 1<<32-first%(1<<32)) // the high word of the index is constant
		done := uint64(0)
		if k.ones != nil && n >= k.onesLanes {
			done = n / k.onesLanes * k.onesLanes
			k.onesVectors(s, first, sub, nbits, counts[:done])
		}
		onesGo(s, first+done, sub, nbits, counts[done:n])
		first, counts = first+n, counts[n:]
	}
}

// onesVectors is Ones for whole vectors of indices that have one high word.
func (k *Kernel) onesVectors(s philox.Stream, first uint64, sub uint32, nbits uint64, counts []uint64) {
	c := newKeySchedule(s, first, sub, k.onesLanes)
	c.setMasks(blockBits)
	for ; nbits > 0; sub++ {
		c.setSub(s, first, sub)
		if nbits < blockBits {
			c.setMasks(nbits)
		}
		k.ones(&c.product[0], len(counts)/int(k.onesLanes), &counts[0])
		nbits -= min(nbits, blockBits)
	}
}

// InsidePoint is 1 if the point (x+1/2, y+1/2) lies inside the circle of radius
// 2^32 around the origin, else 0: if x(x+1) + y(y+1) does not overflow 64 bits.
// No point lies on the circle: the sum of the squares is 1/2 off an integer.
func InsidePoint(x, y uint32) uint64 {
	_, carry := bits.Add64(uint64(x)*(uint64(x)+1), uint64(y)*(uint64(y)+1), 0)
	return 1 - carry
}

// insideGo is the reference of every inside kernel.
func insideGo(s philox.Stream, first, n uint64) uint64 {
	count := uint64(0)
	for i := first; i < first+n; i++ {
		r0, r1, r2, r3 := s.Words(i, 0)
		count += InsidePoint(r0, r1) + InsidePoint(r2, r3)
	}
	return count
}

// onesGo is the reference of every ones kernel.
func onesGo(s philox.Stream, first uint64, sub uint32, nbits uint64, counts []uint64) {
	for i := range counts {
		for j := uint64(0); j < nbits; j += blockBits {
			r0, r1, r2, r3 := s.Words(first+uint64(i), sub+uint32(j/blockBits))
			mask := masks(nbits - j)
			counts[i] += uint64(bits.OnesCount64((uint64(r0)|uint64(r1)<<32)&mask[0]) +
				bits.OnesCount64((uint64(r2)|uint64(r3)<<32)&mask[1]))
		}
	}
}

const blockBits = 128

// masks has the first n bits of a block, or all: those of words 0 and 1 and those
// of words 2 and 3.
func masks(n uint64) [2]uint64 {
	return [2]uint64{1<<min(n, 64) - 1, 1<<(min(max(n, 64), 128)-64) - 1}
}
