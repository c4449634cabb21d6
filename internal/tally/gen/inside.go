package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// inside writes the kernel that counts the points inside the quarter circle. It
// squares the four words and adds the upper halves of the squares, both points of
// a block in the 32-bit lanes of one vector.
func inside(s isa) {
	c, n := begin(s, "inside", "result *uint32")
	g := newSource(s, c)
	count, top := s.reg(), s.reg()
	s.zero(count)
	s.zero(top)
	var minusOne reg.VecVirtual
	if s.wide() {
		minusOne = s.reg()
		VPTERNLOGD(Imm(0xff), minusOne, minusOne, minusOne)
	}
	s.forEach(n, func(k int) {
		for _, r := range g.blocks(k) {
			Comment("Both points")
			for _, v := range r {
				VPMULUDQ(v, v, v)
			}
			const upperHalves = 0xdd // of each pair of lanes of either operand
			x, y, sum := s.reg(), s.reg(), s.reg()
			VSHUFPS(Imm(upperHalves), r[2], r[0], x)
			VSHUFPS(Imm(upperHalves), r[3], r[1], y)
			VPADDD(x, y, sum)
			VPMAXUD(sum, top, top)
			if s.wide() {
				const notLess = 5
				in := K()
				VPCMPUD(Imm(notLess), x, sum, in)
				VPSUBD(minusOne, count, in, count)
			} else {
				VPMAXUD(sum, x, x)
				VPCMPEQD(sum, x, x)
				VPSUBD(x, count, count)
			}
		}
	})
	result := Load(Param("result"), GP64())
	move(s, count, Mem{Base: result})
	move(s, top, Mem{Base: result, Disp: 64})
	end()
}

func (s isa) zero(v reg.VecVirtual) {
	if s.wide() {
		VPXORQ(v, v, v)
	} else {
		VPXOR(v, v, v)
	}
}
