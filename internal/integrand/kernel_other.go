//go:build !amd64 || noasm

package integrand

import "hybrid/simd"

func kernel(simd.ISA) *Kernel { return &Kernel{isa: simd.Go} }
