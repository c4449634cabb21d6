//go:build !amd64

package radix

import "hybrid/internal/simd"

func vectorKernels(simd.ISA, any) {}
