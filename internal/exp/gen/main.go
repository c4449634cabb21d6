// Command gen writes the AVX2 kernel of package exp.
package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// terms is the length of the series.
const terms = 14

var (
	n, x      = reg.RCX, reg.RDI
	r, k, s   = reg.Y0, reg.Y1, reg.Y2
	q, t      = reg.Y3, reg.Y4
	one, ln2  = reg.Y14, reg.Y15
	constants = map[float64]Mem{}
)

// constant is a number that lies four times in memory.
func constant(name string, value float64) Mem {
	if m, ok := constants[value]; ok {
		return m
	}
	m := GLOBL(name, RODATA|NOPTR)
	for i := range 4 {
		DATA(8*i, F64(value))
	}
	constants[value] = m
	return m
}

// over divides r by a whole number, correctly rounded, without a division: q = r/odd to
// about a unit in the last place, then q plus its remainder's part (Markstein,
// "Computation of elementary functions on the IBM RISC System/6000 processor", 1990).
// The quotient of a number of 53 bits and an odd one below 16 lies at least 1/30 of a
// unit from the middle between two numbers, and so much the correction is not off. A power
// of two in the divisor is exact.
func over(divisor int) {
	odd, power := divisor, 1.0
	for odd%2 == 0 {
		odd, power = odd/2, power/2
	}
	name := map[int]string{3: "third", 5: "fifth", 7: "seventh", 9: "ninth", 11: "eleventh", 13: "thirteenth"}[odd]
	src := r
	if odd > 1 {
		part := constant(name, 1/float64(odd))
		VMULPD(part, r, q)
		VMOVAPD(r, t)
		VFNMADD231PD(constant(name+"Of", float64(odd)), q, t) // r - q odd
		VFMADD231PD(part, t, q)                               // q + t/odd
		src = q
	}
	if power != 1 {
		VMULPD(constant(map[float64]string{0.5: "half", 0.25: "quarter", 0.125: "eighth"}[power], power), src, q)
	} else if odd == 1 {
		VMOVAPD(r, q)
	}
}

func main() {
	ConstraintExpr("amd64,!noasm")
	TEXT("allAVX2", NOSPLIT, "func(n int, x *float64)")
	Pragma("noescape")
	Doc("allAVX2 is the same as allGo, for n numbers, a multiple of 4 and not none.")
	Load(Param("n"), n)
	Load(Param("x"), x)
	VMOVUPD(constant("one", 1), one)
	VMOVUPD(constant("ln2", math.Ln2), ln2)
	Label("loop")
	VMOVUPD(Mem{Base: x}, r)
	VDIVPD(ln2, r, k)
	VROUNDPD(Imm(8), k, k) // to nearest, ties to even
	VFNMADD231PD(constant("ln2Hi", 0x1.62e42fefa39efp-1), k, r)
	VFNMADD231PD(constant("ln2Lo", 0x1.abc9e3b39803fp-56), k, r)
	VMOVAPD(one, s)
	for i := terms; i >= 1; i-- {
		over(i)
		VFMADD213PD(one, q, s) // q s + 1
	}
	// times 2 to the k
	VCVTPD2DQY(k, q.AsX())
	VPMOVSXDQ(q.AsX(), q)
	VPSLLQ(Imm(52), q, q)
	VPADDQ(q, s, s)
	VMOVUPD(s, Mem{Base: x})
	ADDQ(Imm(32), x)
	SUBQ(Imm(4), n)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
	Generate()
}
