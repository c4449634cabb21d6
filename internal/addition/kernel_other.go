//go:build !amd64 || noasm

package addition

import "hybrid/simd"

func kernelOf[T Number](simd.ISA) kernel { return nil }
