//go:build !amd64 || noasm

package simd

func best() ISA { return Go }
