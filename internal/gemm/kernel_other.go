//go:build (!amd64 && !arm64) || noasm

package gemm

import "hybrid/simd"

func newKernel[T Real](simd.ISA) kernel[T] { return goKernel[T]() }
