package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A flush puts +0 in the place of values whose magnitude is below a bound.
type flush struct {
	isa
	elem
	magnitude reg.VecVirtual // all bits but the sign
	zero      reg.VecVirtual // the bound
}

func newFlush(s isa, e elem, zero Mem) *flush {
	f := &flush{s, e, s.reg(), s.reg()}
	e.bcast(zero, f.zero)
	ones := f.magnitude
	if s.bytes == 64 {
		VPTERNLOGQ(Imm(0xff), ones, ones, ones)
	} else {
		VPCMPEQQ(ones, ones, ones)
	}
	if e.size == 8 {
		VPSRLQ(Imm(1), ones, f.magnitude)
	} else {
		VPSRLD(Imm(1), ones, f.magnitude)
	}
	return f
}

// notLess holds for a NaN, too.
const notLess = U8(0x15)

// value flushes the lanes of v.
func (f *flush) value(v reg.VecVirtual) {
	if f == nil {
		return
	}
	size := f.reg()
	f.and(f.magnitude, v, size)
	if f.bytes == 64 {
		large := K()
		f.cmp(notLess, f.zero, size, large)
		f.keep(v, large, v)
		return
	}
	f.cmp(notLess, f.zero, size, size)
	f.and(size, v, v)
}

// keep gives an instruction of avo, which has three operands, the form of the others.
func keep(move func(v, mask, to Op)) func(ops ...Op) {
	return func(ops ...Op) { move(ops[0], ops[1], ops[2]) }
}
