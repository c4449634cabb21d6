// Command gen writes the AVX2 and AVX-512 kernels of package tally.
//
// Each kernel walks over vectors of blocks. The rounds are the same in all, see
// rounds.go; what becomes of the four words is in inside.go and ones.go.
// Beside them multiply.go measures what the multiplier gives.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// isa is what differs between the instruction sets.
type isa struct {
	name  string
	bytes int // of a vector
	reg   func() reg.VecVirtual
	// atOnce is the number of vectors that are taken through the rounds side by
	// side. A round is a chain of some 7 cycles, in which ports 0 and 5 could do
	// 14 operations of 512 bits, two vectors' worth; and a core looks ahead by
	// about 100 operations, less than it takes to find the next vector.
	atOnce int
}

var (
	avx2   = isa{"AVX2", 32, YMM, 2}
	avx512 = isa{"AVX512", 64, ZMM, 4}
)

func (s isa) wide() bool { return s.bytes == 64 }

func main() {
	ConstraintExpr("amd64,!noasm")
	for _, s := range []isa{avx2, avx512} {
		inside(s)
		ones(s)
		multiply(s)
	}
	Generate()
}

// Where things lie in a key schedule.
const (
	products = 0
	m0       = 64
	m1       = m0 + 32
	step     = m1 + 32
	masks    = step + 32
	words    = masks + 2*32
)

// begin opens a function and loads what all kernels have.
func begin(s isa, name, args string) (c, n reg.Register) {
	TEXT(name+s.name, NOSPLIT, "func(c *uint64, n int, "+args+")")
	Pragma("noescape")
	Doc(name + s.name + " is the same as " + name + "Go.")
	return Load(Param("c"), GP64()), Load(Param("n"), GP64())
}

func end() {
	VZEROUPPER()
	RET()
}

// forEach walks n vectors.
func (s isa) forEach(n reg.Register, body func(count int)) {
	Label("several")
	CMPQ(n, Imm(uint64(s.atOnce)))
	JL(LabelRef("single"))
	body(s.atOnce)
	SUBQ(Imm(uint64(s.atOnce)), n)
	JMP(LabelRef("several"))
	Label("single")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	body(1)
	DECQ(n)
	JMP(LabelRef("single"))
	Label("done")
}
