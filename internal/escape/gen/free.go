package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// free writes the kernel that looks for escapes at its end only. It leaves the
// state as it was if it finds one.
func free(s isa, e elem) {
	name := "free" + e.name + s.name
	TEXT(name, NOSPLIT, "func(state *"+e.typ+", n int, found *uint64)")
	Pragma("noescape")
	Doc(name + " is a freeKernel.")
	state, n, found := Load(Param("state"), GP64()), Load(Param("n"), GP64()), Load(Param("found"), GP64())
	two := e.constant(s, e.real(2))
	var x, y [vectors]reg.VecVirtual
	for v := range vectors {
		x[v], y[v] = s.reg(), s.reg()
		s.move(e.place(s, state, atX, v), x[v])
		s.move(e.place(s, state, atY, v), y[v])
	}
	Label("loop")
	for v := range vectors {
		xx, yy := s.reg(), s.reg()
		e.mul(x[v], x[v], xx)
		e.mul(y[v], y[v], yy)
		e.next(point{x[v], y[v], xx, yy}, two, e.place(s, state, atCX, v), e.place(s, state, atCY, v))
	}
	DECQ(n)
	JNZ(LabelRef("loop"))

	four := two
	e.add(two, two, four)
	within := GP64()
	XORQ(within, within)
	for v := range vectors {
		xx, yy := s.reg(), s.reg()
		e.mul(x[v], x[v], xx)
		e.mul(y[v], y[v], yy)
		e.add(yy, xx, xx)
		e.test(s, v, lessOrEqual, four, xx, within)
	}
	e.found(s, within, found)
	TESTQ(within, within)
	JNZ(LabelRef("done"))
	for v := range vectors {
		s.move(x[v], e.place(s, state, atX, v))
		s.move(y[v], e.place(s, state, atY, v))
	}
	e.periodic(s, state, found)
	Label("done")
	VZEROUPPER()
	RET()
}
