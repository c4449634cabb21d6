package ir

// Turned is the program with the coordinates of rows and columns exchanged: that of a face beyond
// columns, whose cells a kernel then makes as a row. It is of use for programs without loads.
func (p *Program) Turned() *Program {
	g := New(p.Type)
	made := make([]Value, len(p.Nodes))
	for v, n := range p.Nodes {
		if n.Op == Coord && n.Imm > 0 {
			n.Imm = 3 - n.Imm
		}
		for i, o := range n.Operands() {
			*[]*Value{&n.A, &n.B, &n.C}[i] = made[o]
		}
		made[v] = g.add(n)
	}
	outs := make([]Value, len(p.Outs))
	for i, v := range p.Outs {
		outs[i] = made[v]
	}
	return g.Program(outs...)
}
