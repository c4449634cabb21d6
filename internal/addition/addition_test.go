package addition

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"hybrid/simd"
)

func TestNew(t *testing.T) {
	check[int8](t)
	check[uint8](t)
	check[int16](t)
	check[uint16](t)
	check[int32](t)
	check[uint32](t)
	check[int64](t)
	check[uint64](t)
	check[float32](t)
	check[float64](t)
	if _, err := New[int8](simd.ISA(99)); err == nil {
		t.Error("instruction set 99 gives no error")
	}
}

// check adds random bits of all lengths, apart and in place.
func check[T Number](t *testing.T) {
	t.Helper()
	g := rand.New(rand.NewPCG(7, 8))
	random := func(n int) []T {
		v := make([]T, n)
		b := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), n*int(unsafe.Sizeof(*new(T))))
		for i := range b {
			b[i] = byte(g.Uint32())
		}
		for i, x := range v {
			if x != x || math.IsInf(float64(x), 0) {
				v[i] = 1 // sums of NaNs have the bits of either
			}
		}
		return v
	}
	for _, isa := range simd.Available() {
		add, err := New[T](isa)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{0, 1, 15, 16, 17, 128, 300, 1029} {
			a, b, dst := random(n), random(n), random(n+1)
			last := dst[n]
			add(dst[:n], a, b)
			inA, inB := append([]T{}, a...), append([]T{}, b...)
			add(inA, inA, b)
			add(inB, a, inB)
			for i := range n {
				want := a[i] + b[i]
				if dst[i] != want || inA[i] != want || inB[i] != want {
					t.Fatalf("%T, %v, element %d of %d: %v, %v, %v, want %v", want, isa, i, n, dst[i], inA[i], inB[i], want)
				}
			}
			if dst[n] != last && dst[n] == dst[n] {
				t.Fatalf("%T, %v: element %d is written", last, isa, n)
			}
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	for _, isa := range simd.Available() {
		b.Run(isa.String(), func(b *testing.B) {
			add, err := New[float64](isa)
			if err != nil {
				b.Fatal(err)
			}
			dst, x := make([]float64, 8<<10), make([]float64, 8<<10)
			for i := range x {
				x[i] = float64(i)
			}
			add(dst, dst, x)
			if dst[8191] != 8191 {
				b.Fatalf("0 + 8191 = %v", dst[8191])
			}
			b.SetBytes(8 * int64(len(dst)))
			for b.Loop() {
				add(dst, dst, x)
			}
		})
	}
}
