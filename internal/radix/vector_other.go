//go:build !amd64 || noasm

package radix

import "hybrid/internal/simd"

func vectorKernels(simd.ISA, any) {}
