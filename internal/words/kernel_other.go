//go:build !amd64 || noasm

package words

import "hybrid/internal/simd"

func kernel(simd.ISA) edgeKernel { return nil }
