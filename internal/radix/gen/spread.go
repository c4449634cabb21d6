package main

import (
	"math/bits"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

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
	g.find(keys, room, j, keep)
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

// key moves one key, which is in the register then.
func (w word) key(from, to Mem) reg.GPVirtual {
	x := GP64()
	if w.size == 8 {
		MOVQ(from, x)
		MOVQ(x, to)
	} else {
		MOVL(from, x.As32())
		MOVL(x.As32(), to)
	}
	return x
}

// count writes the kernel that counts the keys of every cell.
func count(w word) {
	if !w.kernel("count", "(at *uint64, keys *U, n int, counts *uint32)", "is the same as countGo, for whole vectors of keys.") {
		return
	}
	at := Load(Param("at"), GP64())
	g := w.grid(at, true)
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
	if !w.kernel("spread", "(at *uint64, keys *U, n int, dst *U, next *uint64)", "is the same as spreadGo, for whole vectors of keys.") {
		return
	}
	at := Load(Param("at"), GP64())
	g := w.grid(at, false)
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
	if !w.kernel("combine", "(at *uint64, keys *U, n int, dst *U, skip int, next, begin *uint64, lines *U)", "is the same as combineGo, for whole vectors of keys.") {
		return
	}
	at := Load(Param("at"), GP64())
	g := w.grid(at, true)
	lut, room := GP64(), GP64()
	MOVQ(Mem{Base: at, Disp: gridTable}, lut)
	MOVQ(Mem{Base: at, Disp: gridRoom}, room)
	keys, n := Load(Param("keys"), GP64()), Load(Param("n"), GP64())
	dst, next := Load(Param("dst"), GP64()), Load(Param("next"), GP64())
	begin, lines := Load(Param("begin"), GP64()), Load(Param("lines"), GP64())
	skip := Load(Param("skip"), GP64())
	SHLQ(Imm(uint64(bits.TrailingZeros(uint(w.size)))), skip)
	SUBQ(skip, dst)
	L := 128 / w.size
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
		last := w.key(scaled(room, j, w.size, roomKeys+w.size*i), scaled(line, slot, w.size, 0))
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
			w.past(line, last, scaled(dst, place, w.size, 0))
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

// past moves a line, of 128 bytes, past the caches. Its last key was stored just now:
// a vector with it would wait until that and all stores before it have reached the
// cache, so AVX2 takes it from its register.
func (w word) past(line reg.Register, last reg.GPVirtual, to Mem) {
	if w.isa == "AVX2" {
		for i := range 3 {
			v := YMM()
			VMOVDQA(Mem{Base: line, Disp: 32 * i}, v)
			VMOVNTDQ(v, to.Offset(32*i))
		}
		low, high := YMM(), XMM()
		VBROADCASTI128(Mem{Base: line, Disp: 96}, low)
		VMOVQ(Mem{Base: line, Disp: 112}, high)
		if w.size == 8 {
			VPINSRQ(Imm(1), last, high, high)
		} else {
			VPINSRD(Imm(2), Mem{Base: line, Disp: 120}, high, high)
			VPINSRD(Imm(3), last.As32(), high, high)
		}
		VINSERTI128(Imm(1), high, low, low)
		VMOVNTDQ(low, to.Offset(96))
		return
	}
	z0, z1 := ZMM(), ZMM()
	VMOVDQA64(Mem{Base: line}, z0)
	VMOVDQA64(Mem{Base: line, Disp: 64}, z1)
	VMOVNTDQ(z0, to)
	VMOVNTDQ(z1, to.Offset(64))
}

// bounds writes the kernel that finds the smallest and the greatest key.
func bounds(w word) {
	if !w.kernel("bounds", "(keys *U, n int, lowest, highest *U)", "leaves a vector of candidates each, of whole vectors of keys, at least one.") {
		return
	}
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
