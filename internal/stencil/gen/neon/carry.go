package main

import . "hybrid/internal/asmgen/neon"

// carry writes the kernel that fills the halo groups of rows.
func carry(d direction, e Float) {
	ptr := "*" + e.Type
	Func("carry"+d.title+e.Name+"NEON", "func(p "+ptr+", stride, rows, groups int, edges "+ptr+")", "is the same as carry"+d.title+"Go.", func() {
		Load("p", row)
		Load("stride", stride)
		Load("rows", left)
		Load("groups", groups)
		Load("edges", edges)
		toBytes(e)
		Label("row")
		d.carryRow(e)
		Op("ADD", stride, row)
		Op("SUBS", Imm(1), left)
		Op("BNE", "row")
	})
}

// carryRow fills the halo groups of a row from two of its own, each value moved by one
// lane. The lane that is free takes the row's edge, which gets what falls out; edges
// moves on to the next pair.
func (d direction) carryRow(e Float) {
	const group, lost V = 0, 4 // of four registers
	// Back: from the first two groups to the two behind the row. Forth: from the last
	// two to the two before it.
	free, lane, out := group+3, e.Lanes-1, -e.Size
	if d == back {
		Op("ADD", Imm(e.Size), row, from)
		Op("ADD", groups, row, to)
	} else {
		Op("ADD", groups, row, from)
		Op("SUB", Imm(128+e.Size), from)
		Op("SUB", Imm(128), row, to)
		free, lane, out = group, 0, 64
	}
	for k := range 2 {
		Op(e.Move, At(from, 64*k+out), lost.F())
		for half := range 2 {
			v := group + V(2*half)
			LoadPair(At(from, 64*k+32*half), v, v+1)
		}
		Op("VLD1", At(edges, 0), e.Lane(free, lane))
		for half := range 2 {
			v := group + V(2*half)
			StorePair(v, v+1, At(to, 64*k+32*half))
		}
		Op(e.Move+".P", lost.F(), At(edges, e.Size))
	}
}
