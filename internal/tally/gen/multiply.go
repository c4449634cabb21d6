package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// multiply writes the kernel that multiplies and does nothing else, n times 16
// vectors that do not wait for each other.
func multiply(s isa) {
	const vectors = 16
	TEXT("multiply"+s.name, NOSPLIT, "func(n int)")
	Doc("multiply" + s.name + " multiplies 16 vectors n times.")
	n := Load(Param("n"), GP64())
	x := s.reg()
	s.zero(x)
	product := make([]reg.VecVirtual, 8) // they are forgotten, and so may share registers
	for i := range product {
		product[i] = s.reg()
	}
	Label("loop")
	for i := range vectors {
		VPMULUDQ(x, x, product[i%len(product)])
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	end()
}
