//go:build !amd64

package lexicon

import "hybrid/internal/simd"

func kernel(simd.ISA) countKernel { return nil }
