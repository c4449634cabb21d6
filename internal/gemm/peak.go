package gemm

import (
	"slices"
	"time"

	"hybrid/internal/peak"
)

// Peak measures the most floating-point operations a second that one core does
// with the instruction set, for about as long as it is told: the fastest of ten
// parts, see package peak.
func (x *Multiplier[T]) Peak(d time.Duration) float64 {
	const parts = 10
	k, err := peak.New[T](x.kernel.isa)
	if err != nil {
		panic(err) // the multiplier has the instruction set
	}
	return slices.Max(k.Measure(1, parts, d/parts))
}
