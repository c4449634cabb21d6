package main

import (
	"math/bits"

	"hybrid/internal/asmgen"

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
}

func (w word) grid(at reg.Register) *grid {
	g := &grid{word: w}
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

// block is the number of keys whose cells are found before the first is used: a
// vector that is read back at once, key by key, waits for the store buffer.
const block = 128

// Where things lie in the room that a grid brings along.
const (
	roomKeys  = 0         // the mapped keys of a block
	roomCells = 8 * block // their cells, of 32 bits each
)

// forKeys walks keys, whole vectors of them, and calls body to write what is done
// with each of eight. body gets the register and displacement of the cells of these
// and the register with the number of keys before them in the block; keep asks for
// the mapped keys.
func (g *grid) forKeys(keys, n, room reg.Register, keep bool, body func(i int, cell Mem, j reg.GPVirtual)) {
	Label("block")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	left := GP64()
	MOVQ(U32(block), left)
	CMPQ(n, left)
	CMOVQLT(n, left)
	SUBQ(left, n)
	j := GP64()
	XORQ(j, j)
	Label("find")
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
	ADDQ(Imm(uint64(g.lanes())), j)
	CMPQ(j, left)
	JLT(LabelRef("find"))
	XORQ(j, j)
	Label("use")
	for i := range 8 {
		body(i, scaled(room, j, 4, roomCells+4*i), j)
	}
	ADDQ(Imm(8), j)
	CMPQ(j, left)
	JLT(LabelRef("use"))
	LEAQ(scaled(keys, left, g.size, 0), keys)
	JMP(LabelRef("block"))
	Label("done")
}

// key moves one key.
func (w word) key(from, to Mem) {
	x := GP64()
	if w.size == 8 {
		MOVQ(from, x)
		MOVQ(x, to)
	} else {
		MOVL(from, x.As32())
		MOVL(x.As32(), to)
	}
}

// count writes the kernel that counts the keys of every cell.
func count(w word) {
	if !asmgen.Wanted("count" + w.name + "AVX512") {
		return
	}
	TEXT("count"+w.name+"AVX512", NOSPLIT, "func(at *uint64, keys *"+w.typ+", n int, counts *uint32)")
	Pragma("noescape")
	Doc("count" + w.name + "AVX512 is the same as countGo, for whole vectors of keys.")
	at := Load(Param("at"), GP64())
	g := w.grid(at)
	room := GP64()
	MOVQ(Mem{Base: at, Disp: gridRoom}, room)
	keys, n, counts := Load(Param("keys"), GP64()), Load(Param("n"), GP64()), Load(Param("counts"), GP64())
	g.forKeys(keys, n, room, false, func(i int, cell Mem, j reg.GPVirtual) {
		c := GP64()
		MOVL(cell, c.As32())
		INCL(scaled(counts, c, 4, 0))
	})
	VZEROUPPER()
	RET()
}

// spread writes the kernel that moves every key to the next place of its cell.
func spread(w word) {
	if !asmgen.Wanted("spread" + w.name + "AVX512") {
		return
	}
	TEXT("spread"+w.name+"AVX512", NOSPLIT, "func(at *uint64, keys *"+w.typ+", n int, dst *"+w.typ+", next *uint64)")
	Pragma("noescape")
	Doc("spread" + w.name + "AVX512 is the same as spreadGo, for whole vectors of keys.")
	at := Load(Param("at"), GP64())
	g := w.grid(at)
	room := GP64()
	MOVQ(Mem{Base: at, Disp: gridRoom}, room)
	keys, n := Load(Param("keys"), GP64()), Load(Param("n"), GP64())
	dst, next := Load(Param("dst"), GP64()), Load(Param("next"), GP64())
	g.forKeys(keys, n, room, false, func(i int, cell Mem, j reg.GPVirtual) {
		c, place := GP64(), GP64()
		MOVL(cell, c.As32())
		MOVQ(scaled(next, c, 8, 0), place)
		w.key(scaled(keys, j, w.size, w.size*i), scaled(dst, place, w.size, 0))
		INCQ(place)
		MOVQ(place, scaled(next, c, 8, 0))
	})
	VZEROUPPER()
	RET()
}

// combine writes the kernel that maps keys and moves each to the next place of
// its cell's bucket, two cache lines at a time and past the caches. They are
// collected in lines; of a bucket's first lines only what lies from begin on is
// its own. Place skip is that of dst.
func combine(w word) {
	if !asmgen.Wanted("combine" + w.name + "AVX512") {
		return
	}
	TEXT("combine"+w.name+"AVX512", NOSPLIT, "func(at *uint64, keys *"+w.typ+", n int, dst *"+w.typ+", skip int, next, begin *uint64, lines *"+w.typ+")")
	Pragma("noescape")
	Doc("combine" + w.name + "AVX512 is the same as combineGo, for whole vectors of keys.")
	at := Load(Param("at"), GP64())
	g := w.grid(at)
	lut, room := GP64(), GP64()
	MOVQ(Mem{Base: at, Disp: gridTable}, lut)
	MOVQ(Mem{Base: at, Disp: gridRoom}, room)
	keys, n := Load(Param("keys"), GP64()), Load(Param("n"), GP64())
	dst, next := Load(Param("dst"), GP64()), Load(Param("next"), GP64())
	begin, lines := Load(Param("begin"), GP64()), Load(Param("lines"), GP64())
	skip := Load(Param("skip"), GP64())
	SHLQ(Imm(uint64(bits.TrailingZeros(uint(w.size)))), skip)
	SUBQ(skip, dst)
	L := 2 * w.lanes()
	var later []func()
	g.forKeys(keys, n, room, true, func(i int, cell Mem, j reg.GPVirtual) {
		c, place, slot, line := GP64(), GP64(), GP64(), GP64()
		MOVL(cell, c.As32())
		MOVWLZX(scaled(lut, c, 2, 0), c.As32())
		MOVQ(scaled(next, c, 8, 0), place)
		MOVQ(c, line)
		SHLQ(Imm(7), line)
		ADDQ(lines, line)
		MOVL(place.As32(), slot.As32())
		ANDL(Imm(uint64(L-1)), slot.As32())
		w.key(scaled(room, j, w.size, roomKeys+w.size*i), scaled(line, slot, w.size, 0))
		INCQ(place)
		MOVQ(place, scaled(next, c, 8, 0))
		CMPL(slot.As32(), Imm(uint64(L-1)))
		JEQ(LabelRef(label("full", i)))
		Label(label("more", i))
		later = append(later, func() {
			Label(label("full", i))
			SUBQ(Imm(uint64(L)), place)
			CMPQ(place, scaled(begin, c, 8, 0))
			JLT(LabelRef(label("first", i)))
			z0, z1 := ZMM(), ZMM()
			VMOVDQA64(Mem{Base: line}, z0)
			VMOVDQA64(Mem{Base: line, Disp: 64}, z1)
			VMOVNTDQ(z0, scaled(dst, place, w.size, 0))
			VMOVNTDQ(z1, scaled(dst, place, w.size, 64))
			JMP(LabelRef(label("more", i)))
			Label(label("first", i))
			LEAQ(scaled(dst, place, w.size, 0), slot)
			from := GP64()
			MOVQ(scaled(begin, c, 8, 0), from)
			SUBQ(place, from) // slots that are another's
			Label(label("copy", i))
			w.key(scaled(line, from, w.size, 0), scaled(slot, from, w.size, 0))
			INCQ(from)
			CMPQ(from, Imm(uint64(L)))
			JLT(LabelRef(label("copy", i)))
			JMP(LabelRef(label("more", i)))
		})
	})
	SFENCE()
	VZEROUPPER()
	RET()
	for _, f := range later {
		f()
	}
}

// bounds writes the kernel that finds the smallest and the greatest key.
func bounds(w word) {
	if !asmgen.Wanted("bounds" + w.name + "AVX512") {
		return
	}
	TEXT("bounds"+w.name+"AVX512", NOSPLIT, "func(keys *"+w.typ+", n int, lowest, highest *"+w.typ+")")
	Pragma("noescape")
	Doc("bounds" + w.name + "AVX512 leaves a vector of candidates each, of whole vectors of keys, at least one.")
	keys, n := Load(Param("keys"), GP64()), Load(Param("n"), GP64())
	low, high := ZMM(), ZMM()
	w.move(Mem{Base: keys}, low)
	w.move(low, high)
	Label("loop")
	x := ZMM()
	w.move(Mem{Base: keys}, x)
	w.min(x, low, low)
	w.max(x, high, high)
	ADDQ(Imm(64), keys)
	SUBQ(Imm(uint64(w.lanes())), n)
	JNZ(LabelRef("loop"))
	to := Load(Param("lowest"), GP64())
	w.move(low, Mem{Base: to})
	to = Load(Param("highest"), GP64())
	w.move(high, Mem{Base: to})
	VZEROUPPER()
	RET()
}
