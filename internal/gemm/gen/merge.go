package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"hybrid/internal/asmgen"
)

// merge writes the kernel that puts rows of finished chains into C.
func merge(s isa, e elem) {
	ptr := "*" + e.typ
	if !asmgen.Wanted("merge" + e.name + s.name) {
		return
	}
	TEXT("merge"+e.name+s.name, NOSPLIT, "func(rows, n int, alpha, beta, t "+ptr+", trs int, c "+ptr+", crs int)")
	Pragma("noescape")
	Doc("merge" + e.name + s.name + " is the same as mergeGo.")
	n, t, c, tmp := reg.RBX, reg.RSI, reg.RDI, reg.RAX
	rows, trs, crs, ts, cs := reg.R8, reg.R9, reg.R10, reg.R11, reg.R12
	alpha, beta, x, y, mask := s.regs[0], s.regs[1], s.regs[2], s.regs[3], reg.Y4
	Load(Param("alpha"), tmp)
	e.bcast(Mem{Base: tmp}, alpha)
	Load(Param("rows"), rows)
	Load(Param("t"), ts)
	Load(Param("c"), cs)
	Load(Param("trs"), trs)
	Load(Param("crs"), crs)
	SHLQ(shift(e.size), trs)
	SHLQ(shift(e.size), crs)
	vector := s.bytes / e.size
	narrow := func(from, to Op) { // a part of a vector, between memory and a register
		switch _, in := from.(Mem); {
		case s.bytes == 32:
			e.maskmov(from, mask, to)
		case in && e.size == 8:
			VMOVUPD_Z(from, reg.K1, to)
		case in:
			VMOVUPS_Z(from, reg.K1, to)
		case e.size == 8:
			VMOVUPD(from, reg.K1, to)
		default:
			VMOVUPS(from, reg.K1, to)
		}
	}
	wide := func(from, to Op) { VMOVUPD(from, to) }
	vectors := func(name string, one func(move func(from, to Op))) {
		Label(name + "_row")
		MOVQ(ts, t)
		MOVQ(cs, c)
		Load(Param("n"), n)
		Label(name)
		CMPQ(n, Imm(uint64(vector)))
		JL(LabelRef(name + "_tail"))
		one(wide)
		ADDQ(Imm(uint64(s.bytes)), t)
		ADDQ(Imm(uint64(s.bytes)), c)
		SUBQ(Imm(uint64(vector)), n)
		JMP(LabelRef(name))
		Label(name + "_tail")
		TESTQ(n, n)
		JZ(LabelRef(name + "_next"))
		MOVQ(U32(vector), reg.RCX)
		SUBQ(n, reg.RCX)
		if s.bytes == 64 {
			MOVL(U32(1<<vector-1), reg.EAX)
			SHRL(reg.CL, reg.EAX)
			KMOVW(reg.EAX, reg.K1)
		} else {
			LEAQ(lanes(), tmp)
			VMOVDQU(Mem{Base: tmp, Index: reg.RCX, Scale: uint8(e.size)}, mask)
		}
		one(narrow)
		Label(name + "_next")
		ADDQ(trs, ts)
		ADDQ(crs, cs)
		DECQ(rows)
		JNZ(LabelRef(name + "_row"))
		VZEROUPPER()
		RET()
	}
	Load(Param("beta"), tmp)
	TESTQ(tmp, tmp)
	JZ(LabelRef("scale_row"))
	e.bcast(Mem{Base: tmp}, beta)
	vectors("sum", func(move func(from, to Op)) {
		move(Mem{Base: t}, x)
		move(Mem{Base: c}, y)
		e.mul(y, beta, y)
		e.fma231(x, alpha, y)
		move(y, Mem{Base: c})
	})
	vectors("scale", func(move func(from, to Op)) {
		move(Mem{Base: t}, x)
		e.mul(x, alpha, x)
		move(x, Mem{Base: c})
	})
}
