package model

import (
	"fmt"
	"slices"

	"hybrid/solvers/model/ir"
)

// What depends on a cell's coordinates alone is the same in every step. Where it takes so many
// operations, of so many such values at most, it is made once, as a field that stays.
const (
	leastHoisted = 10
	mostHoisted  = 8
)

// hoist takes such values out of the passes.
func (l *lowering) hoist() {
	made := map[string]int{} // fields by their programs' text
	for i := range l.sys.Passes {
		h := newHoisting(l.sys.Passes[i].Program)
		fields := map[ir.Value]int{}
		for _, v := range h.edges() {
			initial := h.graph(nil).program(v)
			text := initial.String()
			if _, ok := made[text]; !ok {
				if len(made) == mostHoisted {
					continue
				}
				made[text] = l.add(Field{Name: fmt.Sprintf("(%d) of coordinates", len(made)+1), Role: Static, Initial: initial})
			}
			fields[v] = made[text]
		}
		if len(fields) > 0 {
			l.sys.Passes[i].Program = h.graph(fields).program(h.p.Outs...)
		}
	}
}

// A hoisting is that of a program.
type hoisting struct {
	p      *ir.Program
	steady []bool // of its nodes: no step changes them
}

func newHoisting(p *ir.Program) *hoisting {
	h := &hoisting{p: p, steady: make([]bool, len(p.Nodes))}
	for v := range p.Nodes {
		h.steady[v] = h.isSteady(v)
	}
	return h
}

func (h *hoisting) isSteady(v int) bool {
	n := &h.p.Nodes[v]
	if n.Op == ir.Load || n.Op == ir.Time {
		return false
	}
	for _, o := range n.Operands() {
		if !h.steady[o] {
			return false
		}
	}
	return true
}

// edges are the steady values of cells that others need, where they take many operations. Of
// such a value times a number, plus a number, it is the value: passes have it in common.
func (h *hoisting) edges() (edges []ir.Value) {
	needed := make([]bool, len(h.p.Nodes))
	for v := range h.p.Nodes {
		if !h.steady[v] {
			for _, o := range h.p.Nodes[v].Operands() {
				needed[o] = true
			}
		}
	}
	for _, v := range h.p.Outs {
		needed[v] = true
	}
	for v := range h.p.Nodes {
		if needed[v] && h.steady[v] && h.p.Levels[v] == ir.PerCell && h.p.Nodes[v].Op.Kind() == ir.AFloat && h.operations(ir.Value(v)) >= leastHoisted {
			if v := h.stripped(ir.Value(v)); !slices.Contains(edges, v) {
				edges = append(edges, v)
			}
		}
	}
	return edges
}

// stripped is a value without the numbers that it is multiplied by and added to.
func (h *hoisting) stripped(v ir.Value) ir.Value {
	n := &h.p.Nodes[v]
	if !slices.Contains([]ir.Op{ir.Neg, ir.Add, ir.Sub, ir.Mul, ir.FMA}, n.Op) {
		return v
	}
	of := ir.None
	for _, o := range n.Operands() {
		if h.p.Levels[o] == ir.PerCell {
			if of != ir.None {
				return v
			}
			of = o
		}
	}
	if h.operations(of) < leastHoisted {
		return v
	}
	return h.stripped(of)
}

// operations are those that a value takes in each cell.
func (h *hoisting) operations(v ir.Value) (n int) {
	seen := map[ir.Value]bool{}
	var visit func(v ir.Value)
	visit = func(v ir.Value) {
		if seen[v] || h.p.Levels[v] != ir.PerCell {
			return
		}
		seen[v] = true
		if h.p.Nodes[v].Op != ir.Coord {
			n++
		}
		for _, o := range h.p.Nodes[v].Operands() {
			visit(o)
		}
	}
	visit(v)
	return n
}

// A copied program is one in a new graph, where some values are loads of fields.
type copied struct {
	*ir.Graph
	at []ir.Value // of the program's nodes
}

func (h *hoisting) graph(fields map[ir.Value]int) copied {
	g := ir.New(h.p.Type)
	c := copied{g, make([]ir.Value, len(h.p.Nodes))}
	for v := range h.p.Nodes {
		n := &h.p.Nodes[v]
		field, hoisted := fields[ir.Value(v)]
		switch {
		case hoisted:
			c.at[v] = g.Load(field, 0, 0, 0)
		case n.Op == ir.Const:
			c.at[v] = g.Const(g.Type.Float(n.Imm))
		case n.Op == ir.Int:
			c.at[v] = g.Int(n.Imm)
		case n.Op == ir.Time:
			c.at[v] = g.Time()
		case n.Op == ir.Coord:
			c.at[v] = g.Coord(int(n.Imm))
		case n.Op == ir.Load:
			c.at[v] = g.Load(int(n.Field), int(n.Offset[0]), int(n.Offset[1]), int(n.Offset[2]))
		default:
			var operands []ir.Value
			for _, o := range n.Operands() {
				operands = append(operands, c.at[o])
			}
			c.at[v] = g.Apply(n.Op, n.Imm, operands...)
		}
	}
	return c
}

func (c copied) program(outs ...ir.Value) *ir.Program {
	var at []ir.Value
	for _, v := range outs {
		at = append(at, c.at[v])
	}
	return c.Graph.Program(at...)
}
