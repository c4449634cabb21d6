package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// ordered writes the kernel that tells whether keys fall and whether they rise. It looks
// at n pairs of neighbours, whole vectors of them, and stops after the block in which
// it has seen both.
func ordered(w word) {
	if !w.kernel("ordered", "(at *uint64, keys *U, n int) (falls, rises uint64)", "tells of whole vectors of pairs of neighbours, at least one, whether some fall and some rise.") {
		return
	}
	at := Load(Param("at"), GP64())
	g := w.grid(at, true)
	keys, n := Load(Param("keys"), GP64()), Load(Param("n"), GP64())
	vector, load, size := ZMM, g.load, 64
	if w.isa == "AVX2" {
		vector, load, size = YMM, g.load64, 32
		if w.size == 4 {
			load = g.load32
		}
	}
	falls, rises := vector(), vector()
	or, xor := func(a, b, c Op) { VPORQ(a, b, c) }, func(a, b, c Op) { VPXORQ(a, b, c) }
	if w.isa == "AVX2" {
		or, xor = VPOR, VPXOR
	}
	xor(falls, falls, falls)
	xor(rises, rises, rises)
	Label("block")
	left := GP64()
	MOVQ(U32(block), left)
	CMPQ(n, left)
	CMOVQLT(n, left)
	SUBQ(left, n)
	Label("pairs")
	for i := range w.lanes() * w.size / size {
		x, y := load(Mem{Base: keys, Disp: size * i}), load(Mem{Base: keys, Disp: size*i + w.size})
		for _, c := range []struct {
			seen, above, below reg.VecVirtual
			least              func(ops ...Op)
		}{{falls, x, y, w.min}, {rises, y, x, w.max}} {
			v := vector()
			if w.isa == "AVX2" && w.size == 8 {
				VPCMPGTQ(c.below, c.above, v)
			} else {
				c.least(x, y, v)
				xor(x, v, v)
			}
			or(v, c.seen, c.seen)
		}
	}
	ADDQ(Imm(uint64(w.lanes()*w.size)), keys)
	SUBQ(Imm(uint64(w.lanes())), left)
	JNZ(LabelRef("pairs"))
	a, b := GP64(), GP64()
	for _, c := range []struct {
		seen reg.VecVirtual
		to   reg.GPVirtual
	}{{falls, a}, {rises, b}} {
		if w.isa == "AVX2" {
			XORQ(c.to, c.to)
			VPTEST(c.seen, c.seen)
			SETNE(c.to.As8())
		} else {
			k := K()
			VPTESTMD(c.seen, c.seen, k)
			KMOVW(k, c.to.As32())
		}
	}
	TESTQ(n, n)
	JZ(LabelRef("done"))
	TESTQ(a, a)
	JZ(LabelRef("block"))
	TESTQ(b, b)
	JZ(LabelRef("block"))
	Label("done")
	Store(a, ReturnIndex(0))
	Store(b, ReturnIndex(1))
	VZEROUPPER()
	RET()
}
