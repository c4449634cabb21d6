//go:build (!amd64 && !arm64) || noasm

package peak

import "hybrid/simd"

func kernel[T Real](simd.ISA) *Kernel[T] { return plain[T]() }
