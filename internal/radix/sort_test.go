package radix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"hybrid/internal/pages"
	"hybrid/simd"
)

// makers fill a slice with keys of a shape.
var makers = []struct {
	name string
	at   func(r *rand.Rand, i, n int) uint64 // the bits
}{
	{"random bits", func(r *rand.Rand, i, n int) uint64 { return r.Uint64() }},
	{"uniform", func(r *rand.Rand, i, n int) uint64 { return math.Float64bits(r.Float64()) }},
	{"normal", func(r *rand.Rand, i, n int) uint64 { return math.Float64bits(r.NormFloat64()) }},
	{"equal", func(r *rand.Rand, i, n int) uint64 { return 0x4045000000000000 }},
	{"few", func(r *rand.Rand, i, n int) uint64 { return math.Float64bits(float64(r.IntN(16) - 8)) }},
	{"few but the last", func(r *rand.Rand, i, n int) uint64 { return uint64(r.IntN(16) + 16*((i+1)/n)) }},
	{"few odd ones", func(r *rand.Rand, i, n int) uint64 {
		return uint64(r.IntN(2))<<63 | []uint64{0, 1, 0x7ff0000000000000, 0x7ff8000000000000, 0x7ff8000100000000, 1 << 62}[r.IntN(6)]
	}},
	{"33 values", func(r *rand.Rand, i, n int) uint64 { return uint64(r.IntN(fewValues+1)) << 50 }},
	{"two", func(r *rand.Rand, i, n int) uint64 { return r.Uint64() & 1 }},
	{"one other", func(r *rand.Rand, i, n int) uint64 {
		if i == n/2 {
			return 0
		}
		return 7
	}},
	{"sorted", func(r *rand.Rand, i, n int) uint64 { return uint64(i) }},
	{"reversed", func(r *rand.Rand, i, n int) uint64 { return uint64(n - i) }},
	{"nearly sorted", func(r *rand.Rand, i, n int) uint64 { return uint64(i + 100*(i/(n-5))*r.IntN(9)) }},
	{"all widths", func(r *rand.Rand, i, n int) uint64 { return r.Uint64() >> r.IntN(64) }},
	{"outliers", func(r *rand.Rand, i, n int) uint64 {
		if r.IntN(5000) == 0 {
			return r.Uint64()
		}
		return 1<<40 + r.Uint64()>>50
	}},
	{"NaNs", func(r *rand.Rand, i, n int) uint64 { return 0x7ff0000000000000 - 5 + r.Uint64()%10 ^ r.Uint64()<<63 }},
	{"organ pipe", func(r *rand.Rand, i, n int) uint64 { return uint64(min(i, n-i)) }},
}

func testSort[T Key](t *testing.T, bits func(uint64) T) {
	r := rand.New(rand.NewPCG(1, 2))
	kept := new(Workspaces)
	for _, n := range []int{0, 1, 2, 3, 100, 129, 1000, 8192, 8195, 65536, 65537, 200001} {
		for _, m := range makers {
			if testing.Short() && n > 1000 && r.IntN(16) > 0 {
				continue // long ones take minutes under the race detector
			}
			x := make([]T, n)
			for i := range x {
				x[i] = bits(m.at(r, i, n))
			}
			want := slices.Clone(x)
			slices.SortFunc(want, func(a, b T) int {
				if Rank(a) < Rank(b) {
					return -1
				} else if Rank(a) > Rank(b) {
					return 1
				}
				return 0
			})
			for _, isa := range simd.Available() {
				for _, threads := range []int{1, 3} {
					got, tmp := slices.Clone(x), make([]T, n)
					if err := Sort(got, tmp, Options{Threads: threads, ISA: isa, Workspaces: kept}); err != nil {
						t.Fatal(err)
					}
					for i := range got {
						if Rank(got[i]) != Rank(want[i]) {
							t.Fatalf("%T, %d keys, %s, %v, %d threads: key %d is %v, want %v", x, n, m.name, isa, threads, i, got[i], want[i])
						}
					}
				}
			}
		}
	}
}

func TestSort(t *testing.T) {
	testSort(t, func(b uint64) int32 { return int32(b>>32 ^ b) })
	testSort(t, func(b uint64) uint32 { return uint32(b>>32 ^ b) })
	testSort(t, func(b uint64) int64 { return int64(b) })
	testSort(t, func(b uint64) uint64 { return b })
	testSort(t, func(b uint64) float32 { return math.Float32frombits(uint32(b >> 32)) })
	testSort(t, math.Float64frombits)
}

func BenchmarkSort(b *testing.B) {
	for _, threads := range []int{1, 2} {
		for _, n := range []int{10_000, 100_000, 1_000_000, 10_000_000, 100_000_000} {
			b.Run(fmt.Sprint(threads, "x", n), func(b *testing.B) {
				src, x, tmp := pages.Make[float64](n), pages.Make[float64](n), pages.Make[float64](n)
				for i := range src {
					src[i] = rand.Float64()
				}
				for b.Loop() {
					b.StopTimer()
					copy(x, src)
					b.StartTimer()
					Sort(x, tmp, Options{Threads: threads})
				}
				if !slices.IsSorted(x) {
					b.Fatal("not sorted")
				}
				b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds()/1e6, "Mkeys/s")
			})
		}
	}
}
