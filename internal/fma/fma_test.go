package fma

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// TestFMA32 compares with exact rational arithmetic, on results that are
// normal, subnormal, tiny, cancelling and overflowing.
func TestFMA32(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	random := func() float32 {
		for {
			f := math.Float32frombits(rng.Uint32())
			if rng.IntN(2) == 0 {
				f = float32(math.Ldexp(rng.Float64()-0.5, rng.IntN(8)-75))
			}
			if f == f && !math.IsInf(float64(f), 0) {
				return f
			}
		}
	}
	exact := func(f float32) *big.Float { return new(big.Float).SetPrec(2000).SetFloat64(float64(f)) }
	check := func(x, y, z float32) {
		t.Helper()
		sum := new(big.Float).SetPrec(2000).Mul(exact(x), exact(y))
		sum.Add(sum, exact(z))
		want, _ := sum.Float32()
		if got := FMA32(x, y, z); got != want {
			t.Fatalf("FMA32(%x, %x, %x) = %x, want %x", x, y, z, got, want)
		}
	}
	rounds := 200000
	if testing.Short() {
		rounds = 50000
	}
	for range rounds {
		x, y := random(), random()
		check(x, y, random())
		// A sum near the middle between two floats.
		p := float32(float64(x) * float64(y))
		if p == p && !math.IsInf(float64(p), 0) {
			check(x, y, p*float32(math.Ldexp(1, -24+rng.IntN(3))))
			check(x, y, -p)
		}
	}
	check(0x1p-75, 0x1p-75, 0x1p-149)
	check(0x1.000002p0, 0x1.000002p0, 0x1p-60)
}

// TestFMA holds the generic function to the two that it chooses between, on a
// product whose rounding is visible.
func TestFMA(t *testing.T) {
	if got, want := FMA(1+0x1p-30, 1+0x1p-30, -1.0), 0x1p-29+0x1p-60; got != want {
		t.Errorf("float64: %x, want %x", got, want)
	}
	if got, want := FMA(float32(1+0x1p-15), 1+0x1p-15, -1), float32(0x1p-14+0x1p-30); got != want {
		t.Errorf("float32: %x, want %x", got, want)
	}
}
