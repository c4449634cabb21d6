package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"hybrid/internal/asmgen"
)

// strip writes the kernel that transposes a strip of as many rows as a 32-byte
// vector has lanes, block by square block.
func strip(e elem, name string, square func(src func(i int) Mem) []reg.VecPhysical) {
	ptr := "*" + e.typ
	n := 32 / e.size
	if !asmgen.Wanted(name) {
		return
	}
	TEXT(name, NOSPLIT, "func(blocks int, src "+ptr+", srs int, dst "+ptr+", drs int)")
	Pragma("noescape")
	Doc(name + " is the same as transposeGo, for strips of 32 bytes.")
	blocks, src, dst, s1, s3, d1, d3, s4, d4 := reg.RBX, reg.RSI, reg.RDI, reg.R8, reg.R9, reg.R10, reg.R11, reg.R12, reg.R13
	Load(Param("blocks"), blocks)
	Load(Param("src"), src)
	Load(Param("srs"), s1)
	Load(Param("dst"), dst)
	Load(Param("drs"), d1)
	SHLQ(shift(e.size), s1)
	SHLQ(shift(e.size), d1)
	LEAQ(Mem{Base: s1, Index: s1, Scale: 2}, s3)
	LEAQ(Mem{Base: d1, Index: d1, Scale: 2}, d3)
	at := func(base, base4, one, three reg.Register) func(i int) Mem {
		return func(i int) Mem {
			b := base
			if i >= 4 {
				b, i = base4, i-4
			}
			switch i {
			case 0:
				return Mem{Base: b}
			case 3:
				return Mem{Base: b, Index: three, Scale: 1}
			}
			return Mem{Base: b, Index: one, Scale: uint8(i)}
		}
	}
	Label("block")
	if n > 4 {
		LEAQ(Mem{Base: src, Index: s1, Scale: 4}, s4)
		LEAQ(Mem{Base: dst, Index: d1, Scale: 4}, d4)
	}
	store(square(at(src, s4, s1, s3)), at(dst, d4, d1, d3))
	ADDQ(Imm(32), src)
	LEAQ(Mem{Base: dst, Index: d1, Scale: uint8(min(n, 8))}, dst)
	DECQ(blocks)
	JNZ(LabelRef("block"))
	VZEROUPPER()
	RET()
}

// square64 transposes a square of 4 x 4 and returns its columns. As in square32,
// rows 2 and 3 are loaded into the upper halves of registers.
func square64(src func(i int) Mem) []reg.VecPhysical {
	r, t := []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3}, []reg.VecPhysical{reg.Y4, reg.Y5, reg.Y6, reg.Y7}
	for i := range 4 {
		right := 16 * (i / 2) // columns 0 and 1, then 2 and 3
		VMOVUPD(src(i%2).Offset(right), t[i].AsX())
		VINSERTF128(Imm(1), src(i%2+2).Offset(right), t[i], t[i])
	}
	for i := 0; i < 4; i += 2 {
		VUNPCKLPD(t[i+1], t[i], r[i])
		VUNPCKHPD(t[i+1], t[i], r[i+1])
	}
	return r
}

// square32 transposes a square of 8 x 8 and returns its columns. Rows 4 to 7 are
// loaded into the upper halves of registers, beside rows 0 to 3, so that no
// shuffle has to cross the halves, which few ports can do. Registers from 12 on
// stay as they are.
func square32(src func(i int) Mem) []reg.VecPhysical {
	r := []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7}
	t := []reg.VecPhysical{reg.Y8, reg.Y9, reg.Y10, reg.Y11}
	for i := range 8 {
		right := 16 * (i / 4) // columns 0 to 3, then 4 to 7
		VMOVUPS(src(i%4).Offset(right), r[i].AsX())
		VINSERTF128(Imm(1), src(i%4+4).Offset(right), r[i], r[i])
	}
	for right := 0; right < 8; right += 4 {
		for i := 0; i < 4; i += 2 {
			VUNPCKLPS(r[right+i+1], r[right+i], t[i])
			VUNPCKHPS(r[right+i+1], r[right+i], t[i+1])
		}
		// t[0] = 00 10 01 11, t[1] = 02 12 03 13, by halves of 16 bytes.
		for i := range 2 {
			VUNPCKLPD(t[i+2], t[i], r[right+2*i])
			VUNPCKHPD(t[i+2], t[i], r[right+2*i+1])
		}
	}
	return r
}

func store(columns []reg.VecPhysical, dst func(i int) Mem) {
	for i, c := range columns {
		VMOVUPD(c, dst(i))
	}
}
