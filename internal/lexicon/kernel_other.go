//go:build !amd64 || noasm

package lexicon

import "hybrid/simd"

func kernels(simd.ISA) kernelSet { return kernelSet{} }
