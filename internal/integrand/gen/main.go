// Command gen writes the AVX2 and AVX-512 kernels of package integrand.
//
// A group of 32 values is 4 or 8 vectors. A divider takes some ten cycles for a vector of AVX-512,
// and the units for multiply-adds are idle beside it: so there every other vector is divided by
// them, see reciprocals. With AVX2, which has no approximation for float64 to begin with, that was slower.
package main

import (
	"fmt"
	"slices"
	"strings"

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
	arcMixed(isa{"AVX512", 8, ZMM})
	Generate()
}

// atOnce is the vectors of a group whose sums a loop keeps in registers: all, or the first half of
// them, and then the other.
const atOnce = 4

// An arcLoop is what both kernels that add up 4/(1+x²) have in common.
type arcLoop struct {
	isa
	i, step         reg.VecVirtual
	next, nextGroup Op // from the last vector to the next one
	ones            Op
	origin, shift   Op
	numerator       reg.VecVirtual
	sums            []reg.VecVirtual
}

// begin loads what the loops keep in registers, or on the stack where these are few.
func begin(s isa, numerator float64) *arcLoop {
	l := &arcLoop{isa: s}
	p := Load(Param("p"), GP64())
	constant := func(value float64) Op {
		if s.lanes < 8 {
			return l.vector(value)
		}
		v := s.reg()
		VMOVUPD(l.vector(value), v)
		return v
	}
	place := func(at Mem) Op {
		v := l.broadcast(at)
		if s.lanes < 8 {
			m := AllocLocal(8 * s.lanes)
			VMOVUPD(v, m)
			return m
		}
		return v
	}
	l.ones, l.next, l.nextGroup = constant(1), constant(float64(s.lanes)), constant(float64(groups-(atOnce-1)*s.lanes))
	l.origin, l.shift = place(Mem{Base: p}), place(Mem{Base: p, Disp: 16})
	l.step = l.broadcast(Mem{Base: p, Disp: 8})
	l.i, l.numerator = s.reg(), s.reg()
	VMOVUPD(l.vector(numerator), l.numerator)
	for range atOnce {
		l.sums = append(l.sums, s.reg())
	}
	return l
}

func (l *arcLoop) broadcast(m Mem) reg.VecVirtual {
	v := l.reg()
	VBROADCASTSD(m, v)
	return v
}

// vector is a constant in each lane.
func (l *arcLoop) vector(value float64) Mem {
	name := strings.ReplaceAll(fmt.Sprintf("lanes%d_%v", l.lanes, value), ".", "_")
	return vector(name, slices.Repeat([]float64{value}, l.lanes)...)
}

// loops has one loop over the groups for each part of the sums. In it add adds a function of each
// 1+x² to its sum. The sums are multiplied by scale before, and divided by it behind the loop.
func (l *arcLoop) loops(scale float64, add func(y []reg.VecVirtual)) {
	first, err := Param("i").Resolve()
	if err != nil {
		panic(err) // a name that the function does not have
	}
	scaled := func(by float64) {
		for _, sum := range l.sums {
			if by != 1 {
				VMULPD(l.vector(by), sum, sum)
			}
		}
	}
	sums := Load(Param("sums"), GP64())
	for from := 0; from < groups; from += atOnce * l.lanes {
		loop, done := fmt.Sprint("loop", from), fmt.Sprint("done", from)
		VBROADCASTSD(first.Addr, l.i)
		VADDPD(vector(fmt.Sprintf("from%d_%d", from, l.lanes), indices(from, l.lanes)...), l.i, l.i)
		at := func(v int) Mem { return Mem{Base: sums, Disp: 8 * (from + v*l.lanes)} }
		for v, sum := range l.sums {
			VMOVUPD(at(v), sum)
		}
		scaled(scale)
		n := Load(Param("n"), GP64())
		Label(loop)
		TESTQ(n, n)
		JZ(LabelRef(done))
		y := make([]reg.VecVirtual, atOnce)
		for v := range y {
			y[v] = l.reg()
			VADDPD(l.shift, l.i, y[v])
			if v < atOnce-1 {
				VADDPD(l.next, l.i, l.i)
			} else {
				VADDPD(l.nextGroup, l.i, l.i)
			}
			VFMADD213PD(l.origin, l.step, y[v])
			VFMADD213PD(l.ones, y[v], y[v])
		}
		add(y)
		DECQ(n)
		JMP(LabelRef(loop))
		Label(done)
		scaled(1 / scale)
		for v, sum := range l.sums {
			VMOVUPD(sum, at(v))
		}
	}
}

// divided adds the quotient to the sum of a vector.
func (l *arcLoop) divided(v int, y reg.VecVirtual) {
	VDIVPD(y, l.numerator, y)
	VADDPD(y, l.sums[v], l.sums[v])
}

