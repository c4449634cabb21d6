package ptxcode

import (
	"fmt"

	"hybrid/solvers/model/ir"
)

// A scope has the values of a program's nodes as a kernel computes them.
type scope struct {
	*body
	use
	value []string // by node: a register, or a constant
	load  func(n *ir.Node) string
	coord func(axis int) string
}

// most is how many uniforms a kernel takes by value; where there are more of them its
// threads compute them from the time.
const most = 128

// uniforms are the nodes of programs that a launch gets from the host.
func uniforms(uses []use) []uniform {
	var all, times []uniform
	for _, u := range uses {
		p := u.p
		used := make([]bool, len(p.Nodes))
		for v := range p.Nodes {
			if p.Levels[v] != ir.PerStep {
				for _, o := range p.Nodes[v].Operands() {
					used[o] = true
				}
			}
		}
		for _, v := range p.Outs {
			used[v] = true
		}
		for v := range p.Nodes {
			switch n := &p.Nodes[v]; {
			case n.Op == ir.Time:
				times = append(times, uniform{u, ir.Value(v)})
				fallthrough
			default:
				if used[v] && p.Levels[v] == ir.PerStep && n.Op != ir.Const && n.Op != ir.Int {
					all = append(all, uniform{u, ir.Value(v)})
				}
			}
		}
	}
	if len(all) > most {
		return times
	}
	return all
}

// takeUniforms declares the parameters for what programs get from the host, and reads them.
// It comes after all other parameters.
func (b *body) takeUniforms(uses []use) map[uniform]string {
	values := map[uniform]string{}
	for _, u := range uniforms(uses) {
		r := b.param(Param{Kind: Step})
		b.entry.uniforms = append(b.entry.uniforms, u)
		switch u.p.Nodes[u.v].Op.Kind() {
		case ir.AFloat:
			r = b.set(b.float(), "mov.B", r)
		case ir.AMask:
			r = b.set("%p", "setp.ne.S", r, 0)
		}
		values[u] = r
	}
	return values
}

// program writes the instructions of a program, and returns its outputs.
func (b *body) program(u use, given map[uniform]string, load func(n *ir.Node) string, coord func(axis int) string) []string {
	s := scope{body: b, use: u, value: make([]string, len(u.p.Nodes)), load: load, coord: coord}
	for _, v := range s.needed(given) {
		if r, ok := given[uniform{u, v}]; ok {
			s.value[v] = r
		} else {
			s.value[v] = s.node(&u.p.Nodes[v])
		}
	}
	var outs []string
	for _, v := range u.p.Outs {
		outs = append(outs, s.value[v])
	}
	return outs
}

// needed are the nodes that outputs need beyond what is given, in order.
func (s *scope) needed(given map[uniform]string) []ir.Value {
	needed := make([]bool, len(s.p.Nodes))
	for _, v := range s.p.Outs {
		needed[v] = true
	}
	for v := len(needed) - 1; v >= 0; v-- {
		if _, ok := given[uniform{s.use, ir.Value(v)}]; needed[v] && !ok {
			for _, o := range s.p.Nodes[v].Operands() {
				needed[o] = true
			}
		}
	}
	var all []ir.Value
	for v := range needed {
		if needed[v] {
			all = append(all, ir.Value(v))
		}
	}
	return all
}

// instructions are the operations that are one, and the class of its result: f float, i
// integer, p predicate.
var instructions = map[ir.Op]struct {
	class byte
	text  string
}{
	ir.Neg: {'f', "neg.F"}, ir.Abs: {'f', "abs.F"}, ir.Sqrt: {'f', "sqrt.rn.F"}, ir.Floor: {'f', "cvt.rmi.F.F"},
	ir.Add: {'f', "add.rn.F"}, ir.Sub: {'f', "sub.rn.F"}, ir.Mul: {'f', "mul.rn.F"}, ir.Div: {'f', "div.rn.F"}, ir.FMA: {'f', "fma.rn.F"},
	ir.Less: {'p', "setp.lt.F"}, ir.LessEq: {'p', "setp.le.F"}, ir.Equal: {'p', "setp.eq.F"},
	ir.And: {'p', "and.pred"}, ir.Or: {'p', "or.pred"}, ir.Not: {'p', "not.pred"},
	ir.Bits: {'i', "mov.B"}, ir.Float: {'f', "mov.B"},
	ir.IAdd: {'i', "add.S"}, ir.ISub: {'i', "sub.S"}, ir.IAnd: {'i', "and.B"}, ir.IOr: {'i', "or.B"}, ir.IXor: {'i', "xor.B"},
	ir.IShl: {'i', "shl.B"}, ir.IShr: {'i', "shr.U"},
}

// node writes what computes a node.
func (s *scope) node(n *ir.Node) string {
	var x []any
	for _, o := range n.Operands() {
		x = append(x, s.value[o])
	}
	switch n.Op {
	case ir.Const:
		return s.constant(n.Imm)
	case ir.Int:
		return fmt.Sprintf("%#x", n.Imm)
	case ir.Load:
		return s.load(n)
	case ir.Coord:
		return s.coord(int(n.Imm))
	case ir.Min:
		return s.set(s.float(), "selp.F", x[0], x[1], s.set("%p", "setp.lt.F", x...))
	case ir.Max:
		return s.set(s.float(), "selp.F", x[0], x[1], s.set("%p", "setp.gt.F", x...))
	case ir.Select:
		return s.set(s.float(), "selp.F", x[1], x[2], x[0])
	case ir.IShl, ir.IShr:
		x = append(x, n.Imm)
	}
	i, ok := instructions[n.Op]
	if !ok {
		panic("ptxcode: no instructions for " + n.Op.String())
	}
	return s.set(map[byte]string{'f': s.float(), 'i': s.integer(), 'p': "%p"}[i.class], i.text, x...)
}

// constant is a float as an operand.
func (b *body) constant(bits uint64) string {
	if b.typ == ir.F32 {
		return fmt.Sprintf("0f%08X", bits)
	}
	return fmt.Sprintf("0d%016X", bits)
}
