package main

import . "hybrid/internal/asmgen/neon"

// General registers of all kernels but the tile.
const (
	count R = iota
	from
	fromStep
	to
	toStep
	vector
	fromRow
	toRow
	left
)

// square transposes a square of values, whose rows lie in the registers from in on, and
// returns its columns. It ruins in and as many registers from out on.
func square(e Float, in, out V) []V {
	both := func(lanes string, a, b, first, second V) {
		Op("VTRN1", b.In(lanes), a.In(lanes), first.In(lanes))
		Op("VTRN2", b.In(lanes), a.In(lanes), second.In(lanes))
	}
	if e.Size == 8 {
		both("D2", in, in+1, out, out+1)
		return []V{out, out + 1}
	}
	both("S4", in, in+1, out, out+1)     // 00 10 02 12, 01 11 03 13
	both("S4", in+2, in+3, out+2, out+3) // 20 30 22 32, 21 31 23 33
	both("D2", out, out+2, in, in+2)
	both("D2", out+1, out+3, in+1, in+3)
	return []V{in, in + 1, in + 2, in + 3}
}

// squares loads two squares beside each other, whose first row lies at row, moves row
// behind them and returns their columns, in order. It ruins the 16 registers from
// work on.
func squares(e Float, row, step R, work V) []V {
	l := V(e.Lanes)
	for i := range l {
		LoadPair(At(row, 0), work+i, work+l+i)
		Op("ADD", step, row)
	}
	return append(square(e, work, work+8), square(e, work+l, work+8+l)...)
}

// column writes the kernel that multiplies 64 bytes of rows with one column: they are
// transposed square by square, so that a lane is a row and goes through k one step at a
// time, in four chains.
func column(e Float) {
	ptr := "*" + e.Type
	Func("column"+e.Name+"NEON", "func(blocks int, a "+ptr+", ars int, x, y "+ptr+")", "is the same as columnGo, for strips of 32 bytes.", func() {
		const sums, xs, work V = 0, 4, 6
		Load("blocks", count)
		Load("a", from)
		Load("ars", fromStep)
		Load("x", vector)
		Load("y", to)
		toBytes(e, fromStep)
		LoadPair(At(to, 0), sums, sums+1)
		LoadPair(At(to, 32), sums+2, sums+3)
		Label("block")
		LoadPair(At(vector, 0), xs, xs+1)
		Op("ADD", Imm(32), vector)
		Op("MOVD", from, fromRow)
		for sum := range V(4) {
			for k, v := range squares(e, fromRow, fromStep, work) {
				e.FMAByLane(sums+sum, v, xs+V(k/e.Lanes), k%e.Lanes)
			}
		}
		Op("ADD", Imm(32), from)
		Op("SUBS", Imm(1), count)
		Op("BNE", "block")
		StorePair(sums, sums+1, At(to, 0))
		StorePair(sums+2, sums+3, At(to, 32))
	})
}

// transpose writes the kernel that transposes a strip of 32 bytes of rows.
func transpose(e Float) {
	ptr := "*" + e.Type
	Func("transpose"+e.Name+"NEON", "func(blocks int, src "+ptr+", srs int, dst "+ptr+", drs int)", "is the same as transposeGo, for strips of 32 bytes.", func() {
		Load("blocks", count)
		Load("src", from)
		Load("srs", fromStep)
		Load("dst", to)
		Load("drs", toStep)
		toBytes(e, fromStep, toStep)
		Label("block")
		Op("MOVD", from, fromRow)
		for half := range 2 {
			Op("MOVD", to, toRow)
			for _, v := range squares(e, fromRow, fromStep, 0) {
				StoreV(v, At(toRow, 16*half))
				Op("ADD", toStep, toRow)
			}
		}
		Op("ADD", Imm(32), from)
		Op("MOVD", toRow, to)
		Op("SUBS", Imm(1), count)
		Op("BNE", "block")
	})
}

// copies writes the kernel that copies rows of 64 bytes to where they follow one
// another.
func copies(e Float) {
	ptr := "*" + e.Type
	Func("copy"+e.Name+"NEON", "func(k int, src "+ptr+", srs int, dst "+ptr+")", "is the same as copyGo, for rows of 64 bytes.", func() {
		Load("k", count)
		Load("src", from)
		Load("srs", fromStep)
		Load("dst", to)
		toBytes(e, fromStep)
		Label("row")
		for half := range 2 {
			v := V(2 * half)
			LoadPair(At(from, 32*half), v, v+1)
			StorePair(v, v+1, At(to, 32*half))
		}
		Op("ADD", fromStep, from)
		Op("ADD", Imm(64), to)
		Op("SUBS", Imm(1), count)
		Op("BNE", "row")
	})
}
