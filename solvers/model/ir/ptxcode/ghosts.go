package ptxcode

import (
	"fmt"
	"slices"

	"hybrid/solvers/model/ir"
)

// A Wall is what stands beyond an end of a field: ghost cell d = 1, 2, ... is
// fma(Scale[d-1], the d-th cell inside, Shift[d-1]).
type Wall struct {
	Scale []float64
	Shift []*ir.Program // one output each, no loads; Coord is of the point of the face
}

// A Part is the cells between walls, numbered along each axis as they lie in memory, from 0.
type Part struct {
	Lo, Hi [3]int
	Open   [3][2]bool    // where a wall is: axis, then 0 at the low end and 1 at the high one
	Face   [3][2]float64 // the coordinate of the wall
	Wrap   [3]bool       // the cells beyond the ends of an axis are copies of those at the other end
	Ghosts [3]int        // how many ghost cells there may be beyond walls; a field may have fewer
}

// Walls are those of a field.
type Walls struct {
	Field int
	At    [3][2]Wall // as Part.Open has them
}

// Ghosts writes a kernel that makes ghost cells of fields: each thread one, of all
// fields. Its arguments are the fields, the tables of coordinates, both from the first cell in
// memory on, a table of boxes, and uniforms. A box is six int32: the numbers of its first
// cell in memory, then its sizes, by axis; block y of the grid makes that number y. A cell
// beyond several walls is made as if columns had come first, rows next, planes last. Cells
// beyond an end that wraps are made too, as far as boxes ask for them.
func (m *Module) Ghosts(name string, part Part, all []Walls) *Entry {
	b := m.body(name)
	g := ghosts{body: b, part: part}
	var field []string
	for _, w := range all {
		field = append(field, b.param(Param{Kind: In, Field: w.Field}))
	}
	var programs []*ir.Program
	var uses []use
	for _, w := range all {
		for _, p := range w.shifts(part) {
			if !slices.Contains(programs, p) {
				programs, uses = append(programs, p), append(uses, use{p, 0})
			}
		}
	}
	g.tables = b.tables(programs...)
	boxes := b.param(Param{Kind: Boxes})
	g.given = b.takeUniforms(uses)
	g.find(boxes)
	to, from := b.number(g.cell), b.number(g.mirror)
	for i, w := range all {
		g.make(w, b.behind(field[i], from), b.behind(field[i], to))
	}
	b.do("ret")
	return b.close(Threads)
}

// shifts are the programs of the walls that are there.
func (w *Walls) shifts(part Part) []*ir.Program {
	var programs []*ir.Program
	for axis := range 3 {
		for side := range 2 {
			if part.Open[axis][side] {
				programs = append(programs, w.At[axis][side].Shift...)
			}
		}
	}
	return programs
}

// ghosts is a kernel of ghost cells while it is written.
type ghosts struct {
	*body
	part         Part
	at           int // number of the time
	tables       map[int]string
	given        map[uniform]string
	cell, mirror [3]string // numbers in memory of the thread's cell, and of the one that it mirrors
}

// find writes what finds the thread's cell.
func (g *ghosts) find(boxes string) {
	i := g.thread("x")
	box := g.set("%rd", "mad.wide.u32", g.set("%r", "mov.u32", "%ctaid.y"), 24, boxes)
	var lo, size [3]string
	for axis := range 3 {
		lo[axis] = g.set("%r", "ld.global.nc.u32", fmt.Sprintf("[%s+%d]", box, 4*axis))
		size[axis] = g.set("%r", "ld.global.nc.u32", fmt.Sprintf("[%s+%d]", box, 12+4*axis))
	}
	plane := g.set("%r", "mul.lo.s32", size[1], size[2])
	outside := g.set("%p", "setp.ge.u32", i, g.set("%r", "mul.lo.s32", size[0], plane))
	g.do("@" + outside + " ret")
	in := [3]string{0: g.set("%r", "div.u32", i, plane)}
	i = g.set("%r", "rem.u32", i, plane)
	in[1], in[2] = g.set("%r", "div.u32", i, size[2]), g.set("%r", "rem.u32", i, size[2])
	for axis := range 3 {
		x := g.set("%r", "add.s32", lo[axis], in[axis])
		g.cell[axis], g.mirror[axis] = x, g.mirrored(axis, x)
	}
}

// mirrored is the number of the cell that one mirrors, or is a copy of, along an axis.
func (g *ghosts) mirrored(axis int, x string) string {
	m := x
	for side, edge := range [2]int{g.part.Lo[axis], g.part.Hi[axis]} {
		from := ""
		switch {
		case g.part.Open[axis][side]:
			from = g.set("%r", "sub.s32", 2*edge-1, x)
		case g.part.Wrap[axis]:
			from = g.set("%r", "add.s32", x, []int{1, -1}[side]*(g.part.Hi[axis]-g.part.Lo[axis]))
		default:
			continue
		}
		m = g.set("%r", "selp.b32", from, m, g.set("%p", []string{"setp.lt.s32", "setp.ge.s32"}[side], x, edge))
	}
	return m
}

// make writes what makes the cell of a field.
func (g *ghosts) make(w Walls, from, to string) {
	end := g.label()
	for axis := range 3 {
		for side := range 2 {
			if n := len(w.At[axis][side].Scale); g.part.Open[axis][side] && n < g.part.Ghosts[axis] {
				g.do("@"+g.beyond(axis, side, n)+" bra", end)
			}
		}
	}
	v := g.set(g.float(), "ld.global.F", g.bytes(from, 0))
	for axis := 2; axis >= 0; axis-- {
		for side := range 2 {
			if g.part.Open[axis][side] {
				g.wall(v, &w.At[axis][side], axis, side)
			}
		}
	}
	g.do("st.global.F", g.bytes(to, 0), v)
	g.mark(end)
}

// beyond is whether the cell lies more than n cells beyond a wall.
func (g *ghosts) beyond(axis, side, n int) string {
	if side == 0 {
		return g.set("%p", "setp.lt.s32", g.cell[axis], g.part.Lo[axis]-n)
	}
	return g.set("%p", "setp.ge.s32", g.cell[axis], g.part.Hi[axis]+n)
}

// wall writes what a wall makes of the mirrored value v, where the cell lies beyond it.
func (g *ghosts) wall(v string, w *Wall, axis, side int) {
	alike := func(i, j int) bool { return w.Scale[i] == w.Scale[j] && w.Shift[i] == w.Shift[j] }
	for d := 0; d < len(w.Scale); {
		n := 1
		for d+n < len(w.Scale) && alike(d, d+n) {
			n++
		}
		at := g.beyond(axis, side, d)
		if d+n < len(w.Scale) {
			at = g.set("%p", "and.pred", at, g.set("%p", "not.pred", g.beyond(axis, side, d+n)))
		}
		skip := g.label()
		g.do("@!"+at+" bra", skip)
		shift := g.program(use{w.Shift[d], g.at}, g.given, nil, func(other int) string {
			switch {
			case other == axis:
				return g.constant(g.typ.Bits(g.part.Face[axis][side]))
			case other > axis:
				return g.lookUp(g.tables[other], g.cell[other])
			}
			return g.lookUp(g.tables[other], g.mirror[other])
		})[0]
		g.do("fma.rn.F", v, g.constant(g.typ.Bits(w.Scale[d])), v, shift)
		g.mark(skip)
		d += n
	}
}
