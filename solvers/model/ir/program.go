package ir

import (
	"fmt"
	"slices"
)

// A Level is how often a node has to be computed.
type Level uint8

const (
	PerStep Level = iota
	PerRow
	PerCell
)

// A Row is a row of a field that a kernel reads: that of the cell, or one so many planes and
// rows away.
type Row struct {
	Field, A, B int
}

// A Program is what a kernel is made of: the nodes that some outputs need, in an order in
// which operands come first.
type Program struct {
	Type   Type
	Nodes  []Node
	Levels []Level // of the nodes
	Outs   []Value // floats

	Rows     []Row   // that nodes read, by field, plane and row
	Uniforms []Value // nodes that are not per cell and no constants, and that kernels use: first those per step
	Steps    int     // how many of these are per step
}

// Program is the one that makes outs.
func (g *Graph) Program(outs ...Value) *Program {
	p := &Program{Type: g.Type}
	needed := make([]bool, len(g.Nodes))
	for _, v := range outs {
		if g.Nodes[v].Op.Kind() != AFloat {
			panic(fmt.Sprintf("ir: output %v is no float", g.Nodes[v].Op))
		}
		needed[v] = true
	}
	for v := len(g.Nodes) - 1; v >= 0; v-- {
		if needed[v] {
			for _, o := range g.Nodes[v].Operands() {
				needed[o] = true
			}
		}
	}
	at := make([]Value, len(g.Nodes))
	for v, n := range g.Nodes {
		if !needed[v] {
			continue
		}
		for i, o := range n.Operands() {
			*[]*Value{&n.A, &n.B, &n.C}[i] = at[o]
		}
		at[v] = Value(len(p.Nodes))
		p.Nodes = append(p.Nodes, n)
		p.Levels = append(p.Levels, p.level(&n))
		if row := (Row{int(n.Field), int(n.Offset[0]), int(n.Offset[1])}); n.Op == Load && !slices.Contains(p.Rows, row) {
			p.Rows = append(p.Rows, row)
		}
	}
	for _, v := range outs {
		p.Outs = append(p.Outs, at[v])
	}
	slices.SortFunc(p.Rows, func(a, b Row) int { return slices.Compare([]int{a.Field, a.A, a.B}, []int{b.Field, b.A, b.B}) })
	p.findUniforms()
	return p
}

// Of is the program that makes outs, which are nodes of this one.
func (p *Program) Of(outs ...Value) *Program {
	g := Graph{Type: p.Type, Nodes: p.Nodes}
	return g.Program(outs...)
}

func (p *Program) level(n *Node) Level {
	switch {
	case n.Op == Load, n.Op == Coord && n.Imm == 2:
		return PerCell
	case n.Op == Coord:
		return PerRow
	}
	most := PerStep
	for _, o := range n.Operands() {
		most = max(most, p.Levels[o])
	}
	return most
}

// findUniforms lists what kernels get from outside.
func (p *Program) findUniforms() {
	use := func(v Value, level Level) {
		if n := &p.Nodes[v]; p.Levels[v] == level && n.Op != Const && n.Op != Int && !slices.Contains(p.Uniforms, v) {
			p.Uniforms = append(p.Uniforms, v)
		}
	}
	for _, level := range []Level{PerStep, PerRow} {
		for v := range p.Nodes {
			if p.Levels[v] == PerCell {
				for _, o := range p.Nodes[v].Operands() {
					use(o, level)
				}
			}
		}
		for _, v := range p.Outs {
			use(v, level)
		}
		if level == PerStep {
			p.Steps = len(p.Uniforms)
		}
	}
}

// RowOf is the index in Rows of the row that a Load reads.
func (p *Program) RowOf(n *Node) int {
	return slices.Index(p.Rows, Row{int(n.Field), int(n.Offset[0]), int(n.Offset[1])})
}

// Reach is how far the program reads of a field, along planes, rows and columns; ok is
// false where it does not read it.
func (p *Program) Reach(field int) (reach [3]int, ok bool) {
	for _, n := range p.Nodes {
		if n.Op == Load && int(n.Field) == field {
			ok = true
			for d, o := range n.Offset {
				reach[d] = max(reach[d], int(max(o, -o)))
			}
		}
	}
	return reach, ok
}

// Uses tells whether a node of such an operation, and of Coord such an axis, is there.
func (p *Program) Uses(op Op, imm uint64) bool {
	return slices.ContainsFunc(p.Nodes, func(n Node) bool { return n.Op == op && n.Imm == imm })
}

// A Place is where and when a program is evaluated, apart from the column.
type Place struct {
	Time float64
	At   [2]float64 // coordinates of the plane and the row
}

// PutUniforms computes the uniforms of a level for a place, and puts them as bits of the type
// into their places of table, which has one for each of Uniforms.
func (p *Program) PutUniforms(table []uint64, level Level, at Place) {
	lo, hi := 0, p.Steps
	if level == PerRow {
		lo, hi = p.Steps, len(p.Uniforms)
	}
	if lo == hi {
		return
	}
	values := make([]uint64, slices.Max(p.Uniforms[lo:hi])+1)
	for v := range values {
		n := &p.Nodes[v]
		if p.Levels[v] > level {
			continue
		}
		switch n.Op {
		case Const, Int:
			values[v] = n.Imm
		case Time:
			values[v] = p.Type.Bits(at.Time)
		case Coord:
			values[v] = p.Type.Bits(at.At[n.Imm])
		default:
			var x [3]uint64
			for i, o := range n.Operands() {
				x[i] = values[o]
			}
			values[v] = p.Type.Eval(n.Op, n.Imm, x)
		}
	}
	for i := lo; i < hi; i++ {
		table[i] = values[p.Uniforms[i]]
	}
}
