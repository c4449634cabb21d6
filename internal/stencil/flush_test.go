package stencil

import (
	"math"
	"testing"
	"unsafe"

	"hybrid/simd"
)

// aroundZero are values and what becomes of them where those below 2^-80 are 0.
func aroundZero[T Real]() (values, flushed []T) {
	zero := T(math.Ldexp(1, -80))
	below, above := zero*(1-epsilon[T]()/2), zero*(1+epsilon[T]())
	least32, least64 := T(math.Ldexp(1, -149)), T(math.Ldexp(1, -1074)) // 0 in float32
	inf, nan := T(math.Inf(1)), T(math.NaN())
	for _, c := range [][2]T{
		{zero, zero}, {above, above}, {1, 1}, {inf, inf},
		{below, 0}, {zero / 2, 0}, {least32, 0}, {least64, 0}, {0, 0},
	} {
		values, flushed = append(values, c[0], -c[0]), append(flushed, c[1], 0-c[1])
	}
	values, flushed = append(values, T(math.Copysign(0, -1)), nan), append(flushed, 0, nan)
	return values, flushed
}

func epsilon[T Real]() T {
	var v T
	if unsafe.Sizeof(v) == 4 {
		return 0x1p-23
	}
	return 0x1p-52
}

// same tells whether two values have the same bits or are NaN.
func same[T Real](a, b T) bool {
	return math.Float64bits(float64(a)) == math.Float64bits(float64(b)) || a != a && b != b
}

// testFlush has each value in each lane of a field that an update leaves as it is.
func testFlush[T Real](t *testing.T) {
	values, want := aroundZero[T]()
	for i, v := range values {
		if got := Flush(v, T(math.Ldexp(1, -80))); !same(got, want[i]) {
			t.Errorf("Flush(%v) is %v, want %v", v, got, want[i])
		}
		if got := Flush(v, 0); !same(got, v) {
			t.Errorf("Flush(%v) below 0 is %v", v, got)
		}
	}
	l := Lanes[T]()
	const groups, rows = 7, 3
	width := (groups + 2*Halo) * l
	for _, isa := range simd.Available() {
		k, err := New[T](isa)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			for _, forth := range []bool{true, false} {
				for _, flush := range []bool{true, false} {
					buf := make([]T, width*(rows+2))
					for at := range buf {
						buf[at] = v
					}
					// 0 times an infinity is none of the value's.
					c := &Coef[T]{K: 1, Zero: T(math.Ldexp(1, -80))}
					if v-v != 0 {
						c.RX, c.RY, c.K = 0.25, 0.25, 0.5
					}
					b := Block{At: Halo * l, Stride: width, Rows: rows, Groups: groups, Flush: flush}
					step := k.Forth
					if !forth {
						step = k.Back
					}
					step(buf, b, c, nil)
					want := want[i]
					if !flush {
						want = Update(c, v, v, v, v, v)
					}
					for r := range rows {
						for at := range groups * l {
							if got := buf[b.At+r*width+at]; !same(got, want) {
								t.Fatalf("%v forth %v flush %v: %v becomes %v, want %v", isa, forth, flush, v, got, want)
							}
						}
					}
				}
			}
		}
	}
}

func TestFlush(t *testing.T) {
	t.Run("float64", testFlush[float64])
	t.Run("float32", testFlush[float32])
}
