// Command gen writes the AVX2 kernels of package warpmath: straight-line code, one
// load, operation and store for every 32 bytes of an array.
package main

import (
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

var (
	d     = reg.RDI
	srcs  = []reg.Register{reg.RSI, reg.RDX, reg.RCX}
	nan   = reg.Y15
	v, t  = reg.Y0, reg.Y1
	x, y  = reg.Y2, reg.Y3
	names = []string{"a", "b", "c"}
)

// kernel writes a function of n arrays of elements of size bytes. op leaves its
// result in v; one, given the byte offset, loads what it needs by itself.
func kernel(name, typ string, n, size int, op func(at func(i int) Mem)) {
	TEXT(name+"AVX2", NOSPLIT, "func(d, "+strings.Join(names[:n], ", ")+" *[32]"+typ+")")
	Pragma("noescape")
	Doc(name + "AVX2 is the same as " + name + "Go.")
	Load(Param("d"), d)
	for i := range n {
		Load(Param(names[i]), srcs[i])
	}
	if typ == "float32" {
		VPCMPEQD(nan, nan, nan)
		VPSRLD(Imm(1), nan, nan)
	}
	for off := 0; off < 32*size; off += 32 {
		op(func(i int) Mem { return Mem{Base: srcs[i], Disp: off} })
		if typ == "float32" {
			VCMPPS(Imm(3), v, v, t) // not a number
			VBLENDVPS(t, nan, v, v)
		}
		VMOVUPS(v, Mem{Base: d, Disp: off})
	}
	VZEROUPPER()
	RET()
}

// two is an operation of two operands, the second of which may be in memory.
func two(f func(ops ...Op)) func(at func(i int) Mem) {
	return func(at func(i int) Mem) {
		VMOVUPS(at(0), v)
		f(at(1), v, v)
	}
}

func main() {
	ConstraintExpr("amd64,!noasm")
	for _, e := range []struct {
		name, typ          string
		size               int
		add, sub, mul, fma func(ops ...Op)
	}{
		{"F32", "float32", 4, VADDPS, VSUBPS, VMULPS, VFMADD213PS},
		{"F64", "float64", 8, VADDPD, VSUBPD, VMULPD, VFMADD213PD},
	} {
		kernel("add"+e.name, e.typ, 2, e.size, two(e.add))
		kernel("sub"+e.name, e.typ, 2, e.size, two(e.sub))
		kernel("mul"+e.name, e.typ, 2, e.size, two(e.mul))
		kernel("fma"+e.name, e.typ, 3, e.size, func(at func(i int) Mem) {
			VMOVUPS(at(0), v)
			VMOVUPS(at(1), x)
			e.fma(at(2), x, v)
		})
	}
	kernel("addU32", "uint32", 2, 4, two(VPADDD))
	kernel("addU64", "uint64", 2, 8, two(VPADDQ))
	kernel("mulU32", "uint32", 2, 4, two(VPMULLD))
	kernel("madU32", "uint32", 3, 4, func(at func(i int) Mem) {
		VMOVUPS(at(0), v)
		VPMULLD(at(1), v, v)
		VPADDD(at(2), v, v)
	})
	kernel("mulHiU32", "uint32", 2, 4, func(at func(i int) Mem) {
		VMOVUPS(at(0), x)
		VMOVUPS(at(1), y)
		VPMULUDQ(y, x, v)
		VPSRLQ(Imm(32), v, v)
		VPSRLQ(Imm(32), x, x)
		VPSRLQ(Imm(32), y, y)
		VPMULUDQ(y, x, t)
		VPBLENDD(Imm(0xaa), t, v, v)
	})
	Generate()
}
