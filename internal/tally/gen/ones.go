package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// ones writes the kernel that counts the ones of each block.
func ones(s isa) {
	c, n := begin(s, "ones", "counts *uint64")
	g := newSource(s, c)
	counts := Load(Param("counts"), GP64())
	pair, popcount := newPair(s), newPopcount(s)
	s.forEach(n, func(k int) {
		for i, r := range g.blocks(k) {
			Comment("128 bits")
			at := Mem{Base: counts, Disp: s.bytes * i}
			sum := s.reg()
			move(s, at, sum)
			for j := range 2 {
				words := pair(r[2*j], r[2*j+1])
				g.and(j, words)
				VPADDQ(popcount(words), sum, sum)
			}
			move(s, sum, at)
		}
		ADDQ(U32(s.bytes*k), counts)
	})
	end()
}

// newPair returns what puts the low half of every lane of b above that of a.
func newPair(s isa) func(a, b reg.VecVirtual) reg.VecVirtual {
	const high = 0xaaaa // one bit for each half
	odd := K()
	if s.wide() {
		x := GP32()
		MOVL(U32(high), x)
		KMOVW(x, odd)
	}
	return func(a, b reg.VecVirtual) reg.VecVirtual {
		if s.wide() {
			VMOVSLDUP(b, odd, a)
		} else {
			VPSLLQ(Imm(32), b, b)
			VPBLENDD(Imm(high&0xff), b, a, a)
		}
		return a
	}
}

// and is to &= mask.
func (g *source) and(mask int, to Op) {
	m := Mem{Base: g.schedule, Disp: masks + 32*mask}
	if g.wide() {
		VPANDQ_BCST(m, to, to)
	} else {
		VPAND(m, to, to)
	}
}

// newPopcount returns what counts the ones of every lane. AVX2 looks up the
// counts of half bytes (Mula, Kurz, Lemire, "Faster population counts using AVX2
// instructions", 2018) and adds those of eight bytes.
func newPopcount(s isa) func(v reg.VecVirtual) reg.VecVirtual {
	if s.wide() {
		return func(v reg.VecVirtual) reg.VecVirtual {
			VPOPCNTQ(v, v)
			return v
		}
	}
	table, low, zero := s.reg(), s.reg(), s.reg()
	counts := GLOBL("nibbles", RODATA|NOPTR)
	for i, half := range []uint64{0x0302020102010100, 0x0403030203020201, 0x0302020102010100, 0x0403030203020201, 0x0f0f0f0f0f0f0f0f} {
		DATA(8*i, U64(half))
	}
	VMOVDQU(counts, table)
	VPBROADCASTQ(counts.Offset(32), low)
	s.zero(zero)
	return func(v reg.VecVirtual) reg.VecVirtual {
		high := s.reg()
		VPSRLW(Imm(4), v, high)
		VPAND(low, v, v)
		VPAND(low, high, high)
		VPSHUFB(v, table, v)
		VPSHUFB(high, table, high)
		VPADDB(high, v, v)
		VPSADBW(zero, v, v)
		return v
	}
}
