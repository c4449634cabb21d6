//go:build !amd64 || noasm

package lexicon

import "hybrid/simd"

func kernel(simd.ISA) countKernel { return nil }
