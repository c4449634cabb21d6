// Command gen writes the AVX2 kernels of package addition: four vectors at a time.
// Wider ones would not help, since what is added is seldom in the first-level cache.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

func main() {
	ConstraintExpr("amd64,!noasm")
	for _, k := range []struct {
		name string
		add  func(ops ...Op)
	}{
		{"add8AVX2", VPADDB}, {"add16AVX2", VPADDW}, {"add32AVX2", VPADDD}, {"add64AVX2", VPADDQ},
		{"addF32AVX2", VADDPS},
		{"addF64AVX2", VADDPD},
	} {
		kernel(k.name, k.add)
	}
	Generate()
}

func kernel(name string, add func(ops ...Op)) {
	TEXT(name, NOSPLIT, "func(dst, a, b *byte, blocks int)")
	Pragma("noescape")
	Doc(name + " is the same as addGo.")
	dst, a, b := Load(Param("dst"), GP64()), Load(Param("a"), GP64()), Load(Param("b"), GP64())
	blocks, at := Load(Param("blocks"), GP64()), GP64()
	XORQ(at, at)
	Label("block")
	for i := range 4 {
		v := YMM()
		VMOVDQU(Mem{Base: a, Index: at, Scale: 1, Disp: 32 * i}, v)
		add(Mem{Base: b, Index: at, Scale: 1, Disp: 32 * i}, v, v)
		VMOVDQU(v, Mem{Base: dst, Index: at, Scale: 1, Disp: 32 * i})
	}
	ADDQ(I32(128), at)
	DECQ(blocks)
	JNZ(LabelRef("block"))
	VZEROUPPER()
	RET()
}
