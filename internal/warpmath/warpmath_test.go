package warpmath

import (
	"math"
	"testing"
)

// TestFunctions tries what this processor has been given on a few values.
func TestFunctions(t *testing.T) {
	var d, a, b, c [32]float32
	for i := range a {
		a[i], b[i], c[i] = float32(i), 1+0x1p-23, -float32(i)
	}
	a[7] = float32(math.Inf(1))
	c[7] = float32(math.Inf(-1))
	FMAF32()(&d, &a, &b, &c)
	for i, got := range d {
		want := math.Float32bits(float32(i) * 0x1p-23)
		if i == 7 {
			want = 0x7fffffff
		}
		if math.Float32bits(got) != want {
			t.Errorf("lane %d: %#x, want %#x", i, math.Float32bits(got), want)
		}
	}
	var u, x, y [32]uint32
	for i := range x {
		x[i], y[i] = uint32(i)<<28|5, 0x90000003
	}
	MulHiU32()(&u, &x, &y)
	for i, got := range u {
		if want := uint32(uint64(x[i]) * uint64(y[i]) >> 32); got != want {
			t.Errorf("lane %d: %#x, want %#x", i, got, want)
		}
	}
}
