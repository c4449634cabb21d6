//go:build !amd64 || noasm

package membw

import "hybrid/internal/simd"

func vectorKernels(simd.ISA) kernels { return plain }
