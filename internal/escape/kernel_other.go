//go:build (!amd64 && !arm64) || noasm

package escape

import "hybrid/simd"

func kernel[T Real](simd.ISA) *Kernel[T] { return &Kernel[T]{isa: simd.Go} }
