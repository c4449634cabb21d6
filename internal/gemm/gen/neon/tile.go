package main

import (
	"fmt"

	. "hybrid/internal/asmgen/neon"
)

// General registers of the tile kernel.
const (
	rows    R = iota
	width     // of a row of the tile, in bytes; then where its last register begins
	k         //
	b         // a row of B,
	bLast     // its last register
	bStep     // and from one k to the next
	c         //
	cLast     //
	cStep     //
	aOffset   // of step k from the first one
	aStep     //
	next      //
	rate      //
	resume    //
	temp      //
	a         // the rows of A: 15, 16, 17, 19, 20, 21
)

// row is where row i of A begins.
func row(i int) R {
	if r := a + R(i); r < 18 {
		return r
	}
	return a + R(i) + 1
}

// A shape is that of the tiles that one loop does.
type shape struct {
	rows      int
	registers int // of a row
	bytes     int // of a register that are used
}

func (s shape) label(what string) string {
	return fmt.Sprintf("r%dv%db%d%s", s.rows, s.registers, s.bytes, what)
}

// tile writes the kernel of a tile of C. The last register of a row ends where the row
// ends, and so may have values of the one before; they are computed twice. A row that
// is narrower than a register takes 8 bytes, or 4, of each.
func tile(e Float) {
	ptr := "*" + e.Type
	Func("tile"+e.Name+"NEON", "func(rows, cols, k int, a "+ptr+", ars, acs int, b "+ptr+", brs int, c "+ptr+", crs, resume, ahead, next, rate int)", "is the same as tileGo.", func() {
		Load("rows", rows)
		Load("cols", width)
		Load("k", k)
		Load("a", row(0))
		Load("ars", temp)
		Load("acs", aStep)
		Load("b", b)
		Load("brs", bStep)
		Load("c", c)
		Load("crs", cStep)
		Load("resume", resume)
		Load("next", next)
		Load("rate", rate)
		toBytes(e, width, temp, aStep, bStep, cStep, next, rate)
		for i := 1; i < 6; i++ {
			Op("ADD", temp, row(i-1), row(i))
		}
		Op("MOVD", "ZR", aOffset)
		Op("ADD", b, next)
		Comment("A line of each row of the tile ahead")
		Load("ahead", temp)
		toBytes(e, temp)
		Op("ADD", c, temp)
		Op("MOVD", rows, cLast)
		Label("ahead")
		Op("PRFM", At(temp, 0), "PLDL2KEEP")
		Op("ADD", cStep, temp)
		Op("SUBS", Imm(1), cLast)
		Op("BNE", "ahead")

		var shapes []shape
		add := func(most, rowsMost, registers, bytes int) {
			label := fmt.Sprint("wider", most)
			Op("CMP", Imm(most), width)
			Op("BGT", label)
			Op("SUB", Imm(bytes), width)
			for r := 1; r <= rowsMost; r++ {
				s := shape{r, registers, bytes}
				shapes = append(shapes, s)
				Op("CMP", Imm(r), rows)
				Op("BEQ", s.label(""))
			}
			Label(label)
		}
		for bytes := e.Size; bytes < 16; bytes *= 2 { // a row of one register in part, or of two that overlap
			add(bytes, 6, 1, bytes)
			if e.Size < bytes {
				add(2*bytes-e.Size, 6, 2, bytes)
			}
		}
		for v := 1; v <= 4; v++ {
			add(16*v, 6, v, 16)
		}
		add(128, 2, 8, 16)
		Op("RET")
		for _, s := range shapes {
			s.write(e)
		}
	})
}

// write writes the loop of one shape of tiles.
func (s shape) write(e Float) {
	sum := func(i, j int) V { return V(i*s.registers + j) }
	bv := V(s.rows * s.registers)
	av := bv + V(s.registers)
	move := map[int]string{16: "FMOVQ", 8: "FMOVD", 4: "FMOVS"}[s.bytes]
	part := func(base, last R, j int) string {
		if j == s.registers-1 {
			return At(last, 0)
		}
		return At(base, s.bytes*j)
	}
	Label(s.label(""))
	Op("ADD", width, b, bLast)
	Op("ADD", width, c, cLast)
	for i := range s.rows * s.registers {
		Zero(V(i))
	}
	Op("CBZ", resume, s.label("k"))
	Op("MOVD", c, temp)
	for i := range s.rows {
		for j := range s.registers {
			Op(move, part(temp, cLast, j), sum(i, j).F())
		}
		Op("ADD", cStep, temp)
		Op("ADD", cStep, cLast)
	}
	Op("ADD", width, c, cLast)

	Label(s.label("k"))
	for j := range s.registers {
		Op(move, part(b, bLast, j), (bv + V(j)).F())
	}
	Op("ADD", bStep, b)
	Op("ADD", bStep, bLast)
	Op("PRFM", At(next, 0), "PLDL2KEEP")
	Op("ADD", rate, next)
	for i := range s.rows {
		x := av + V(i)%(32-av)
		Op(e.Move, Indexed(row(i), aOffset), x.F())
		for j := range s.registers {
			e.FMAByLane(sum(i, j), bv+V(j), x, 0)
		}
	}
	Op("ADD", aStep, aOffset)
	Op("SUBS", Imm(1), k)
	Op("BNE", s.label("k"))
	for i := range s.rows {
		for j := range s.registers {
			Op(move, sum(i, j).F(), part(c, cLast, j))
		}
		Op("ADD", cStep, c)
		Op("ADD", cStep, cLast)
	}
	Op("RET")
}
