package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Where the fields of a grid lie.
const (
	gridAnd = 8 * iota
	gridOr
	gridSub
	gridLow
	gridLimit
	gridShift
	gridScale
	gridShift2
	gridTable
	gridRoom
)

// grid is a grid's fields in registers.
type grid struct {
	word
	and, or, sub, low, limit, scale reg.VecVirtual
	shift, shift2                   reg.VecVirtual
	zero, sign                      reg.VecVirtual // AVX2
	mapped                          bool           // keys are bits, not ranks
}

// grid loads the fields. Ranks need no mapping, which AVX-512 has for nothing.
func (w word) grid(at reg.Register, mapped bool) *grid {
	g := &grid{word: w, mapped: mapped}
	if w.isa == "AVX2" {
		g.fieldsAVX2(at)
		return g
	}
	all := func(disp int) reg.VecVirtual {
		v := ZMM()
		w.broadcast(Mem{Base: at, Disp: disp}, v)
		return v
	}
	one := func(disp int) reg.VecVirtual {
		v := XMM()
		VMOVQ(Mem{Base: at, Disp: disp}, v)
		return v
	}
	g.and, g.or, g.sub, g.low, g.limit = all(gridAnd), all(gridOr), all(gridSub), all(gridLow), all(gridLimit)
	g.scale = ZMM()
	VPBROADCASTQ(Mem{Base: at, Disp: gridScale}, g.scale)
	g.shift, g.shift2 = one(gridShift), one(gridShift2)
	return g
}

// load loads a vector of keys and maps them.
func (g *grid) load(at Mem) reg.VecVirtual {
	const andOr = 0xea // a&b | c, of the operands c, b, a in the order of the assembler
	x, sign := ZMM(), ZMM()
	g.move(at, x)
	if g.size == 8 {
		VPSRAQ(Imm(63), x, sign)
		VPTERNLOGQ(Imm(andOr), g.or, g.and, sign)
		VPXORQ(sign, x, x)
		VPSUBQ(g.sub, x, x)
	} else {
		VPSRAD(Imm(31), x, sign)
		VPTERNLOGD(Imm(andOr), g.or, g.and, sign)
		VPXORD(sign, x, x)
		VPSUBD(g.sub, x, x)
	}
	return x
}

// cells finds the cells of mapped keys.
func (g *grid) cells(x reg.VecVirtual) reg.VecVirtual {
	v := ZMM()
	g.max(g.low, x, v)
	if g.size == 8 {
		VPSUBQ(g.low, v, v)
		VPSRLQ(g.shift, v, v)
		g.min(g.limit, v, v)
		VPMULUDQ(g.scale, v, v)
		VPSRLQ(g.shift2, v, v)
		return v
	}
	odd := ZMM()
	VPSUBD(g.low, v, v)
	VPSRLD(g.shift, v, v)
	g.min(g.limit, v, v)
	VPSRLQ(Imm(32), v, odd)
	VPMULUDQ(g.scale, v, v)
	VPMULUDQ(g.scale, odd, odd)
	VPSRLQ(g.shift2, v, v)
	VPSRLQ(g.shift2, odd, odd)
	VPSLLQ(Imm(32), odd, odd)
	VPORQ(odd, v, v)
	return v
}

// find finds the cells of a vector of keys, the next from keys[j] on, and keeps the
// mapped keys if it shall.
func (g *grid) find(keys, room, j reg.Register, keep bool) {
	if g.isa == "AVX2" {
		g.findAVX2(keys, room, j, keep)
		return
	}
	x := g.load(scaled(keys, j, g.size, 0))
	if keep {
		VMOVDQA64(x, scaled(room, j, g.size, roomKeys))
	}
	c := g.cells(x)
	if g.size == 8 {
		VPMOVQD(c, scaled(room, j, 4, roomCells))
	} else {
		VMOVDQA64(c, scaled(room, j, 4, roomCells))
	}
}
