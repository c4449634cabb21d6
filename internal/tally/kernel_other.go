//go:build (!amd64 && !arm64) || noasm

package tally

import "hybrid/simd"

func kernel(simd.ISA) *Kernel { return &Kernel{isa: simd.Go} }
