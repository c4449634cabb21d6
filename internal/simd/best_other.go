//go:build !amd64

package simd

func best() ISA { return Go }
