//go:build (!amd64 && !arm64) || noasm

package simd

func vector() []ISA { return nil }
