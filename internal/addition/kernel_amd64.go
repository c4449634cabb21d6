//go:build !noasm

package addition

import "hybrid/simd"

//go:generate go run ./gen -out kernels_amd64.s -stubs kernels_amd64.go -pkg addition

// kernelOf is the kernel for a type. Signed and unsigned integers have one.
func kernelOf[T Number](isa simd.ISA) kernel {
	if isa < simd.AVX2 {
		return nil
	}
	switch any(*new(T)).(type) {
	case int8, uint8:
		return add8AVX2
	case int16, uint16:
		return add16AVX2
	case int32, uint32:
		return add32AVX2
	case int64, uint64:
		return add64AVX2
	case float32:
		return addF32AVX2
	}
	return addF64AVX2
}
