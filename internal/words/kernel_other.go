//go:build !amd64 || noasm

package words

import "hybrid/simd"

func kernel(simd.ISA) edgeKernel { return nil }
