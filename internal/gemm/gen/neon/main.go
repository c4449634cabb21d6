// Command neon writes the NEON kernels of package gemm.
//
// To the package a vector is 32 bytes, two registers, as with AVX2. The tile of two
// vectors is 6 rows by 4 registers: 24 sums, where four units with a latency of four
// cycles want 16. A step of k loads 4 registers of B and 6 values of A, which the
// multiply-adds take as lanes, so that nothing is broadcast: 10 loads for 24
// multiply-adds, 6 cycles of four units and less than 4 of three load ports (Arm's
// Neoverse V1 and V2, Apple's cores); on Neoverse N1, which has two of each, 12 and 5.
package main

import . "hybrid/internal/asmgen/neon"

func main() {
	for _, e := range Floats {
		tile(e)
		merge(e)
		copies(e)
		transpose(e)
		column(e)
	}
	Write()
}

// toBytes turns distances from values into bytes.
func toBytes(e Float, distances ...R) {
	for _, d := range distances {
		Op("LSL", Imm(e.Log), d)
	}
}
