package ir

// Unrolled is the program that makes n rows at once, the row of the cell and those after it: the
// outputs of the first row, then those of the next. What several rows need is computed once, and read
// once, and each value is computed as before. ok is false where the program asks for the
// coordinate across rows, which is another one for each.
func (p *Program) Unrolled(n int) (unrolled *Program, ok bool) {
	if p.Uses(Coord, 1) {
		return nil, false
	}
	g := New(p.Type)
	var outs []Value
	made := make([]Value, len(p.Nodes))
	for row := range n {
		for v, node := range p.Nodes {
			if node.Op == Load {
				node.Offset[1] += int8(row)
			}
			for i, o := range node.Operands() {
				*[]*Value{&node.A, &node.B, &node.C}[i] = made[o]
			}
			made[v] = g.add(node)
		}
		for _, v := range p.Outs {
			outs = append(outs, made[v])
		}
	}
	return g.Program(outs...), true
}
