package ptxcode

import (
	"slices"

	"hybrid/solvers/model/ir"
)

// Threads is how many a block has at most: X times Y times Z.
const Threads = 256

// Cells writes a kernel that makes the outputs of a program for a box of cells: thread x, y
// and block z of the grid that of column x, row y, plane z. Its arguments are the fields
// that the program reads, by number, its outputs, the tables of the coordinates that it
// uses, the sizes of the box along columns and rows, and uniforms.
func (m *Module) Cells(name string, p *ir.Program) *Entry {
	b := m.body(name)
	in := map[int]string{}
	for _, f := range fields(p) {
		in[f] = b.param(Param{Kind: In, Field: f})
	}
	out := make([]string, len(p.Outs))
	for i := range out {
		out[i] = b.param(Param{Kind: Out, Field: i})
	}
	tables := b.tables(p)
	columns, rows := b.param(Param{Kind: Size, Axis: 2}), b.param(Param{Kind: Size, Axis: 1})
	u := use{p, 0}
	given := b.takeUniforms([]use{u})

	x, y := b.thread("x"), b.thread("y")
	z := b.set("%r", "mov.u32", "%ctaid.z")
	outside := b.set("%p", "or.pred", b.set("%p", "setp.ge.s32", x, columns), b.set("%p", "setp.ge.s32", y, rows))
	b.do("@" + outside + " ret")

	at := b.number([3]string{z, y, x})
	for _, f := range fields(p) {
		in[f] = b.behind(in[f], at)
	}
	load := func(n *ir.Node) string {
		return b.set(b.float(), "ld.global.nc.F", b.bytes(in[int(n.Field)], m.layout.distance(n)))
	}
	coord := func(axis int) string { return b.lookUp(tables[axis], []string{z, y, x}[axis]) }
	for i, v := range b.program(u, given, load, coord) {
		b.do("st.global.F", b.bytes(b.behind(out[i], at), 0), b.inRegister(v))
	}
	b.do("ret")
	return b.close(Threads)
}

// distance is that from a cell to the one that is loaded.
func (l Layout) distance(n *ir.Node) int {
	return int(n.Offset[0])*l.Plane + int(n.Offset[1])*l.Row + int(n.Offset[2])
}

// number is that of a cell behind the first of a field, in 64 bits.
func (b *body) number(cell [3]string) string {
	at := b.set("%rd", "mad.wide.s32", cell[1], b.layout.Row, b.set("%rd", "cvt.s64.s32", cell[2]))
	return b.set("%rd", "mad.lo.s64", b.set("%rd", "cvt.s64.s32", cell[0]), b.layout.Plane, at)
}

// fields are the numbers of those that programs read.
func fields(programs ...*ir.Program) []int {
	var all []int
	for _, p := range programs {
		for _, r := range p.Rows {
			all = append(all, r.Field)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// tables declares the parameters for the coordinates that programs use.
func (b *body) tables(programs ...*ir.Program) map[int]string {
	tables := map[int]string{}
	for axis := range 3 {
		if slices.ContainsFunc(programs, func(p *ir.Program) bool { return p.Uses(ir.Coord, uint64(axis)) }) {
			tables[axis] = b.param(Param{Kind: Table, Axis: axis})
		}
	}
	return tables
}

// lookUp reads a table.
func (b *body) lookUp(table, at string) string {
	return b.set(b.float(), "ld.global.nc.F", b.bytes(b.behind(table, b.set("%rd", "cvt.s64.s32", at)), 0))
}

// thread is the number of the thread along an axis of the grid.
func (b *body) thread(axis string) string {
	block := b.set("%r", "mov.u32", "%ctaid."+axis)
	size := b.set("%r", "mov.u32", "%ntid."+axis)
	return b.set("%r", "mad.lo.s32", block, size, b.set("%r", "mov.u32", "%tid."+axis))
}

// inRegister is a float in a register, though it may be a constant.
func (b *body) inRegister(v string) string {
	if v[0] == '%' {
		return v
	}
	return b.set(b.float(), "mov.F", v)
}
