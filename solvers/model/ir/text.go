package ir

import (
	"fmt"
	"strings"
)

// String writes the program down, a node a line:
//
//	v3 = load f0[0,0,-1]
//	v4 = fma v3, 0.25, v1    step
//	out 0: v4
func (p *Program) String() string {
	var b strings.Builder
	name := func(v Value) string {
		switch n := &p.Nodes[v]; n.Op {
		case Const:
			return fmt.Sprint(p.Type.Float(n.Imm))
		case Int:
			return fmt.Sprintf("%#x", n.Imm)
		}
		return fmt.Sprintf("v%d", v)
	}
	for v := range p.Nodes {
		n := &p.Nodes[v]
		var args []string
		switch n.Op {
		case Const, Int:
			continue
		case Load:
			args = []string{fmt.Sprintf("f%d[%d,%d,%d]", n.Field, n.Offset[0], n.Offset[1], n.Offset[2])}
		case Coord:
			args = []string{[]string{"plane", "row", "column"}[n.Imm]}
		}
		for _, o := range n.Operands() {
			args = append(args, name(o))
		}
		if n.Op == IShl || n.Op == IShr {
			args = append(args, fmt.Sprint(n.Imm))
		}
		fmt.Fprintf(&b, "v%d = %v %s%s\n", v, n.Op, strings.Join(args, ", "), [...]string{PerStep: "\t; once a step", PerRow: "\t; once a row", PerCell: ""}[p.Levels[v]])
	}
	for i, v := range p.Outs {
		fmt.Fprintf(&b, "out %d: %s\n", i, name(v))
	}
	return b.String()
}
