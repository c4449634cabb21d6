//go:build !amd64 || noasm

package membw

import "hybrid/simd"

func vectorKernels(simd.ISA) kernels { return plain }
