// Command neon writes the NEON kernels of package peak: chains of fused multiply-adds,
// each in a register of its own. There are more than the latency, four cycles, times
// the units, four, of any processor with these instructions.
package main

import . "hybrid/internal/asmgen/neon"

const chains = 24

func main() {
	for _, e := range Floats {
		chain(e)
	}
	Write()
}

func chain(e Float) {
	const rounds, x R = 0, 1
	const m, b V = 24, 25
	Func("chain"+e.Name+"NEON", "func(rounds int, x *"+e.Type+", m, b "+e.Type+")", "is the same as chainGo64, for 24 vectors.", func() {
		Load("rounds", rounds)
		Load("x", x)
		LoadFloat("m", m)
		LoadFloat("b", b)
		e.Spread(m, m)
		e.Spread(b, b)
		for i := range V(chains) {
			LoadV(At(x, 16*int(i)), i)
		}
		Label("round")
		Op("CBZ", rounds, "done")
		for i := range V(chains) {
			e.FMA(i, m, b)
		}
		Op("SUB", Imm(1), rounds)
		Op("B", "round")
		Label("done")
		for i := range V(chains) {
			StoreV(i, At(x, 16*int(i)))
		}
	})
}
