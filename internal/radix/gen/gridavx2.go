package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// AVX2 compares integers of 64 bits as signed ones only: ranks are taken with their
// sign inverted there, which turns the one order into the other, and sub, low and
// limit as they make that of it. limit is a rank, the least of the last cell.

func (g *grid) fieldsAVX2(at reg.Register) {
	all := func(disp int) reg.VecVirtual {
		v := YMM()
		g.broadcast(Mem{Base: at, Disp: disp}, v)
		return v
	}
	one := func(disp int) reg.VecVirtual {
		v := XMM()
		VMOVQ(Mem{Base: at, Disp: disp}, v)
		return v
	}
	if g.mapped {
		g.and, g.or, g.sub = all(gridAnd), all(gridOr), all(gridSub)
	}
	g.low, g.limit = all(gridLow), all(gridLimit)
	g.scale = YMM()
	VPBROADCASTQ(Mem{Base: at, Disp: gridScale}, g.scale)
	g.shift, g.shift2 = one(gridShift), one(gridShift2)
	if g.size == 4 {
		return
	}
	g.sign = YMM()
	VPCMPEQD(g.sign, g.sign, g.sign)
	VPSLLQ(Imm(63), g.sign, g.sign)
	VPXOR(g.sign, g.low, g.low)
	VPSLLQ(g.shift, g.limit, g.limit)
	VPADDQ(g.low, g.limit, g.limit)
	if g.mapped {
		g.zero = YMM()
		VPXOR(g.zero, g.zero, g.zero)
		VPXOR(g.sign, g.sub, g.sub)
	}
}

func (g *grid) findAVX2(keys, room, j reg.Register, keep bool) {
	if g.size == 4 {
		x := g.load32(scaled(keys, j, 4, 0))
		if keep {
			VMOVDQA(x, scaled(room, j, 4, roomKeys))
		}
		VMOVDQA(g.cells32(x), scaled(room, j, 4, roomCells))
		return
	}
	var c [2]reg.VecVirtual
	for i := range c {
		x := g.load64(scaled(keys, j, 8, 32*i))
		if keep {
			rank := YMM()
			VPXOR(g.sign, x, rank)
			VMOVDQA(rank, scaled(room, j, 8, roomKeys+32*i))
		}
		c[i] = g.cells64(x)
	}
	VSHUFPS(Imm(0x88), c[1], c[0], c[0])
	VPERMQ(Imm(0xd8), c[0], c[0])
	VMOVDQA(c[0], scaled(room, j, 4, roomCells))
}

func (g *grid) load32(at Mem) reg.VecVirtual {
	x := YMM()
	VMOVDQU(at, x)
	if g.mapped {
		sign := YMM()
		VPSRAD(Imm(31), x, sign)
		VPAND(g.and, sign, sign)
		VPOR(g.or, sign, sign)
		VPXOR(sign, x, x)
		VPSUBD(g.sub, x, x)
	}
	return x
}

func (g *grid) cells32(x reg.VecVirtual) reg.VecVirtual {
	v, odd := YMM(), YMM()
	VPMAXUD(g.low, x, v)
	VPSUBD(g.low, v, v)
	VPSRLD(g.shift, v, v)
	VPMINUD(g.limit, v, v)
	VPSRLQ(Imm(32), v, odd)
	VPMULUDQ(g.scale, v, v)
	VPMULUDQ(g.scale, odd, odd)
	VPSRLQ(g.shift2, v, v)
	VPSRLQ(g.shift2, odd, odd)
	VPSLLQ(Imm(32), odd, odd)
	VPOR(odd, v, v)
	return v
}

// load64 loads keys as ranks with their sign inverted.
func (g *grid) load64(at Mem) reg.VecVirtual {
	x := YMM()
	if !g.mapped {
		VPXOR(at, g.sign, x)
		return x
	}
	sign := YMM()
	VMOVDQU(at, x)
	VPCMPGTQ(x, g.zero, sign)
	VPAND(g.and, sign, sign)
	VPOR(g.or, sign, sign)
	VPXOR(sign, x, x)
	VPSUBQ(g.sub, x, x)
	return x
}

func (g *grid) cells64(x reg.VecVirtual) reg.VecVirtual {
	v, beyond := YMM(), YMM()
	VPCMPGTQ(x, g.low, beyond)
	VBLENDVPD(beyond, g.low, x, v)
	VPCMPGTQ(g.limit, v, beyond)
	VBLENDVPD(beyond, g.limit, v, v)
	VPSUBQ(g.low, v, v)
	VPSRLQ(g.shift, v, v)
	VPMULUDQ(g.scale, v, v)
	VPSRLQ(g.shift2, v, v)
	return v
}

// boundsAVX2 is bounds.
func boundsAVX2(w word) {
	if !w.kernel("bounds", "(keys *U, n int, lowest, highest *U)", "leaves a vector of candidates each, of whole vectors of keys, at least one.") {
		return
	}
	keys, n := Load(Param("keys"), GP64()), Load(Param("n"), GP64())
	vectors := w.lanes() * w.size / 32
	var low, high []reg.VecVirtual
	sign, beyond := YMM(), YMM()
	load := func(i int) reg.VecVirtual {
		x := YMM()
		if w.size == 8 {
			VPXOR(Mem{Base: keys, Disp: 32 * i}, sign, x)
		} else {
			VMOVDQU(Mem{Base: keys, Disp: 32 * i}, x)
		}
		return x
	}
	VPCMPEQD(sign, sign, sign)
	VPSLLQ(Imm(63), sign, sign)
	for i := range vectors {
		x, y := load(i), YMM()
		VMOVDQA(x, y)
		low, high = append(low, x), append(high, y)
	}
	Label("loop")
	for i := range vectors {
		x := load(i)
		if w.size == 4 {
			VPMINUD(x, low[i], low[i])
			VPMAXUD(x, high[i], high[i])
			continue
		}
		VPCMPGTQ(x, low[i], beyond)
		VBLENDVPD(beyond, x, low[i], low[i])
		VPCMPGTQ(high[i], x, beyond)
		VBLENDVPD(beyond, x, high[i], high[i])
	}
	ADDQ(Imm(uint64(32*vectors)), keys)
	SUBQ(Imm(uint64(w.lanes())), n)
	JNZ(LabelRef("loop"))
	store := func(param string, all []reg.VecVirtual) {
		to := Load(Param(param), GP64())
		for i, v := range all {
			if w.size == 8 {
				VPXOR(sign, v, v)
			}
			VMOVDQU(v, Mem{Base: to, Disp: 32 * i})
		}
	}
	store("lowest", low)
	store("highest", high)
	VZEROUPPER()
	RET()
}
