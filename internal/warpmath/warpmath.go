// Package warpmath does arithmetic on 32 values side by side, the lanes of a warp.
//
// Every function has a Go form, in which it is stated, and an AVX2 form with the
// same bits; NaNs of float32 are always 0x7fffffff, as on NVIDIA's machines, those
// of float64 any. Results may lie where an operand lies. An operation costs about
// a load and a store of 32 bytes for every 8 or 4 values.
package warpmath

import (
	"math"

	"hybrid/internal/fma"
)

// The shapes of the functions.
type (
	Two[T any]   = func(d, a, b *[32]T)
	Three[T any] = func(d, a, b, c *[32]T)
)

var canonical = math.Float32frombits(0x7fffffff)

func number(v float32) float32 {
	if v != v {
		return canonical
	}
	return v
}

func addF32Go(d, a, b *[32]float32) {
	for i := range d {
		d[i] = number(a[i] + b[i])
	}
}

func subF32Go(d, a, b *[32]float32) {
	for i := range d {
		d[i] = number(a[i] - b[i])
	}
}

func mulF32Go(d, a, b *[32]float32) {
	for i := range d {
		d[i] = number(a[i] * b[i])
	}
}

func fmaF32Go(d, a, b, c *[32]float32) {
	for i := range d {
		d[i] = number(fma.FMA32(a[i], b[i], c[i]))
	}
}

func addF64Go(d, a, b *[32]float64) {
	for i := range d {
		d[i] = a[i] + b[i]
	}
}

func subF64Go(d, a, b *[32]float64) {
	for i := range d {
		d[i] = a[i] - b[i]
	}
}

func mulF64Go(d, a, b *[32]float64) {
	for i := range d {
		d[i] = a[i] * b[i]
	}
}

func fmaF64Go(d, a, b, c *[32]float64) {
	for i := range d {
		d[i] = math.FMA(a[i], b[i], c[i])
	}
}

func addU32Go(d, a, b *[32]uint32) {
	for i := range d {
		d[i] = a[i] + b[i]
	}
}

func addU64Go(d, a, b *[32]uint64) {
	for i := range d {
		d[i] = a[i] + b[i]
	}
}

func mulU32Go(d, a, b *[32]uint32) {
	for i := range d {
		d[i] = a[i] * b[i]
	}
}

func madU32Go(d, a, b, c *[32]uint32) {
	for i := range d {
		d[i] = a[i]*b[i] + c[i]
	}
}

func mulHiU32Go(d, a, b *[32]uint32) {
	for i := range d {
		d[i] = uint32(uint64(a[i]) * uint64(b[i]) >> 32)
	}
}
