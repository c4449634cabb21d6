package peak

import (
	"math"
	"testing"
	"time"

	"hybrid/internal/fma"
	"hybrid/simd"
)

func TestChain(t *testing.T) {
	testChain[float64](t)
	testChain[float32](t)
}

// testChain compares each kernel with the definition, value by value, and checks
// that it writes nothing beyond the end.
func testChain[T Real](t *testing.T) {
	for _, isa := range simd.Available() {
		k, err := New[T](isa)
		if err != nil {
			t.Fatal(err)
		}
		if k.ISA() != isa || k.Flops() != 2*k.n {
			t.Errorf("%v: %v with %d operations a round", isa, k.ISA(), k.Flops())
		}
		for _, rounds := range []int{0, 1, 2, 77} {
			x := make([]T, k.n+32)
			for i := range x {
				x[i] = T(i) - T(1)/3
			}
			var m, b T = 0.7, -0.3
			k.chain(rounds, &x[0], m, b)
			for i, got := range x {
				want := T(i) - T(1)/3
				for range rounds {
					if i < k.n {
						want = fma.FMA(m, b, want)
					}
				}
				if got != want {
					t.Fatalf("%v, %T: %d rounds give %v at %d, want %v", isa, got, rounds, got, i, want)
				}
			}
		}
	}
	if _, err := New[T](simd.ISA(99)); err == nil || err.Error() != "peak: simd: unknown instruction set ISA(99)" {
		t.Errorf("an unknown instruction set: %v", err)
	}
}

func TestMeasure(t *testing.T) {
	for _, isa := range simd.Available() {
		k, err := New[float32](isa)
		if err != nil {
			t.Fatal(err)
		}
		if n := k.Rounds(100 * time.Microsecond); n < 1 {
			t.Errorf("%v: %d rounds", isa, n)
		}
		for _, cores := range []int{1, 3} {
			rates := k.Measure(cores, 7, 100*time.Microsecond)
			if len(rates) != 7 {
				t.Fatalf("%v: %d parts, want 7", isa, len(rates))
			}
			for _, r := range rates {
				if !(r > 0) || math.IsInf(r, 0) {
					t.Errorf("%v, %d cores: %v flop/s", isa, cores, rates)
				}
			}
		}
	}
}

func BenchmarkFMA(b *testing.B) {
	for _, isa := range simd.Available() {
		b.Run(isa.String()+"/f64", func(b *testing.B) { benchmark[float64](b, isa) })
		b.Run(isa.String()+"/f32", func(b *testing.B) { benchmark[float32](b, isa) })
	}
}

func benchmark[T Real](b *testing.B, isa simd.ISA) {
	k, err := New[T](isa)
	if err != nil {
		b.Fatal(err)
	}
	const rounds = 100_000
	for b.Loop() {
		k.Do(rounds)
	}
	b.ReportMetric(rounds*float64(k.Flops())*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
