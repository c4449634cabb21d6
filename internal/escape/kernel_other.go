//go:build !amd64 || noasm

package escape

import "hybrid/simd"

func kernel[T Real](simd.ISA) *Kernel[T] { return &Kernel[T]{isa: simd.Go} }
