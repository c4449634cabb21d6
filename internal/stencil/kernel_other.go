//go:build !amd64 || noasm

package stencil

import "hybrid/simd"

func kernel[T Real](simd.ISA) *Kernel[T] {
	return &Kernel[T]{isa: simd.Go, forth: forthGo[T], back: backGo[T], carryForth: carryForthGo[T], carryBack: carryBackGo[T]}
}
