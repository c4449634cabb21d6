package main

import (
	"fmt"

	"hybrid/internal/asmgen"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The registers of the tile kernels.
var (
	rows, cols, vectors = reg.RDI, reg.R14, reg.RBX // used up before the loop begins
	odd                 = reg.R14                   // 5 rows of A
	k                   = reg.RCX
	a, aStep            = reg.RSI, reg.R8 // A, and from one k to the next
	a1, a3              = reg.R9, reg.R10 // 1 row of A, 3 rows
	a7                  = reg.RDI         // 7 rows further down in A
	b, bStep            = reg.RDX, reg.R11
	next, rate          = reg.RBX, reg.RAX
	ahead               = reg.R15
	c, cStep            = reg.R12, reg.R13
	walk                = reg.RAX
)

// tile writes the kernel of a tile of C.
func tile(s isa, e elem) {
	ptr := "*" + e.typ
	if !asmgen.Wanted("tile" + e.name + s.name) {
		return
	}
	TEXT("tile"+e.name+s.name, NOSPLIT, "func(rows, cols, k int, a "+ptr+", ars, acs int, b "+ptr+", brs int, c "+ptr+", crs, resume, ahead, next, rate int)")
	Pragma("noescape")
	Doc("tile" + e.name + s.name + " is the same as tileGo.")
	Load(Param("cols"), cols)
	Load(Param("a"), a)
	Load(Param("ars"), a1)
	Load(Param("acs"), aStep)
	Load(Param("b"), b)
	Load(Param("brs"), bStep)
	Load(Param("c"), c)
	Load(Param("crs"), cStep)
	for _, r := range []reg.Register{a1, aStep, bStep, cStep} {
		SHLQ(shift(e.size), r)
	}
	n := s.bytes / e.size
	Comment("vectors, and the lanes of the last one")
	LEAQ(Mem{Base: cols, Disp: n - 1}, vectors)
	log := 0
	for 1<<log < n {
		log++
	}
	SHRQ(Imm(uint64(log)), vectors)
	MOVQ(vectors, reg.RCX)
	SHLQ(Imm(uint64(log)), reg.RCX)
	SUBQ(cols, reg.RCX) // lanes left over
	if s.bytes == 64 {
		MOVL(U32(1<<n-1), reg.EAX)
		SHRL(reg.CL, reg.EAX)
		KMOVW(reg.EAX, reg.K1)
	} else {
		LEAQ(lanes(), walk)
		VMOVDQU(Mem{Base: walk, Index: reg.RCX, Scale: uint8(e.size)}, reg.Y15)
	}
	Load(Param("rows"), rows)
	for _, size := range s.sizes {
		CMPQ(vectors, Imm(uint64(size.vectors)))
		JE(LabelRef(fmt.Sprintf("vectors%d", size.vectors)))
	}
	Label("none")
	RET()
	for _, size := range s.sizes {
		Label(fmt.Sprintf("vectors%d", size.vectors))
		choose(1, size.rows, size.vectors)
		for r := 1; r <= size.rows; r++ {
			unrolled(s, e, r, size.vectors)
		}
	}
}

// choose jumps to the kernel of as many rows as there are, from lo to hi, by
// halving.
func choose(lo, hi, v int) {
	if lo == hi {
		JMP(LabelRef(fmt.Sprintf("r%dv%d", lo, v)))
		return
	}
	mid := (lo + hi) / 2
	upper := fmt.Sprintf("above%dv%d", mid, v)
	CMPQ(rows, Imm(uint64(mid)))
	JG(LabelRef(upper))
	choose(lo, mid, v)
	Label(upper)
	choose(mid+1, hi, v)
}

// unrolled writes the kernel of one tile size.
func unrolled(s isa, e elem, m, v int) {
	name := func(what string) string { return fmt.Sprintf("r%dv%d%s", m, v, what) }
	acc := func(i, j int) reg.VecPhysical { return s.regs[i*v+j] }
	bv := func(j int) reg.VecPhysical { return s.regs[m*v+j] }
	av := s.regs[m*v+v:]
	if s.bytes == 32 {
		av = s.regs[m*v+v : 15]
	}
	part := func(base reg.Register, j int) Mem { return Mem{Base: base, Disp: j * s.bytes} }
	load := func(from Mem, j int, to reg.VecPhysical) {
		switch {
		case j < v-1:
			VMOVUPD(from, to)
		case s.bytes == 64 && e.size == 8:
			VMOVUPD_Z(from, reg.K1, to)
		case s.bytes == 64:
			VMOVUPS_Z(from, reg.K1, to)
		default:
			e.maskmov(from, reg.Y15, to)
		}
	}
	store := func(from reg.VecPhysical, j int, to Mem) {
		switch {
		case j < v-1:
			VMOVUPD(from, to)
		case s.bytes == 64 && e.size == 8:
			VMOVUPD(from, reg.K1, to)
		case s.bytes == 64:
			VMOVUPS(from, reg.K1, to)
		default:
			e.maskmov(from, reg.Y15, to)
		}
	}

	Label(name(""))
	Load(Param("resume"), walk)
	TESTQ(walk, walk)
	JNZ(LabelRef(name("resume")))
	for i := range m {
		for j := range v {
			if s.bytes == 64 {
				VPXORQ(acc(i, j), acc(i, j), acc(i, j))
			} else {
				VXORPD(acc(i, j), acc(i, j), acc(i, j))
			}
		}
	}
	JMP(LabelRef(name("start")))
	Label(name("resume"))
	MOVQ(c, walk)
	for i := range m {
		for j := range v {
			load(part(walk, j), j, acc(i, j))
		}
		if i < m-1 {
			ADDQ(cStep, walk)
		}
	}
	Label(name("start"))
	Load(Param("ahead"), ahead)
	LEAQ(Mem{Base: c, Index: ahead, Scale: uint8(e.size)}, ahead)
	Load(Param("k"), k)
	Load(Param("next"), next)
	Load(Param("rate"), rate)
	LEAQ(Mem{Base: b, Index: next, Scale: uint8(e.size)}, next)
	SHLQ(shift(e.size), rate)
	// Row i of A is at a + i rows, from row 7 on at a7 + (i-7) rows.
	if m > 2 {
		LEAQ(Mem{Base: a1, Index: a1, Scale: 2}, a3)
	}
	if m > 5 {
		LEAQ(Mem{Base: a1, Index: a1, Scale: 4}, odd)
	}
	if m > 7 {
		LEAQ(Mem{Base: a, Index: a3, Scale: 2}, a7)
		ADDQ(a1, a7)
	}
	element := func(i int) Mem {
		base := a
		if i >= 7 {
			base, i = a7, i-7
		}
		switch i {
		case 0:
			return Mem{Base: base}
		case 1, 2, 4:
			return Mem{Base: base, Index: a1, Scale: uint8(i)}
		case 3, 6:
			return Mem{Base: base, Index: a3, Scale: uint8(i / 3)}
		}
		return Mem{Base: base, Index: odd, Scale: 1}
	}

	step := func(fetch func()) {
		for j := range v {
			load(part(b, j), j, bv(j))
		}
		ADDQ(bStep, b)
		PREFETCHT1(Mem{Base: next})
		ADDQ(rate, next)
		fetch()
		for i := range m {
			x := av[i%len(av)]
			e.bcast(element(i), x)
			for j := range v {
				e.fma231(x, bv(j), acc(i, j))
			}
		}
		ADDQ(aStep, a)
		if m > 7 {
			ADDQ(aStep, a7)
		}
	}
	row := func() {
		for j := range v {
			PREFETCHT1(part(ahead, j))
		}
		ADDQ(cStep, ahead)
	}
	if v == 2 && m > 4 {
		Comment("A row of the tile ahead with each of the first steps: all at once would hold up A and B.")
		CMPQ(k, Imm(uint64(m)))
		JLE(LabelRef(name("k")))
		MOVQ(U32(m), k)
		Label(name("fetch"))
		step(row)
		DECQ(k)
		JNZ(LabelRef(name("fetch")))
		Load(Param("k"), k)
		SUBQ(Imm(uint64(m)), k)
	} else {
		for range m {
			row()
		}
	}
	Label(name("k"))
	step(func() {})
	DECQ(k)
	JNZ(LabelRef(name("k")))

	Label(name("store"))
	for i := range m {
		for j := range v {
			store(acc(i, j), j, part(c, j))
		}
		if i < m-1 {
			ADDQ(cStep, c)
		}
	}
	VZEROUPPER()
	RET()
}
