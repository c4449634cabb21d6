package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

func avx512() {
	a := begin("edgesAVX512")
	every := func(b byte) Op {
		x, v := GP32(), ZMM()
		MOVL(U32(b), x)
		VPBROADCASTB(x, v)
		return v
	}
	foldBit, manyDigits := ZMM(), ZMM()
	VPBROADCASTB(Mem{Base: a.class, Disp: fold}, foldBit)
	VPBROADCASTB(Mem{Base: a.class, Disp: digits}, manyDigits)
	small, letterA, letters, zero := every(0x20), every('a'), every(26), every('0')
	numbers := ZMM()
	VMOVDQU64(bytesOf("numbers", func(i int) byte { return byte(i) }), numbers)
	base, step := ZMM(), ZMM()
	x := GP32()
	VPBROADCASTW(a.base.As32(), base)
	MOVL(U32(64), x)
	VPBROADCASTW(x, step)

	Label("vector")
	text, lower, digit := ZMM(), ZMM(), ZMM()
	isLetter, isDigit := K(), K()
	VMOVDQU64(Mem{Base: a.src}, text)
	VPORQ(small, text, lower)
	VPSUBB(letterA, lower, lower)
	const below = 1
	VPCMPUB(Imm(below), letters, lower, isLetter)
	VPSUBB(zero, text, digit)
	VPCMPUB(Imm(below), manyDigits, digit, isDigit)
	KORQ(isLetter, isDigit, isLetter)
	VPORQ(foldBit, text, text)
	VMOVDQU64(text, Mem{Base: a.dst})
	mask := GP64()
	KMOVQ(isLetter, mask)
	edges := a.change(mask)

	packed, wide, k := ZMM(), ZMM(), K()
	KMOVQ(edges, k)
	VPCOMPRESSB_Z(numbers, k, packed)
	VPMOVZXBW(packed.AsY(), wide)
	VPADDW(base, wide, wide)
	VMOVDQU64(wide, Mem{Base: a.edges})
	count := GP64()
	POPCNTQ(edges, count)
	CMPQ(count, Imm(32))
	JBE(LabelRef("written"))
	VEXTRACTI64X4(Imm(1), packed, packed.AsY())
	VPMOVZXBW(packed.AsY(), wide)
	VPADDW(base, wide, wide)
	VMOVDQU64(wide, Mem{Base: a.edges, Disp: 64})
	Label("written")
	LEAQ(Mem{Base: a.edges, Index: count, Scale: 2}, a.edges)
	VPADDW(step, base, base)
	a.next()
	a.end()
}
