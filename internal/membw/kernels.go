package membw

import (
	"unsafe"

	"hybrid/simd"
)

// Kernels are STREAM's four for one instruction set. Each passes over n elements, a
// multiple of group and not none, so many times, and at least once.
type kernels struct {
	copy  func(times, n int, c, a *float64)
	scale func(times, n int, b, c *float64, s float64)
	add   func(times, n int, c, a, b *float64)
	triad func(times, n int, a, b, c *float64, s float64)
}

// group is the elements of a trip of the widest kernel.
const group = 32

// The race detector leaves the loops in Go alone: it would measure itself, for seconds, and a team gives each thread
// elements of its own.

var plain = kernels{copyGo, scaleGo, addGo, triadGo}

func kernelsFor(isa simd.ISA) (kernels, error) {
	isa, err := isa.Resolve()
	if err != nil {
		return kernels{}, err
	}
	return vectorKernels(isa), nil
}

//go:norace
func copyGo(times, n int, c, a *float64) {
	to, from := unsafe.Slice(c, n), unsafe.Slice(a, n)
	for range times {
		for i := range to {
			to[i] = from[i]
		}
	}
}

//go:norace
func scaleGo(times, n int, b, c *float64, s float64) {
	to, from := unsafe.Slice(b, n), unsafe.Slice(c, n)
	for range times {
		for i := range to {
			to[i] = s * from[i]
		}
	}
}

//go:norace
func addGo(times, n int, c, a, b *float64) {
	to, x, y := unsafe.Slice(c, n), unsafe.Slice(a, n), unsafe.Slice(b, n)
	for range times {
		for i := range to {
			to[i] = x[i] + y[i]
		}
	}
}

//go:norace
func triadGo(times, n int, a, b, c *float64, s float64) {
	to, x, y := unsafe.Slice(a, n), unsafe.Slice(b, n), unsafe.Slice(c, n)
	for range times {
		for i := range to {
			to[i] = x[i] + s*y[i]
		}
	}
}
