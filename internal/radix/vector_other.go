//go:build !amd64 || noasm

package radix

import "hybrid/simd"

func vectorKernels(simd.ISA, any) {}
