package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"hybrid/internal/asmgen"
)

// step writes the kernel that takes rows one step on, and flushes what it made if
// it is to.
func step(d direction, s isa, e elem, flush bool) {
	ptr, name := "*"+e.typ, d.name
	if flush {
		name = "flush" + d.title
	}
	if !asmgen.Wanted(name + e.name + s.name) {
		return
	}
	TEXT(name+e.name+s.name, NOSPLIT, "func(p "+ptr+", stride, rows, groups int, c, edges, ahead "+ptr+", rate int, near "+ptr+", nearRate int)")
	Pragma("noescape")
	Doc(name + e.name + s.name + " is the same as " + name + "Go.")

	north := Load(Param("p"), GP64())
	stride := Load(Param("stride"), GP64())
	left := Load(Param("rows"), GP64())
	groups := Load(Param("groups"), GP64())
	edges := Load(Param("edges"), GP64())
	ahead := Load(Param("ahead"), GP64())
	near := Load(Param("near"), GP64())

	coef := Load(Param("c"), GP64())
	k := constants{rx: s.reg(), ry: s.reg(), k: s.reg()}
	e.bcast(Mem{Base: coef}, k.rx)
	e.bcast(Mem{Base: coef, Disp: e.size}, k.ry)
	e.bcast(Mem{Base: coef, Disp: 2 * e.size}, k.k)
	if flush {
		k.flush = newFlush(s, e, Mem{Base: coef, Disp: 3 * e.size})
	}
	lane := newShift(d, s, e)

	toBytes(e, stride, groups)

	rowsOf := func(name string, count int) {
		prefetch(name+"_ahead", PREFETCHT1, ahead, "rate", count)
		prefetch(name+"_near", PREFETCHT0, near, "nearRate", count)
		rows{s, e, north, stride, groups}.pass(name, count, d.step, k)
		TESTQ(edges, edges)
		JZ(LabelRef(name + "_carried"))
		row := GP64()
		MOVQ(north, row)
		for r := range count {
			if r > 0 {
				ADDQ(stride, row)
			}
			lane.row(row, groups, edges)
		}
		Label(name + "_carried")
	}

	Comment("Two rows at a time: the south of the one is the centre of the other.")
	Label("pair")
	CMPQ(left, Imm(2))
	JL(LabelRef("last"))
	rowsOf("pair", 2)
	LEAQ(Mem{Base: north, Index: stride, Scale: 2}, north)
	SUBQ(Imm(2), left)
	JMP(LabelRef("pair"))

	Label("last")
	TESTQ(left, left)
	JZ(LabelRef("done"))
	rowsOf("last", 1)
	Label("done")
	VZEROUPPER()
	RET()
}

// toBytes turns the distance of two rows from values into bytes, and the length
// of a row from groups into bytes.
func toBytes(e elem, stride, groups reg.Register) {
	SHLQ(Imm(uint64(log2(e.size))), stride)
	SHLQ(Imm(6), groups)
}

// prefetch asks for the cache lines of so many rows, the rate for each being an
// argument of the kernel, and moves the pointer behind them.
func prefetch(name string, fetch func(Op), from reg.Register, rate string, rows int) {
	n := Load(Param(rate), GP64())
	if rows == 2 {
		ADDQ(n, n)
	}
	Label(name)
	TESTQ(n, n)
	JZ(LabelRef(name + "_done"))
	fetch(Mem{Base: from})
	ADDQ(Imm(64), from)
	DECQ(n)
	JMP(LabelRef(name))
	Label(name + "_done")
}

// constants are the coefficients, in every lane, and what to flush, if not nil.
type constants struct {
	rx, ry, k reg.VecVirtual
	flush     *flush
}

// rows are where those to update lie.
type rows struct {
	isa
	elem
	north, stride, groups reg.Register
}

// pass updates count rows, walking them side by side. Row r is written over row
// r, has its centre in row r+1 and its south in row r+2.
func (p rows) pass(name string, count, step int, c constants) {
	s, e, north, stride, groups := p.isa, p.elem, p.north, p.stride, p.groups
	row := make([]reg.GPVirtual, count+2)
	for r := range row {
		row[r] = GP64()
		if r == 0 {
			MOVQ(north, row[0])
		} else {
			LEAQ(Mem{Base: row[r-1], Index: stride, Scale: 1}, row[r])
		}
	}
	i, n := GP64(), GP64() // byte offset of the group to write, bytes left
	// A group is 64/bytes vectors, and the neighbours of each are in the same
	// part of the next group, so the parts are walked one after the other.
	for part := 0; part < 64; part += s.bytes {
		label := func(what string) string { return name + "_" + what + string(rune('a'+part/s.bytes)) }
		if step < 0 {
			LEAQ(Mem{Base: groups, Disp: -64}, i)
		} else {
			XORQ(i, i)
		}
		MOVQ(groups, n)
		at := func(r, group int) Mem {
			return Mem{Base: row[r], Index: i, Scale: 1, Disp: 64*group + part}
		}
		// The update at place 0 has its centre at step, one side neighbour at 0
		// and the other at 2 step. first and second are those two of each centre
		// row that the last update has left.
		first, second := make([]reg.VecVirtual, count), make([]reg.VecVirtual, count)
		for r := range count {
			first[r], second[r] = s.reg(), s.reg()
			VMOVUPD(at(r+1, 0), first[r])
			VMOVUPD(at(r+1, step), second[r])
		}
		update := func(u int, first, second []reg.VecVirtual) (third []reg.VecVirtual) {
			third = make([]reg.VecVirtual, count)
			for r := range count {
				third[r] = s.reg()
				VMOVUPD(at(r+1, step*(u+2)), third[r])
			}
			for r := range count {
				ns, we, v := s.reg(), s.reg(), s.reg()
				var south Op = at(r+2, step*(u+1))
				if r+1 < count {
					south = second[r+1]
				}
				if r == 0 {
					VMOVUPD(at(0, step*(u+1)), ns)
					e.add(south, ns, ns)
				} else {
					e.add(south, second[r-1], ns)
				}
				e.mul(second[r], c.k, v)
				e.add(first[r], third[r], we)
				e.fma231(ns, c.ry, v)
				e.fma231(we, c.rx, v)
				c.flush.value(v)
				VMOVUPD(v, at(r, step*u))
			}
			return third
		}
		keep := func(a, b []reg.VecVirtual) {
			for r := range count {
				VMOVUPD(a[r], first[r])
				VMOVUPD(b[r], second[r])
			}
		}

		Label(label("unrolled"))
		CMPQ(n, I32(64*unroll))
		JL(LabelRef(label("single")))
		x, y := first, second
		for u := range unroll {
			x, y = y, update(u, x, y)
		}
		keep(x, y)
		ADDQ(I32(step*64*unroll), i)
		SUBQ(I32(64*unroll), n)
		JMP(LabelRef(label("unrolled")))

		Label(label("single"))
		TESTQ(n, n)
		JZ(LabelRef(label("done")))
		z := update(0, first, second)
		keep(second, z)
		ADDQ(I32(step*64), i)
		SUBQ(Imm(64), n)
		JMP(LabelRef(label("single")))
		Label(label("done"))
	}
}
