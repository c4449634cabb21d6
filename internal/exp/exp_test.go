package exp

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestOf compares with package math, to a few units in the last place.
func TestOf(t *testing.T) {
	for i := range 20001 {
		x := -float64(i) / 20000 * 750
		if got, want := Of(x), math.Exp(x); math.Abs(got-want) > 4e-16*want && want > 1e-300 || got < 0 {
			t.Fatalf("Of(%v) = %v, want %v", x, got, want)
		}
	}
}

// TestAll compares the bits of All with those of Of, on any number of numbers, and where a
// division, a rounding or a cancellation is at its limit.
func TestAll(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	special := []float64{0, math.Copysign(0, -1), -5e-324, -1e-310, -1e-17, -700, -math.Ln2, -math.Ln2 / 2,
		math.Nextafter(-math.Ln2/2, 0), math.Nextafter(-math.Ln2/2, -1), -1.5 * math.Ln2, -25}
	for n := range 4000 {
		x := make([]float64, n%11)
		for i := range x {
			switch rng.IntN(4) {
			case 0:
				x[i] = -700 * rng.Float64()
			case 1:
				x[i] = -25 * rng.Float64()
			case 2:
				x[i] = -math.Ldexp(rng.Float64(), -rng.IntN(120))
			default:
				x[i] = special[rng.IntN(len(special))]
			}
		}
		got := append([]float64{}, x...)
		All(got)
		for i := range x {
			if want := Of(x[i]); math.Float64bits(got[i]) != math.Float64bits(want) {
				t.Fatalf("All of %v is %x at %d of %d, want %x", x[i], got[i], i, n%11, want)
			}
		}
	}
}

func BenchmarkAll(b *testing.B) {
	from, x := make([]float64, 1024), make([]float64, 1024)
	for i := range from {
		from[i] = -float64(i) / 40
	}
	b.SetBytes(8 * 1024)
	for b.Loop() {
		copy(x, from)
		All(x)
	}
}
