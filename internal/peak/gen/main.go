// Command gen writes the AVX2 and AVX-512 kernels of package peak: chains of fused
// multiply-adds, each in a register of its own.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// chains is the number of registers: more than the latency times the ports of any
// processor with these instructions, and with the two constants no more than AVX2
// has.
const chains = 12

// isa is what differs between the instruction sets.
type isa struct {
	name  string
	bytes int // of a vector
	reg   func() reg.VecVirtual
}

// elem is what differs between the element types.
type elem struct {
	name, typ string
	broadcast func(ops ...Op)
	fma231    func(ops ...Op)
}

func main() {
	ConstraintExpr("amd64,!noasm")
	for _, s := range []isa{{"AVX2", 32, YMM}, {"AVX512", 64, ZMM}} {
		for _, e := range []elem{{"F64", "float64", VBROADCASTSD, VFMADD231PD}, {"F32", "float32", VBROADCASTSS, VFMADD231PS}} {
			chain(s, e)
		}
	}
	Generate()
}

func chain(s isa, e elem) {
	TEXT("chain"+e.name+s.name, NOSPLIT, "func(rounds int, x *"+e.typ+", m, b "+e.typ+")")
	Pragma("noescape")
	Doc("chain" + e.name + s.name + " is the same as chainGo64, for 12 vectors.")
	rounds, x := Load(Param("rounds"), GP64()), Load(Param("x"), GP64())
	m, b := s.reg(), s.reg()
	e.broadcast(Load(Param("m"), XMM()), m)
	e.broadcast(Load(Param("b"), XMM()), b)
	v := make([]reg.VecVirtual, chains)
	for i := range v {
		v[i] = s.reg()
		VMOVUPD(Mem{Base: x, Disp: s.bytes * i}, v[i])
	}
	Label("round")
	TESTQ(rounds, rounds)
	JZ(LabelRef("done"))
	for i := range v {
		e.fma231(b, m, v[i])
	}
	DECQ(rounds)
	JMP(LabelRef("round"))
	Label("done")
	for i := range v {
		VMOVUPD(v[i], Mem{Base: x, Disp: s.bytes * i})
	}
	VZEROUPPER()
	RET()
}
