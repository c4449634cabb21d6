package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"hybrid/internal/asmgen"
)

// copies writes the kernel that packs a sliver of two vectors.
func copies(s isa, e elem) {
	ptr := "*" + e.typ
	if !asmgen.Wanted("copy" + e.name + s.name) {
		return
	}
	TEXT("copy"+e.name+s.name, NOSPLIT, "func(k int, src "+ptr+", srs int, dst "+ptr+")")
	Pragma("noescape")
	Doc("copy" + e.name + s.name + " is the same as copyGo.")
	k, src, step, dst := reg.RCX, reg.RSI, reg.R8, reg.RDI
	Load(Param("k"), k)
	Load(Param("src"), src)
	Load(Param("srs"), step)
	Load(Param("dst"), dst)
	SHLQ(shift(e.size), step)
	Label("row")
	for i := range 2 {
		VMOVUPD(Mem{Base: src, Disp: i * s.bytes}, s.regs[i])
	}
	for i := range 2 {
		VMOVUPD(s.regs[i], Mem{Base: dst, Disp: i * s.bytes})
	}
	ADDQ(step, src)
	ADDQ(Imm(uint64(2*s.bytes)), dst)
	DECQ(k)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}
