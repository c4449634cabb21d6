package main

import (
	. "hybrid/internal/asmgen/neon"
	"hybrid/internal/philox"
)

// Vector registers: the blocks have 0 to 20.
const (
	word0     V = 21 + iota // words of the key schedule
	word1                   //
	multiply0               // the multipliers
	multiply1               //
	product0                // M0 times the low words of the indices of the next vector,
	product1                // of two blocks each
	grow                    // what is added to the products from a vector to the next
)

// A vector is four blocks: the registers of their words, and three to work in.
type vector struct {
	c    [4]V
	free [3]V
}

// newSource loads what blocks needs.
func newSource() {
	LoadV(At(schedule, products), product0)
	LoadV(At(schedule, products+16), product1)
	LoadV(At(schedule, m0), multiply0)
	LoadV(At(schedule, m1), multiply1)
	LoadV(At(schedule, step), grow)
}

// blocks makes the next count vectors of blocks.
func blocks(count int) []vector {
	all := make([]vector, count)
	each := func(round int, f func(b *vector), used ...int) {
		Comment("Round %d", round)
		for i, w := range used {
			LoadV(At(schedule, words+32*w), word0+V(i))
		}
		for i := range all {
			f(&all[i])
		}
	}
	for i := range all {
		r := V(7 * i)
		all[i] = vector{[4]V{r, r + 1, r + 2, r + 3}, [3]V{r + 4, r + 5, r + 6}}
	}
	each(1, func(b *vector) {
		part(product0, product1, b.c[3], b.c[2])
		for _, p := range []V{product0, product1} {
			Op("VADD", grow.In("D2"), p.In("D2"), p.In("D2"))
		}
		xor(word0, b.c[2])
	}, 0)
	each(2, func(b *vector) {
		lo, hi := b.free[0], b.free[1]
		MultiplyLong(lo, b.c[2], multiply1)
		MultiplyLong2(hi, b.c[2], multiply1)
		part(lo, hi, b.c[1], b.c[0])
		xor(word0, b.c[0])
		b.c[2], b.c[3] = b.c[3], b.c[2]
		xor(word1, b.c[2])
	}, 1, 2)
	each(3, func(b *vector) {
		Op("VMOV", word1.In("B16"), b.c[3].In("B16"))
		b.round(false)
	}, 3, 4)
	for round := 4; round <= philox.Rounds; round++ {
		w := 5 + 2*(round-4)
		each(round, func(b *vector) { b.round(true) }, w, w+1)
	}
	return all
}

// round does a round, given words for c1 and, if second says so, for c3.
func (b *vector) round(second bool) {
	lo0, hi0, high := b.free[0], b.free[1], b.free[2]
	c0, c1, c2, c3 := b.c[0], b.c[1], b.c[2], b.c[3]
	MultiplyLong(lo0, c0, multiply0)
	MultiplyLong2(hi0, c0, multiply0)
	lo1, hi1 := c0, c2
	MultiplyLong(lo1, c2, multiply1)
	MultiplyLong2(hi1, c2, multiply1)
	xor(word0, c1)
	if second {
		xor(word1, c3)
	}
	part(lo0, hi0, lo0, high)
	xor(high, c3)
	part(lo1, hi1, lo1, hi0)
	xor(hi0, c1)
	b.c, b.free = [4]V{c1, lo1, c3, lo0}, [3]V{hi0, high, hi1}
}

// part moves the low and the high words of products to registers of their own.
func part(lo, hi, low, high V) {
	upper(lo, hi, high)
	Op("VUZP1", hi.In("S4"), lo.In("S4"), low.In("S4"))
}

// upper moves the high words of products to a register.
func upper(lo, hi, high V) { Op("VUZP2", hi.In("S4"), lo.In("S4"), high.In("S4")) }

// xor is to ^= v.
func xor(v, to V) { Op("VEOR", v.In("B16"), to.In("B16"), to.In("B16")) }
