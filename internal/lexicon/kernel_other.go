//go:build !amd64 || noasm

package lexicon

import "hybrid/internal/simd"

func kernel(simd.ISA) countKernel { return nil }
