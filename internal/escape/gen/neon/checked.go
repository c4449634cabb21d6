package main

import (
	"fmt"

	. "hybrid/internal/asmgen/neon"
)

// checked writes the kernel that looks at every step, and counts the steps that each
// lane takes before it has escaped.
func checked(e Float) {
	Func("checked"+e.Name+"NEON", "func(state *"+e.Type+", n int, counts *int32, found *uint64)", "is a checkedKernel.", func() {
		const (
			group                        = 4 // vectors at once: each needs six registers
			x, y, xx, yy, count, alive V = 0, 4, 8, 12, 16, 20
			two, four, t               V = 24, 25, 26
		)
		Load("state", state)
		Load("n", n)
		Load("counts", counts)
		Load("found", found)
		constant(e, "$2.0", two)
		constant(e, "$4.0", four)
		Op("MOVD", "ZR", within)
		Op("MOVD", "ZR", same)
		for first := 0; first < vectors; first += group {
			at := func(array int, v V) string { return place(e, array, V(first)+v) }
			for v := range V(group) {
				LoadV(at(atX, v), x+v)
				LoadV(at(atY, v), y+v)
				e.Mul(xx+v, x+v, x+v)
				e.Mul(yy+v, y+v, y+v)
				Zero(count + v)
				Op("VCMEQ", (count + v).In(e.Go), (count + v).In(e.Go), (alive + v).In(e.Go))
			}
			Op("MOVD", n, left)
			loop := fmt.Sprint("loop", first)
			Label(loop)
			for v := range V(group) {
				xy, cx, size := t+v%2*3, t+v%2*3+1, t+v%2*3+2
				x, y, xx, yy, count, alive := x+v, y+v, xx+v, yy+v, count+v, alive+v
				Op("VSUB", alive.In(e.Go), count.In(e.Go), count.In(e.Go)) // of -1
				e.Mul(xy, x, y)
				LoadV(at(atCX, v), cx)
				LoadV(at(atCY, v), y)
				e.FMA(y, xy, two)
				e.Sub(x, xx, yy)
				e.Add(x, x, cx)
				e.Mul(xx, x, x)
				e.Mul(yy, y, y)
				e.Add(size, xx, yy)
				e.GreaterEqual(size, four, size)
				Op("VAND", size.In("B16"), alive.In("B16"), alive.In("B16"))
			}
			Op("SUBS", Imm(1), left)
			Op("BNE", loop)
			for v := range V(group) {
				StoreV(x+v, at(atX, v))
				StoreV(y+v, at(atY, v))
				StoreV(count+v, At(counts, 16*(first+int(v))))
			}
			mask(e, first, group, alive, t, t+1, within)
			periodic(e, first, group, x, y, alive, t)
		}
		escaped(e)
		Op("MOVD", same, At(found, 8))
	})
}
