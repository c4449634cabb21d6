package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"hybrid/internal/asmgen"
)

// column writes the kernel that multiplies two strips of rows, each as many as a
// 32-byte vector has lanes, with one column: every strip is transposed square by
// square, so that a lane is a row and goes through k one step at a time. The
// steps of one strip wait for each other while the other strip is transposed.
func column(e elem, name string, square func(src func(i int) Mem) []reg.VecPhysical) {
	ptr := "*" + e.typ
	n := 32 / e.size
	if !asmgen.Wanted(name) {
		return
	}
	TEXT(name, NOSPLIT, "func(blocks int, a "+ptr+", ars int, x, y "+ptr+")")
	Pragma("noescape")
	Doc(name + " is the same as columnGo, for strips of 32 bytes.")
	blocks, a, s1, s3, x, y, lower := reg.RCX, reg.RSI, reg.R8, reg.R9, reg.RDX, reg.RDI, reg.R10
	fourth, lower4 := reg.R11, reg.R12
	Load(Param("blocks"), blocks)
	Load(Param("a"), a)
	Load(Param("ars"), s1)
	Load(Param("x"), x)
	Load(Param("y"), y)
	SHLQ(shift(e.size), s1)
	LEAQ(Mem{Base: s1, Index: s1, Scale: 2}, s3)
	acc := []reg.VecPhysical{reg.Y14, reg.Y15}
	for h := range acc {
		VMOVUPD(Mem{Base: y, Disp: 32 * h}, acc[h])
	}
	LEAQ(Mem{Base: a, Index: s1, Scale: 4}, fourth)
	if n == 4 {
		MOVQ(fourth, lower)
	} else {
		LEAQ(Mem{Base: a, Index: s1, Scale: 8}, lower)
		LEAQ(Mem{Base: lower, Index: s1, Scale: 4}, lower4)
	}
	// A strip takes a cache line of each of its rows before the other strip comes:
	// where the rows are a power of two apart, all their lines compete for one
	// place, and would be gone again before their second half is wanted.
	const line = 2 // squares
	turn := func(squares int) {
		for h, base := range []reg.Register{a, lower} {
			four := []reg.Register{fourth, lower4}[h]
			at := func(i, disp int) Mem {
				b := base
				if i >= 4 {
					b, i = four, i-4
				}
				switch i {
				case 0:
					return Mem{Base: b, Disp: disp}
				case 3:
					return Mem{Base: b, Index: s3, Scale: 1, Disp: disp}
				}
				return Mem{Base: b, Index: s1, Scale: uint8(i), Disp: disp}
			}
			for i := range n {
				PREFETCHT0(at(i, 128))
			}
			for q := range squares {
				for p, v := range square(func(i int) Mem { return at(i, 32*q) }) {
					e.bcast(Mem{Base: x, Disp: 32*q + p*e.size}, reg.Y13)
					e.fma231(v, reg.Y13, acc[h])
				}
			}
		}
		pointers := []reg.Register{a, lower, x}
		if n == 8 {
			pointers = append(pointers, fourth, lower4)
		}
		for _, r := range pointers {
			ADDQ(Imm(uint64(32*squares)), r)
		}
	}
	SUBQ(Imm(uint64(line)), blocks)
	JL(LabelRef("rest"))
	Label("line")
	turn(line)
	SUBQ(Imm(uint64(line)), blocks)
	JGE(LabelRef("line"))
	Label("rest")
	ADDQ(Imm(uint64(line)), blocks)
	JZ(LabelRef("end"))
	turn(1)
	Label("end")
	for h := range acc {
		VMOVUPD(acc[h], Mem{Base: y, Disp: 32 * h})
	}
	VZEROUPPER()
	RET()
}
