package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// checked writes the kernel that looks at every step, and counts the steps that
// each lane takes before it has escaped.
func checked(s isa, e elem) {
	name := "checked" + e.name + s.name
	TEXT(name, NOSPLIT, "func(state *"+e.typ+", n int, counts *int32, found *uint64)")
	Pragma("noescape")
	Doc(name + " is a checkedKernel.")
	var r registers
	r.state, r.n = Load(Param("state"), GP64()), Load(Param("n"), GP64())
	r.counts = Load(Param("counts"), GP64())
	found := Load(Param("found"), GP64())
	r.two, r.four = e.constant(s, e.real(2)), e.constant(s, e.real(4))
	if s.wide() {
		r.one = e.constant(s, 1)
	}
	r.within = GP64()
	XORQ(r.within, r.within)
	for first := 0; first < vectors; first += s.checked {
		e.steps(s, first, r)
	}
	e.found(s, r.within, found)
	e.periodic(s, r.state, found)
	VZEROUPPER()
	RET()
}

// registers hold the arguments and what all groups share.
type registers struct {
	state, n, counts reg.Register
	two, four, one   reg.VecVirtual // constants; the last of AVX-512 alone
	within           reg.Register   // the lanes that have not escaped
}

// steps takes the vectors of a group, from the given one on, through all steps.
func (e elem) steps(s isa, first int, r registers) {
	type counted struct {
		point
		count reg.VecVirtual
		alive reg.VecVirtual    // AVX2
		mask  reg.OpmaskVirtual // AVX-512
	}
	group := make([]counted, s.checked)
	for i := range group {
		p := &group[i]
		p.x, p.y, p.xx, p.yy, p.count = s.reg(), s.reg(), s.reg(), s.reg(), s.reg()
		s.move(e.place(s, r.state, atX, first+i), p.x)
		s.move(e.place(s, r.state, atY, first+i), p.y)
		e.mul(p.x, p.x, p.xx)
		e.mul(p.y, p.y, p.yy)
		if s.wide() {
			VPXORQ(p.count, p.count, p.count)
			p.mask = K()
			KXNORW(p.mask, p.mask, p.mask)
		} else {
			VPXOR(p.count, p.count, p.count)
			p.alive = s.reg()
			VPCMPEQD(p.alive, p.alive, p.alive)
		}
	}
	left := GP64()
	MOVQ(r.n, left)
	loop := "loop" + string(rune('0'+first))
	Label(loop)
	for i, p := range group {
		if s.wide() {
			e.addInteger(r.one, p.count, p.mask, p.count)
		} else {
			e.subInteger(p.alive, p.count, p.count) // of -1
		}
		e.next(p.point, r.two, e.place(s, r.state, atCX, first+i), e.place(s, r.state, atCY, first+i))
		e.mul(p.x, p.x, p.xx)
		e.mul(p.y, p.y, p.yy)
		size := s.reg()
		e.add(p.yy, p.xx, size)
		if s.wide() {
			e.compare(Imm(lessOrEqual), r.four, size, p.mask, p.mask)
		} else {
			e.compare(Imm(lessOrEqual), r.four, size, size)
			e.and(size, p.alive, p.alive)
		}
	}
	DECQ(left)
	JNZ(LabelRef(loop))
	lanes := s.bytes / e.size
	for i, p := range group {
		v := first + i
		s.move(p.x, e.place(s, r.state, atX, v))
		s.move(p.y, e.place(s, r.state, atY, v))
		s.move(p.count, Mem{Base: r.counts, Disp: v * s.bytes})
		m := GP64()
		if s.wide() {
			kmove(lanes, p.mask, m.As32())
		} else {
			e.movemask(p.alive, m.As32())
		}
		if v > 0 {
			SHLQ(Imm(uint64(v*lanes)), m)
		}
		ORQ(m, r.within)
	}
}
