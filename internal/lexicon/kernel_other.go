//go:build !amd64 || noasm

package lexicon

import "hybrid/simd"

func kernels(simd.ISA) (cacheKernel, addKernel) { return nil, nil }
