package main

import . "hybrid/internal/asmgen/neon"

// free writes the kernel that looks for escapes at its end only. It leaves the state
// as it was if it finds one.
func free(e Float) {
	Func("free"+e.Name+"NEON", "func(state *"+e.Type+", n int, found *uint64)", "is a freeKernel.", func() {
		const (
			x, y, cx V = 0, vectors, 2 * vectors
			two, t   V = 24, 25
		)
		Load("state", state)
		Load("n", n)
		Load("found", found)
		constant(e, "$2.0", two)
		for v := range V(vectors) {
			LoadV(place(e, atX, v), x+v)
			LoadV(place(e, atY, v), y+v)
			LoadV(place(e, atCX, v), cx+v)
		}
		Label("loop")
		for v := range V(vectors) {
			yy, xy := t+v%3*2, t+v%3*2+1
			x, y := x+v, y+v
			e.Mul(yy, y, y)
			e.Mul(xy, x, y)
			LoadV(place(e, atCY, v), y)
			e.FMA(y, xy, two)
			e.Mul(x, x, x)
			e.Sub(x, x, yy)
			e.Add(x, x, cx+v)
		}
		Op("SUBS", Imm(1), n)
		Op("BNE", "loop")

		four, size, within4 := two, t, cx
		e.Add(four, two, two)
		for v := range V(vectors) {
			e.Mul(within4+v, x+v, x+v)
			e.Mul(size, y+v, y+v)
			e.Add(size, within4+v, size)
			e.GreaterEqual(within4+v, four, size)
		}
		Op("MOVD", "ZR", within)
		mask(e, 0, vectors, within4, t, t+1, within)
		escaped(e)
		Op("CBNZ", bits, "done")
		for v := range V(vectors) {
			StoreV(x+v, place(e, atX, v))
			StoreV(y+v, place(e, atY, v))
		}
		Op("MOVD", "ZR", same)
		periodic(e, 0, vectors, x, y, cx, t)
		Op("MOVD", same, At(found, 8))
		Label("done")
	})
}

// shifted is a general register shifted, as an operand.
func shifted(r R, by string, n int) string { return r.String() + by + Imm(n).String()[1:] }
