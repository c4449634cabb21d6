//go:build !noasm

package simd

// vector has nothing to ask: every processor that Go's arm64 runs on has NEON.
func vector() []ISA { return []ISA{NEON} }
