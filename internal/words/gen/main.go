// Command gen writes the AVX2 and AVX-512 kernels of package words.
//
// Of 64 bytes each a mask is made that has a bit for every byte of a word. A word
// begins or ends where a bit differs from the one below it: w ^ (w<<1 | carry).
// What is left is to write down which bits of that are set. AVX-512 with VBMI2
// moves the numbers 0 to 63 together under the mask, 64 at once (VPCOMPRESSB);
// AVX2 takes one bit after the other, eight without looking whether there are as
// many, which costs less than a branch that goes now this way, now that
// (Langdale, Lemire, "Parsing gigabytes of JSON per second", VLDB Journal 28, 2019).
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("amd64,!noasm")
	avx2()
	avx512()
	Generate()
}

// args are the arguments of a kernel.
type args struct {
	dst, src, vectors, class, edges, base, inside, first reg.GPVirtual
}

func begin(name string) args {
	TEXT(name, NOSPLIT, "func(dst, src *byte, vectors int, c *byte, edges *uint16, base, inside int) (n, after int)")
	Pragma("noescape")
	Doc(name + " is the same as edgesGo.")
	param := func(name string) reg.GPVirtual {
		r := GP64()
		Load(Param(name), r)
		return r
	}
	a := args{
		param("dst"), param("src"), param("vectors"), param("c"),
		param("edges"), param("base"), param("inside"), GP64(),
	}
	MOVQ(a.edges, a.first)
	return a
}

// next goes on to the next vector.
func (a args) next() {
	ADDQ(Imm(64), a.dst)
	ADDQ(Imm(64), a.src)
	ADDQ(Imm(64), a.base)
	DECQ(a.vectors)
	JNZ(LabelRef("vector"))
}

func (a args) end() {
	SUBQ(a.first, a.edges)
	SHRQ(Imm(1), a.edges)
	Store(a.edges, ReturnIndex(0))
	Store(a.inside, ReturnIndex(1))
	VZEROUPPER()
	RET()
}

// change makes of the words' mask that of the edges.
func (a args) change(mask reg.Register) (edges reg.Register) {
	edges = GP64()
	Comment("words ^ (words<<1 | inside)")
	LEAQ(Mem{Base: a.inside, Index: mask, Scale: 2}, edges)
	XORQ(mask, edges)
	SHRQ(Imm(63), mask)
	MOVQ(mask, a.inside)
	return edges
}

// Where things lie in a class.
const (
	fold   = 0
	digits = 1
)

func bytesOf(name string, value func(i int) byte) Mem {
	at := GLOBL(name, RODATA|NOPTR)
	for i := range 64 {
		DATA(i, U8(value(i)))
	}
	return at
}
