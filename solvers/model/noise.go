package model

import (
	"hybrid/internal/philox"
	"hybrid/solvers/model/ir"
)

// noise is what a field of Noise holds in a cell, by its number in the whole grid: uniform in
// [0, 1), a multiple of 2^-53, of 2^-24 in f32: the same number without its last bits.
func noise(t ir.Type, seed, cell uint64) float64 {
	hi, lo, _, _ := philox.New(seed, philox.Noise).Words(cell, 0)
	if t == ir.F32 {
		return float64(hi>>8) * 0x1p-24
	}
	return float64(uint64(hi)<<21|uint64(lo>>11)) * 0x1p-53
}
