// Command gen writes the AVX2 and AVX-512 kernels of package integrand.
//
// A group of 32 values is 4 or 8 vectors. The divisions, one a value, take by far
// the longest; all else is done beside them.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const groups = 32

// isa is what differs between the instruction sets.
type isa struct {
	name  string
	lanes int // of a vector
	reg   func() reg.VecVirtual
}

func main() {
	ConstraintExpr("amd64,!noasm")
	for _, s := range []isa{{"AVX2", 4, YMM}, {"AVX512", 8, ZMM}} {
		arc(s)
		divide(s)
	}
	Generate()
}

// arc writes the kernel that adds up 4/(1+x²).
func arc(s isa) {
	constants := floats("arcConstants"+s.name, append(indices(s.lanes), float64(s.lanes), 1, 4)...)
	TEXT("arc"+s.name, NOSPLIT, "func(p *float64, i float64, n int, sums *float64)")
	Pragma("noescape")
	Doc("arc" + s.name + " is the same as arcGo.")
	p := Load(Param("p"), GP64())
	n := Load(Param("n"), GP64())
	sums := Load(Param("sums"), GP64())

	broadcast := func(m Mem) reg.VecVirtual {
		v := s.reg()
		VBROADCASTSD(m, v)
		return v
	}
	first, err := Param("i").Resolve()
	if err != nil {
		panic(err)
	}
	i := broadcast(first.Addr)
	VADDPD(constants, i, i)
	lanes := broadcast(constants.Offset(8 * s.lanes))
	one := broadcast(constants.Offset(8 * (s.lanes + 1)))
	four := broadcast(constants.Offset(8 * (s.lanes + 2)))
	origin, step, shift := broadcast(Mem{Base: p}), broadcast(Mem{Base: p, Disp: 8}), broadcast(Mem{Base: p, Disp: 16})

	Label("loop")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	for v := range groups / s.lanes {
		x, y := s.reg(), s.reg()
		VADDPD(shift, i, x)
		VADDPD(lanes, i, i)
		VFMADD213PD(origin, step, x)
		VFMADD213PD(one, x, x)
		VDIVPD(x, four, y)
		sum := Mem{Base: sums, Disp: 8 * s.lanes * v}
		VADDPD(sum, y, y)
		VMOVUPD(y, sum)
	}
	DECQ(n)
	JMP(LabelRef("loop"))
	Label("done")
	VZEROUPPER()
	RET()
}

// divide writes divisions that wait for nothing but the divider.
func divide(s isa) {
	constants := floats("divideConstants"+s.name, 3, 7)
	TEXT("divide"+s.name, NOSPLIT, "func(n int)")
	Doc("divide" + s.name + " divides 16 vectors n times.")
	n := Load(Param("n"), GP64())
	x, y := s.reg(), s.reg()
	VBROADCASTSD(constants, x)
	VBROADCASTSD(constants.Offset(8), y)
	results := []reg.VecVirtual{s.reg(), s.reg(), s.reg(), s.reg()}
	Label("loop")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	for k := range 16 {
		VDIVPD(y, x, results[k%len(results)])
	}
	DECQ(n)
	JMP(LabelRef("loop"))
	Label("done")
	VZEROUPPER()
	RET()
}

func indices(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = float64(i)
	}
	return v
}

func floats(name string, values ...float64) Mem {
	m := GLOBL(name, RODATA|NOPTR)
	for i, v := range values {
		DATA(8*i, F64(v))
	}
	return m
}
