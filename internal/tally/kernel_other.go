//go:build !amd64

package tally

import "hybrid/internal/simd"

func kernel(simd.ISA) *Kernel { return &Kernel{isa: simd.Go} }
