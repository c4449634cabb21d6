//go:build !noasm

package tally

import "hybrid/simd"

func kernel(isa simd.ISA) *Kernel {
	if isa != simd.NEON {
		return &Kernel{isa: simd.Go}
	}
	return &Kernel{isa: isa, inside: insideNEON, insideLanes: 4, ones: onesNEON, onesLanes: 4, multiply: multiplyNEON}
}
