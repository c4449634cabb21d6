package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func avx2() {
	a := begin("edgesAVX2")
	every := func(b byte) reg.VecVirtual {
		x, v := GP32(), YMM()
		MOVL(U32(b), x)
		VMOVD(x, v.AsX())
		VPBROADCASTB(v.AsX(), v)
		return v
	}
	foldBit, lastDigit := YMM(), YMM()
	VPBROADCASTB(Mem{Base: a.class, Disp: fold}, foldBit)
	Comment("The greatest difference to '0' that a digit has, plus 0x80 and less 1, for signed comparison.")
	VPBROADCASTB(Mem{Base: a.class, Disp: digits}, lastDigit)
	flip := every(0x80)
	VPXOR(flip, lastDigit, lastDigit)
	small := every(0x20)
	Comment("b - 'a' + 0x80 < 26 + 0x80, signed")
	letterA, letters := every(0x80+'a'), every(26+0x80)
	zero := every(0x80 + '0')
	_ = letterA

	Label("vector")
	half := func(disp int) reg.Register {
		text, lower, digit, mask := YMM(), YMM(), YMM(), GP32()
		VMOVDQU(Mem{Base: a.src, Disp: disp}, text)
		VPOR(small, text, lower)
		VPSUBB(letterA, lower, lower)
		VPCMPGTB(lower, letters, lower)
		VPSUBB(zero, text, digit)
		VPCMPGTB(digit, lastDigit, digit)
		VPOR(digit, lower, lower)
		VPMOVMSKB(lower, mask)
		VPOR(foldBit, text, text)
		VMOVDQU(text, Mem{Base: a.dst, Disp: disp})
		return mask.As64()
	}
	mask, high := half(0), half(32)
	SHLQ(Imm(32), high)
	ORQ(high, mask)
	edges := a.change(mask)

	count, at, where := GP64(), GP64(), GP64()
	POPCNTQ(edges, count)
	MOVQ(a.edges, at)
	LEAQ(Mem{Base: a.edges, Index: count, Scale: 2}, a.edges)
	Label("eight")
	for i := range 8 {
		TZCNTQ(edges, where)
		ADDQ(a.base, where)
		MOVW(where.As16(), Mem{Base: at, Disp: 2 * i})
		BLSRQ(edges, edges)
	}
	ADDQ(Imm(16), at)
	CMPQ(at, a.edges)
	JB(LabelRef("eight"))
	a.next()
	a.end()
}
