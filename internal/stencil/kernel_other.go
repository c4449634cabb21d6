//go:build (!amd64 && !arm64) || noasm

package stencil

import "hybrid/simd"

func kernel[T Real](simd.ISA) *Kernel[T] {
	return goKernel[T]()
}
