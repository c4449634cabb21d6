package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"hybrid/internal/philox"
)

// A source makes blocks, vector by vector.
type source struct {
	isa
	schedule reg.Register
	product  reg.VecVirtual // M0 times the low words of the indices of the next vector
	// The multipliers, and what is added to product from a vector to the next: in
	// registers where there are 32 of them, otherwise in the schedule.
	m0, m1, step Op
}

func newSource(s isa, schedule reg.Register) *source {
	g := &source{isa: s, schedule: schedule, product: s.reg()}
	move(s, Mem{Base: schedule, Disp: products}, g.product)
	constant := func(at int) Op {
		m := Mem{Base: schedule, Disp: at}
		if !s.wide() {
			return m
		}
		v := s.reg()
		VPBROADCASTQ(m, v)
		return v
	}
	g.m0, g.m1, g.step = constant(m0), constant(m1), constant(step)
	return g
}

// blocks makes the next count vectors of blocks. The words are in the low halves
// of the lanes.
func (g *source) blocks(count int) [][4]reg.VecVirtual {
	c := make([][4]reg.VecVirtual, count)
	q := make([]reg.VecVirtual, count)
	each := func(f func(i int)) {
		for i := range count {
			f(i)
		}
	}
	each(func(i int) {
		Comment("Round 1")
		c[i] = [4]reg.VecVirtual{g.reg(), g.reg(), g.reg(), g.reg()}
		copyTo(g.isa, g.product, c[i][3])
		VPADDQ(g.step, g.product, g.product)
		c[i][2] = g.upperBy5(c[i][3])
		g.xor(0, c[i][2])
	})
	each(func(i int) {
		Comment("Round 2")
		q[i] = g.times(g.m1, c[i][2])
		c[i][0] = g.upper(q[i])
		g.xor(1, c[i][0])
		c[i][2] = c[i][3]
		g.xor(2, c[i][2])
	})
	each(func(i int) {
		Comment("Round 3")
		p0, p1 := g.times(g.m0, c[i][0]), g.times(g.m1, c[i][2])
		c0, c2 := g.upper(p1), g.upperBy5(p0)
		g.xor2(3, q[i], c0)
		g.xor(4, c2)
		c[i] = [4]reg.VecVirtual{c0, p1, c2, p0}
	})
	for round := 4; round <= philox.Rounds; round++ {
		w := 5 + 2*(round-4)
		each(func(i int) {
			Commentf("Round %d", round)
			p0, p1 := g.times(g.m0, c[i][0]), g.times(g.m1, c[i][2])
			c0, c2 := g.upper(p1), g.upperBy5(p0)
			g.xor2(w, c[i][1], c0)
			g.xor2(w+1, c[i][3], c2)
			c[i] = [4]reg.VecVirtual{c0, p1, c2, p0}
		})
	}
	return c
}

// times is the product of the low halves.
func (g *source) times(m Op, x reg.VecVirtual) reg.VecVirtual {
	p := g.reg()
	VPMULUDQ(m, x, p)
	return p
}

// upper moves the high halves of the lanes to the low ones, and leaves anything
// in the high ones: by a shift, which Intel's cores do on port 0 (AVX2: 0 and 1),
// or as upperBy5 by a shuffle, on port 5. A round takes one of each.
func (g *source) upper(p reg.VecVirtual) reg.VecVirtual {
	u := g.reg()
	VPSRLQ(Imm(32), p, u)
	return u
}

func (g *source) upperBy5(p reg.VecVirtual) reg.VecVirtual {
	u := g.reg()
	VMOVSHDUP(p, u)
	return u
}

func (g *source) word(w int) Mem { return Mem{Base: g.schedule, Disp: words + 32*w} }

// xor is to ^= word w.
func (g *source) xor(w int, to Op) {
	if g.wide() {
		VPXORQ_BCST(g.word(w), to, to)
	} else {
		VPXOR(g.word(w), to, to)
	}
}

// xor2 is to ^= x ^ word w.
func (g *source) xor2(w int, x, to Op) {
	if g.wide() {
		const xor3 = 0x96
		VPTERNLOGQ_BCST(Imm(xor3), g.word(w), x, to)
	} else {
		VPXOR(x, to, to)
		VPXOR(g.word(w), to, to)
	}
}

// move loads or stores a vector.
func move(s isa, from, to Op) {
	if s.wide() {
		VMOVDQU64(from, to)
	} else {
		VMOVDQU(from, to)
	}
}

// copyTo copies a register.
func copyTo(s isa, from, to Op) {
	if s.wide() {
		VMOVDQA64(from, to)
	} else {
		VMOVDQA(from, to)
	}
}
