package integrand

import (
	"math"
	"math/rand/v2"
	"testing"

	"hybrid/simd"
)

// kernels are those of this processor.
func kernels(t testing.TB) []*Kernel {
	var all []*Kernel
	for _, isa := range simd.Available() {
		k, err := New(isa)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, k)
	}
	return all
}

// TestArc compares with the order of additions in the package comment.
func TestArc(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []uint64{0, 1, 31, 32, 33, 63, 64, 100, 4096} {
		for _, lo := range []uint64{0, 1, 4096, 1 << 40} {
			p := Points{Origin: rng.NormFloat64(), Step: rng.NormFloat64() * 1e-3, Shift: rng.Float64()}
			values := make([]float64, n)
			for i := range values {
				x := math.FMA(float64(lo+uint64(i))+p.Shift, p.Step, p.Origin)
				values[i] = 4 / math.FMA(x, x, 1)
			}
			var sums [Groups]float64
			for i, v := range values {
				sums[i%Groups] += v
			}
			for half := Groups / 2; half > 0; half /= 2 {
				for i := range half {
					sums[i] += sums[half+i]
				}
			}
			var added Partial
			split := n / 2 / Groups * Groups
			added.Add(values[:split])
			added.Add(values[split:])
			if got := added.Total(); got != sums[0] {
				t.Errorf("Add of %d values = %v, want %v", n, got, sums[0])
			}
			for _, k := range kernels(t) {
				if got := k.Arc(&p, lo, lo+n, new(Partial)); got != sums[0] {
					t.Errorf("%v: Arc(%+v, %d, %d) = %v, want %v", k.ISA(), p, lo, lo+n, got, sums[0])
				}
			}
		}
	}
}

// TestMixed compares quotients one by one: of places of all magnitudes, and of those whose
// 1+x² is near a power of two, where the least digits decide.
func TestMixed(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, k := range kernels(t) {
		if k.mixed == nil {
			continue
		}
		unknown := 0
		for round := range 100_000 {
			p := Points{Origin: math.Ldexp(rng.NormFloat64(), rng.IntN(40)-8), Step: math.Ldexp(rng.Float64(), -rng.IntN(60))}
			if round%4 == 0 {
				square := math.Ldexp(1, rng.IntN(50)) - 1
				p.Origin = math.Sqrt(square)
				p.Origin, p.Step = p.Origin*(1-64*0x1p-53), p.Origin*0x1p-52
			}
			var sums Partial
			if !k.mixed(&p.Origin, 0, 1, &sums[0]) {
				unknown++
				continue
			}
			for i, got := range sums {
				x := p.At(uint64(i))
				if want := 4 / math.FMA(x, x, 1); got != want {
					t.Fatalf("%v: 4/(1+%v²) = %v, want %v", k.isa, x, got, want)
				}
			}
		}
		if unknown > 50_000 {
			t.Errorf("%v: %d groups of %d are unknown", k.isa, unknown, 100_000)
		}
	}
}

// TestArcFallsBack has places where multiply-adds do not know the quotient, and where they
// would be wrong.
func TestArcFallsBack(t *testing.T) {
	ones := math.Nextafter(1, 0) // 1+x² is 2-2^-52
	for _, k := range kernels(t) {
		for _, x := range []float64{ones, 1 << 51, 1e100, -1e160, math.Inf(1)} {
			p := Points{Origin: x}
			want := 32 * (4 / math.FMA(x, x, 1))
			if got := k.Arc(&p, 0, 32, new(Partial)); got != want {
				t.Errorf("%v: 32 times 4/(1+%v²) = %v, want %v", k.isa, x, got, want)
			}
		}
		if k.mixed != nil && k.mixed(&(&Points{Origin: ones}).Origin, 0, 1, &new(Partial)[0]) {
			t.Errorf("%v: the quotient of all ones is known", k.isa)
		}
	}
}

func BenchmarkArc(b *testing.B) {
	for _, k := range kernels(b) {
		b.Run(k.ISA().String(), func(b *testing.B) {
			const n = 1 << 16
			p, sums := Points{Step: 1.0 / n, Shift: 0.5}, new(Partial)
			for b.Loop() {
				if pi := k.Arc(&p, 0, n, sums) / n; math.Abs(pi-math.Pi) > 1e-9 {
					b.Fatalf("pi is %v", pi)
				}
			}
			b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mpoints/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func TestDivideDoesAtLeastWhatIsAskedFor(t *testing.T) {
	for _, isa := range simd.Available() {
		k, err := New(isa)
		if err != nil {
			t.Fatal(err)
		}
		if zero, few := k.Divide(0), k.Divide(1000); zero != 0 || few < 1000 || few >= 1000+16*8 {
			t.Errorf("%v: %d and %d", isa, zero, few)
		}
	}
}
