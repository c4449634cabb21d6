package tally

import (
	"math/bits"

	"hybrid/internal/philox"
)

// constants is the number of words that a key schedule has for its rounds.
const constants = 5 + 2*(philox.Rounds-3)

// A keySchedule is what all blocks of a call have in common, worked out beforehand.
// With the index i, constant high word h, sub-index s and purpose p, the rounds
// are
//
//	1  p0 = M0 i                    c2 = p0>>32 ^ word 0
//	2  q = M1 c2                    c0 = q>>32 ^ word 1         c2 = p0 ^ word 2
//	3  p0 = M0 c0   p1 = M1 c2      c0 = p1>>32 ^ q ^ word 3    c2 = p0>>32 ^ word 4
//	4  p0 = M0 c0   p1 = M1 c2      c0 = p1>>32 ^ c1 ^ word 5   c2 = p0>>32 ^ c3 ^ word 6
//
// and so on, where c1 and c3 are the last p1 and p0.
//
// The layout is known to the kernels: every value is there four times, for
// vectors of 32 bytes; those of 64 bytes broadcast the first. Multipliers and
// words are there eight times, in 32 bits, for NEON.
type keySchedule struct {
	product [8]uint64            // M0 times the low words of the first indices
	m0, m1  [4]uint64            // the multipliers
	step    [4]uint64            // what a product grows by from a vector to the next
	masks   [2][4]uint64         // of words 0 and 1, and of words 2 and 3, for the ones
	words   [constants][4]uint64 // see above
}

// newKeySchedule begins at a block, for vectors of so many lanes. The lowest word of
// the index must not overflow in the blocks that follow.
func newKeySchedule(s philox.Stream, first uint64, sub uint32, lanes uint64) *keySchedule {
	c := &keySchedule{m0: eight(philox.M0), m1: eight(philox.M1), step: four(philox.M0 * lanes)}
	for lane := range c.product {
		c.product[lane] = philox.M0 * (uint64(uint32(first)) + uint64(lane))
	}
	c.words[0] = eight(uint32(s.Purpose) ^ s.Key[1])
	key := s.Key.Next().Next()
	c.words[3] = eight(key[0])
	for w := 5; w < constants; w += 2 {
		key = key.Next()
		c.words[w], c.words[w+1] = eight(key[0]), eight(key[1])
	}
	c.setSub(s, first, sub)
	return c
}

// setSub changes the sub-index.
func (c *keySchedule) setSub(s philox.Stream, first uint64, sub uint32) {
	key := s.Key
	hi, c1 := bits.Mul32(philox.M1, sub)
	c0 := hi ^ uint32(first>>32) ^ key[0]
	key = key.Next()
	hi, c3 := bits.Mul32(philox.M0, c0)
	c.words[1], c.words[2] = eight(c1^key[0]), eight(hi^key[1])
	key = key.Next()
	c.words[4] = eight(c3 ^ key[1])
}

// setMasks counts the first n bits of a block.
func (c *keySchedule) setMasks(n uint64) {
	m := masks(n)
	c.masks = [2][4]uint64{four(m[0]), four(m[1])}
}

func four(x uint64) [4]uint64 { return [4]uint64{x, x, x, x} }

func eight(x uint32) [4]uint64 { return four(uint64(x)<<32 | uint64(x)) }
