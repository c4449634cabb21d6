//go:build !amd64

package words

import "hybrid/internal/simd"

func kernel(simd.ISA) edgeKernel { return nil }
