// Command neon writes the NEON kernels of package tally.
//
// A vector is four blocks, one in each 32-bit lane, and a register for each of the
// counter's words. Multiplying 32 by 32 to 64 bits takes two instructions for the two
// halves of a register, and two more part the products into low and high words. A
// round of a vector is 12 operations, three cycles of four units, and a chain of 8
// cycles on Arm's Neoverse V1 or V2 (umull 4, uzp2 2, eor 2, by their optimization
// guides), so three vectors go side by side: they need 21 registers.
package main

import . "hybrid/internal/asmgen/neon"

const (
	atOnce = 3
	lanes  = 4
)

// General registers.
const (
	schedule R = iota
	n
	result
	at
)

// Where things lie in a key schedule.
const (
	products = 0
	m0       = 64
	m1       = m0 + 32
	step     = m1 + 32
	masks    = step + 32
	words    = masks + 2*32
)

func main() {
	inside()
	ones()
	multiply()
	Write()
}

// kernel writes a function that walks over n vectors.
func kernel(name, argument string, begin func(), body func(count int), end func()) {
	Func(name+"NEON", "func(c *uint64, n int, "+argument+")", "is the same as "+name+"Go.", func() {
		Load("c", schedule)
		Load("n", n)
		newSource()
		begin()
		Label("several")
		Op("CMP", Imm(atOnce), n)
		Op("BLT", "single")
		body(atOnce)
		Op("SUB", Imm(atOnce), n)
		Op("B", "several")
		Label("single")
		Op("CBZ", n, "done")
		body(1)
		Op("SUB", Imm(1), n)
		Op("B", "single")
		Label("done")
		end()
	})
}

// inside writes the kernel that counts the points inside the quarter circle. It
// squares the words and adds the upper halves of the squares.
func inside() {
	const count, top V = 28, 29
	kernel("inside", "result *uint32", func() {
		Zero(count)
		Zero(top)
	}, func(k int) {
		for _, b := range blocks(k) {
			Comment("Both points")
			lo, hi := b.free[0], b.free[1]
			for i := 0; i < 4; i += 2 {
				x, y := b.c[i], b.c[i+1]
				for _, v := range []V{x, y} {
					MultiplyLong(lo, v, v)
					MultiplyLong2(hi, v, v)
					upper(lo, hi, v)
				}
				sum := y
				Op("VADD", x.In("S4"), y.In("S4"), sum.In("S4"))
				Op("VUMAX", sum.In("S4"), top.In("S4"), top.In("S4"))
				HigherOrSame(x, sum, x)
				Op("VSUB", x.In("S4"), count.In("S4"), count.In("S4")) // of -1
			}
		}
	}, func() {
		Load("result", result)
		StoreV(count, At(result, 0))
		StoreV(top, At(result, 64))
	})
}

// ones writes the kernel that counts the ones of each block.
func ones() {
	const mask V = 28 // of word 0; those of the others follow
	kernel("ones", "counts *uint64", func() {
		Load("counts", result)
		for w := range V(4) {
			Op("ADD", Imm(masks+int(w)/2*32+int(w)%2*4), schedule, at)
			F32.Broadcast(at, mask+w)
		}
	}, func(k int) {
		for i, b := range blocks(k) {
			Comment("128 bits")
			for w, v := range b.c {
				Op("VAND", (mask + V(w)).In("B16"), v.In("B16"), v.In("B16"))
				Op("VCNT", v.In("B16"), v.In("B16"))
			}
			sum := b.c[0]
			for _, v := range b.c[1:] {
				Op("VADD", v.In("B16"), sum.In("B16"), sum.In("B16"))
			}
			AddPairs8(sum, sum)
			AddPairs16(sum, sum)
			lo, hi := b.free[0], b.free[1]
			LoadPair(At(result, 32*i), lo, hi)
			Op("VUADDW", sum.In("S2"), lo.In("D2"), lo.In("D2"))
			Op("VUADDW2", sum.In("S4"), hi.In("D2"), hi.In("D2"))
			StorePair(lo, hi, At(result, 32*i))
		}
		Op("ADD", Imm(32*k), result)
	}, func() {})
}

// multiply writes the kernel that multiplies and does nothing else, n times 16
// vectors that do not wait for each other.
func multiply() {
	const vectors = 16
	Func("multiplyNEON", "func(n int)", "multiplies 16 vectors n times.", func() {
		Load("n", n)
		const x V = 0
		Zero(x)
		Label("loop")
		for i := range V(vectors) { // the products are forgotten
			MultiplyLong(1+i%8, x, x)
			MultiplyLong2(9+i%8, x, x)
		}
		Op("SUBS", Imm(1), n)
		Op("BNE", "loop")
	})
}
