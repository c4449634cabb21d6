//go:build !linux

package gemm

func advise[T Real]([]T) {}
