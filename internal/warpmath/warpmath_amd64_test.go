//go:build !noasm

package warpmath

import (
	"math"
	"math/rand/v2"
	"testing"

	"hybrid/simd"
)

// operands fills three arrays with values among which are NaNs, infinities and
// subnormal numbers.
func operands[T any](rng *rand.Rand, from func(uint64) T) (v [3][32]T) {
	for j := range v {
		for i := range v[j] {
			x := rng.Uint64()
			switch rng.IntN(8) {
			case 0:
				x = 0x7ff0000000000000 | x&0x800fffff00000000>>rng.IntN(3)
			case 1:
				x &= 0x800fffffffffffff
			case 2:
				x = 0
			}
			v[j][i] = from(x)
		}
	}
	return v
}

func compare[T any](t *testing.T, name string, from func(uint64) T, bits func(T) uint64, avx2, plain func(d, a, b, c *[32]T)) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		v := operands(rng, from)
		var got, want [32]T
		avx2(&got, &v[0], &v[1], &v[2])
		plain(&want, &v[0], &v[1], &v[2])
		for i := range got {
			if g, w := bits(got[i]), bits(want[i]); g != w {
				t.Fatalf("%s(%v, %v, %v): AVX2 %#x, Go %#x", name, v[0][i], v[1][i], v[2][i], g, w)
			}
		}
		// The result over an operand.
		avx2(&v[1], &v[0], &v[1], &v[2])
		for i := range got {
			if bits(v[1][i]) != bits(got[i]) {
				t.Fatalf("%s: over its operand %v, elsewhere %v", name, v[1][i], got[i])
			}
		}
	}
}

func two[T any](f Two[T]) Three[T] { return func(d, a, b, _ *[32]T) { f(d, a, b) } }

func TestAVX2(t *testing.T) {
	if simd.Best() == simd.Go {
		t.Skip("this processor has no AVX2")
	}
	f32 := func(x uint64) float32 { return math.Float32frombits(uint32(x >> 32)) }
	b32 := func(x float32) uint64 { return uint64(math.Float32bits(x)) }
	f64 := func(x uint64) float64 { return math.Float64frombits(x) }
	b64 := func(x float64) uint64 {
		if x != x {
			return 0x7ff8000000000000
		}
		return math.Float64bits(x)
	}
	u32 := func(x uint64) uint32 { return uint32(x) }
	w32 := func(x uint32) uint64 { return uint64(x) }
	u64 := func(x uint64) uint64 { return x }
	compare(t, "add", f32, b32, two(addF32AVX2), two(addF32Go))
	compare(t, "sub", f32, b32, two(subF32AVX2), two(subF32Go))
	compare(t, "mul", f32, b32, two(mulF32AVX2), two(mulF32Go))
	compare(t, "fma", f32, b32, fmaF32AVX2, fmaF32Go)
	compare(t, "add", f64, b64, two(addF64AVX2), two(addF64Go))
	compare(t, "sub", f64, b64, two(subF64AVX2), two(subF64Go))
	compare(t, "mul", f64, b64, two(mulF64AVX2), two(mulF64Go))
	compare(t, "fma", f64, b64, fmaF64AVX2, fmaF64Go)
	compare(t, "add", u32, w32, two(addU32AVX2), two(addU32Go))
	compare(t, "add", u64, u64, two(addU64AVX2), two(addU64Go))
	compare(t, "mul", u32, w32, two(mulU32AVX2), two(mulU32Go))
	compare(t, "mad", u32, w32, madU32AVX2, madU32Go)
	compare(t, "mulhi", u32, w32, two(mulHiU32AVX2), two(mulHiU32Go))
}
