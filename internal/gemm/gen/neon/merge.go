package main

import . "hybrid/internal/asmgen/neon"

// merge writes the kernel that puts rows of finished chains into C.
func merge(e Float) {
	ptr := "*" + e.Type
	Func("merge"+e.Name+"NEON", "func(rows, n int, alpha, beta, t "+ptr+", trs int, c "+ptr+", crs int)", "is the same as mergeGo.", func() {
		const alpha, beta, x, y V = 0, 1, 2, 3
		Load("rows", count)
		Load("t", from)
		Load("trs", fromStep)
		Load("c", to)
		Load("crs", toStep)
		toBytes(e, fromStep, toStep)
		Load("alpha", vector)
		e.Broadcast(vector, alpha)
		Load("beta", vector)
		// each writes the loop over rows; one does what lies in registers.
		each := func(name string, one func(move string)) {
			values := func(label, next, move string, lanes int) {
				Label(name + label)
				Op("SUBS", Imm(lanes), left)
				Op("BLT", name+next)
				Op(move, At(fromRow, 0), x.F())
				one(move)
				Op("ADD", Imm(lanes*e.Size), fromRow)
				Op("ADD", Imm(lanes*e.Size), toRow)
				Op("B", name+label)
				Label(name + next)
				Op("ADD", Imm(lanes), left)
			}
			Label(name + "row")
			Op("MOVD", from, fromRow)
			Op("MOVD", to, toRow)
			Load("n", left)
			values("vector", "rest", "FMOVQ", e.Lanes)
			values("value", "done", e.Move, 1)
			Op("ADD", fromStep, from)
			Op("ADD", toStep, to)
			Op("SUBS", Imm(1), count)
			Op("BNE", name+"row")
			Op("RET")
		}
		Op("CBZ", vector, "scalerow")
		e.Broadcast(vector, beta)
		each("sum", func(move string) {
			Op(move, At(toRow, 0), y.F())
			e.Mul(y, y, beta)
			e.FMA(y, x, alpha)
			Op(move, y.F(), At(toRow, 0))
		})
		each("scale", func(move string) {
			e.Mul(x, x, alpha)
			Op(move, x.F(), At(toRow, 0))
		})
	})
}
