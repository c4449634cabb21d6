package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"hybrid/internal/asmgen"
)

// carry writes the kernel that fills the halo groups of rows.
func carry(d direction, s isa, e elem) {
	ptr := "*" + e.typ
	if !asmgen.Wanted("carry" + d.title + e.name + s.name) {
		return
	}
	TEXT("carry"+d.title+e.name+s.name, NOSPLIT, "func(p "+ptr+", stride, rows, groups int, edges "+ptr+")")
	Pragma("noescape")
	Doc("carry" + d.title + e.name + s.name + " is the same as carry" + d.title + "Go.")

	p := Load(Param("p"), GP64())
	stride := Load(Param("stride"), GP64())
	rows := Load(Param("rows"), GP64())
	groups := Load(Param("groups"), GP64())
	edges := Load(Param("edges"), GP64())
	lane := newShift(d, s, e)
	toBytes(e, stride, groups)

	Label("row")
	lane.row(p, groups, edges)
	ADDQ(stride, p)
	DECQ(rows)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// A shift moves a group by one lane, hands the value that falls out to the next
// strip and puts in the one that came from the last.
type shift struct {
	direction
	isa
	elem
	free int               // the lane that takes what came
	mask reg.OpmaskVirtual // of that lane
}

func newShift(d direction, s isa, e elem) shift {
	f := shift{direction: d, isa: s, elem: e}
	if d == back {
		f.free = 64/e.size - 1
	}
	if s.bytes == 64 {
		f.mask = K()
		bits := GP64()
		MOVQ(I32(1<<f.free), bits)
		KMOVW(bits.As32(), f.mask)
	}
	return f
}

// row fills the halo groups of the row at p from two of its own, and moves edges
// on to the next pair.
func (f shift) row(p, groups, edges reg.Register) {
	begin := func(disp int) Mem { return Mem{Base: p, Disp: disp} }
	end := func(disp int) Mem { return Mem{Base: p, Index: groups, Scale: 1, Disp: disp} }
	// Back: from the first two groups to the two behind the row. Forth: from the
	// last two to the two before it.
	from, to, move, lost := begin, end, f.size, 0
	if f.direction == forth {
		from = func(disp int) Mem { return end(disp - 128) }
		to = func(disp int) Mem { return begin(disp - 128) }
		move, lost = -f.size, 64-f.size
	}
	for k := range 2 {
		in := Mem{Base: edges, Disp: k * f.size}
		out := XMM()
		f.mov(from(64*k+lost), out)
		for part := 0; part < 64; part += f.bytes {
			v := f.reg()
			VMOVUPD(from(64*k+part+move), v)
			free := f.free*f.size - part
			switch {
			case f.bytes == 64:
				f.bcast(in, f.mask, v)
			case free >= 0 && free < f.bytes:
				came := f.reg()
				f.bcast(in, came)
				f.blend(Imm(uint64(1<<(free/f.size))), came, v, v)
			}
			VMOVUPD(v, to(64*k+part))
		}
		f.mov(out, in)
	}
	ADDQ(I32(2*f.size), edges)
}