// arc writes the kernel that adds up 4/(1+x²) by divisions alone.
func arc(s isa) {
	TEXT("arc"+s.name, NOSPLIT, "func(p *float64, i float64, n int, sums *float64)")
	Pragma("noescape")
	Doc("arc" + s.name + " is the same as arcGo.")
	l := begin(s, 4)
	l.loops(1, func(y []reg.VecVirtual) {
		for v := range y {
			l.divided(v, y[v])
		}
	})
	VZEROUPPER()
	RET()
}

// arcMixed writes the kernel that divides every other vector by multiply-adds. It sums up
// 1/(1+x²), a quarter, which changes no bit of the significands.
func arcMixed(s isa) {
	TEXT("arcMixed"+s.name, NOSPLIT, "func(p *float64, i float64, n int, sums *float64) (known bool)")
	Pragma("noescape")
	Doc("arcMixed" + s.name + " is a mixedKernel.")
	l := begin(s, 1)
	largest := s.reg()
	VPXORD(largest, largest, largest)
	l.loops(0.25, func(y []reg.VecVirtual) {
		l.divided(0, y[0])
		l.divided(2, y[2])
		VPMAXUD(y[1], largest, largest)
		VPMAXUD(y[3], largest, largest)
		for i, r := range l.reciprocals(y[1], y[3]) {
			v := 2*i + 1
			VADDPD(r, l.sums[v], l.sums[v])
		}
	})

	Comment("Nothing is known if the lower half of any 1+x² was all ones.")
	ones, upper, quarters := GP32(), YMM(), largest.AsY()
	VEXTRACTI64X4(Imm(1), largest, upper)
	VPMAXUD(upper, quarters, quarters)
	halves, other := largest.AsX(), XMM()
	VEXTRACTI128(Imm(1), quarters, other)
	VPMAXUD(other, halves, halves)
	VPSHUFD(Imm(0b1110), halves, other)
	VPMAXUD(other, halves, halves)
	VMOVD(halves, ones)
	INCL(ones)
	known := GP8()
	SETNE(known)
	Store(known, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// reciprocals are 1/y rounded to the nearest, as a division has it, for 1 <= y <= 2^100 unless all
// bits of its significand are ones.
//
// An approximation r of the processor's has e = 1 - y r of at most 2^-14. 1/y = r (1 + e + e² + ...),
// of which the terms to e³ leave 2^-56 of it: so their sum, rounded, is off by d, less than 0.625 units in
// the last place. One step more, r + r (1 - y r), is exact before it is rounded but for y d². The
// product of y's significand in whole units and of that of any number halfway between two neighbours
// differs from a power of two by 1 at least; so y d² cannot reach over such a number unless it differs by
// just 1 and y's significand is above 7/8 of the greatest. Of the divisors of 2^106-1, only the
// greatest itself lies there, all ones (P. Markstein, Computation of elementary functions on the IBM
// RISC System/6000 processor, IBM J. Res. Dev. 34, 1990, has the method).
func (l *arcLoop) reciprocals(y ...reg.VecVirtual) []reg.VecVirtual {
	n := len(y)
	r, e, t := make([]reg.VecVirtual, n), make([]reg.VecVirtual, n), make([]reg.VecVirtual, n)
	// Each step of all of them follows the one before, for none can begin before that has ended.
	step := func(f func(i int)) {
		for i := range n {
			f(i)
		}
	}
	residual := func(i int) {
		VMOVAPD(r[i], e[i])
		VFNMADD213PD(l.ones, y[i], e[i])
	}
	step(func(i int) { r[i], e[i], t[i] = l.reg(), l.reg(), l.reg() })
	step(func(i int) { VRCP14PD(y[i], r[i]) })
	step(residual)
	step(func(i int) { VMOVAPD(e[i], t[i]); VFMADD213PD(e[i], e[i], t[i]) }) // e + e²
	step(func(i int) { VFMADD213PD(e[i], e[i], t[i]) })                      // e + e² + e³
	step(func(i int) { VFMADD213PD(r[i], t[i], r[i]) })
	step(residual)
	step(func(i int) { VFMADD213PD(r[i], r[i], e[i]) })
	return e
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

func indices(from, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = float64(from + i)
	}
	return v
}

// constants are those that were written, by their names.
var constants = map[string]Mem{}

// vector is a constant vector, written once.
func vector(name string, values ...float64) Mem {
	m, written := constants[name]
	if !written {
		m = floats(name, values...)
		constants[name] = m
	}
	return m
}

func floats(name string, values ...float64) Mem {
	m := GLOBL(name, RODATA|NOPTR)
	for i, v := range values {
		DATA(8*i, F64(v))
	}
	return m
}
