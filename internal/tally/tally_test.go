package tally

import (
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"hybrid/internal/philox"
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

// slowInside is the definition in the comment of Inside, sample by sample.
func slowInside(s philox.Stream, first, samples uint64) uint64 {
	count := uint64(0)
	for i := first; i != first+samples; i++ {
		r := s.At(i/2, 0)
		count += InsidePoint(r[i%2*2], r[i%2*2+1])
	}
	return count
}

func TestInside(t *testing.T) {
	streams := []philox.Stream{philox.New(0, philox.Pi), philox.New(0xfedcba9876543210, philox.Pi), philox.New(7, 1<<31|12345)}
	firsts := []uint64{0, 1, 2, 31, 1<<33 - 37, 1<<33 - 64, 1 << 33, 1<<62 - 200, 1<<62 - 99}
	for _, s := range streams {
		for _, first := range firsts {
			for _, samples := range []uint64{0, 1, 2, 3, 15, 16, 17, 31, 32, 33, 64, 99, 200, 1000} {
				want := slowInside(s, first, samples)
				for _, k := range kernels(t) {
					if got := k.Inside(s, first, samples); got != want {
						t.Errorf("%v, %x: Inside(%d, %d) = %d, want %d", k.ISA(), s, first, samples, got, want)
					}
				}
			}
		}
	}
}

// TestInsideChunks crosses the border between two chunks.
func TestInsideChunks(t *testing.T) {
	s := philox.New(3, philox.Pi)
	want := slowInside(s, 1, 2*chunk+77)
	for _, k := range kernels(t) {
		if got := k.Inside(s, 1, 2*chunk+77); got != want {
			t.Errorf("%v: %d inside, want %d", k.ISA(), got, want)
		}
	}
}

func TestOnes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, first := range []uint64{0, 5, 1<<32 - 13, 1<<40 - 8} {
		for _, n := range []int{0, 1, 3, 4, 7, 8, 9, 16, 29, 64} {
			for _, sub := range []uint32{0, 1, 77, 1<<32 - 9, 0, 1, 2, 3} {
				s := philox.New(rng.Uint64(), philox.Walk)
				nbits := []uint64{0, 1, 31, 32, 63, 64, 65, 127, 128, 129, 256, 1000}[rng.IntN(12)]
				want := make([]uint64, n)
				for i := range want {
					want[i] = 1000 + uint64(i)
					for j := range nbits {
						r := s.At(first+uint64(i), sub+uint32(j/128))
						want[i] += uint64(r[j/32%4] >> (j % 32) & 1)
					}
				}
				for _, k := range kernels(t) {
					got := make([]uint64, n)
					for i := range got {
						got[i] = 1000 + uint64(i)
					}
					k.Ones(s, first, sub, nbits, got)
					if !slices.Equal(got, want) {
						t.Fatalf("%v: Ones(first %d, sub %d, %d bits) = %v, want %v", k.ISA(), first, sub, nbits, got, want)
					}
				}
			}
		}
	}
}

// TestInsidePoint compares with big integers, around the circle above all.
func TestInsidePoint(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	limit := new(big.Int).Lsh(big.NewInt(1), 66) // (2^32)² in units of a quarter
	check := func(x, y uint32) {
		t.Helper()
		square := func(v uint32) *big.Int {
			b := big.NewInt(2*int64(v) + 1)
			return b.Mul(b, b)
		}
		r2 := square(x)
		want := uint64(0)
		if r2.Add(r2, square(y)).Cmp(limit) < 0 {
			want = 1
		}
		if got := InsidePoint(x, y); got != want {
			t.Errorf("InsidePoint(%d, %d) = %d, want %d", x, y, got, want)
		}
	}
	for _, x := range []uint32{0, 1, 65535, 65536, 3037000499, 3037000500, 1<<32 - 2, 1<<32 - 1} {
		for _, y := range []uint32{0, 1, 65534, 65535, 65536, 3037000499, 3037000500, 1<<32 - 1} {
			check(x, y)
		}
	}
	for range 20000 {
		x := rng.Uint32()
		y := new(big.Int).Mul(big.NewInt(int64(x)), big.NewInt(int64(x)))
		y.Sqrt(y.Sub(new(big.Int).Lsh(big.NewInt(1), 64), y))
		near := uint32(min(y.Uint64(), 1<<32-1))
		for d := range uint32(5) {
			check(x, near+d-2)
		}
		check(x, rng.Uint32())
	}
}

func TestMultiply(t *testing.T) {
	for _, k := range kernels(t) {
		for _, n := range []uint64{0, 1, 127, 128, 1000} {
			if got := k.Multiply(n); got < n || got > n+128 {
				t.Errorf("%v: Multiply(%d) did %d", k.ISA(), n, got)
			}
		}
	}
}

// BenchmarkInside reports samples a second, and the fraction of the multiplier's
// peak that a block of 20 multiplications for two samples makes of that.
func BenchmarkInside(b *testing.B) {
	for _, k := range kernels(b) {
		b.Run(k.ISA().String(), func(b *testing.B) {
			s := philox.New(1, philox.Pi)
			const samples = 1 << 20
			if got, want := k.Inside(s, 0, samples), insideGo(s, 0, samples/2); got != want {
				b.Fatalf("%d inside, want %d", got, want)
			}
			first, fastest, peak := uint64(0), math.Inf(1), 0.0
			for b.Loop() {
				began := time.Now()
				k.Inside(s, first, samples)
				fastest = min(fastest, time.Since(began).Seconds())
				first += samples
				began = time.Now()
				n := k.Multiply(1 << 20)
				peak = max(peak, float64(n)/time.Since(began).Seconds())
			}
			b.ReportMetric(samples/fastest/1e6, "Msamples/s")
			b.ReportMetric(peak/1e9, "Gmul/s")
			b.ReportMetric(samples/fastest*10/peak, "of-peak")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func BenchmarkOnes(b *testing.B) {
	for _, k := range kernels(b) {
		b.Run(k.ISA().String(), func(b *testing.B) {
			s := philox.New(1, philox.Walk)
			counts, want := make([]uint64, 2048), make([]uint64, 2048)
			k.Ones(s, 0, 0, 128, counts)
			onesGo(s, 0, 0, 128, want)
			if !slices.Equal(counts, want) {
				b.Fatalf("counts are %v, want %v", counts, want)
			}
			sub := uint32(0)
			for b.Loop() {
				k.Ones(s, 0, sub, 128, counts)
				sub++
			}
			b.ReportMetric(128*float64(len(counts))*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gsteps/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// nearCircle are the samples of testdata/near_circle.txt.
func nearCircle(t *testing.T) (samples []uint64) {
	t.Helper()
	text, err := os.ReadFile("../../testdata/near_circle.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range strings.Fields(string(text)) {
		n, err := strconv.ParseUint(word, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		samples = append(samples, n)
	}
	if len(samples) == 0 {
		t.Fatal("there are none")
	}
	return samples
}

// TestDoubtful counts around samples that the upper halves of the squares put
// inside and that are outside, in chunks and alone.
func TestDoubtful(t *testing.T) {
	s := philox.New(0, philox.Pi)
	for _, sample := range nearCircle(t) {
		r := s.At(sample/2, 0)
		x, y := uint64(r[sample%2*2]), uint64(r[sample%2*2+1])
		sum := x*x>>32 + y*y>>32
		if sum < doubtful || sum >= 1<<32 || InsidePoint(uint32(x), uint32(y)) == 1 {
			t.Fatalf("sample %d, (%d, %d), is not one of those", sample, x, y)
		}
		for _, around := range []uint64{16, 100, 3000} {
			first := sample - around/2
			want := slowInside(s, first, around)
			for _, k := range kernels(t) {
				if got := k.Inside(s, first, around); got != want {
					t.Errorf("%v: Inside(%d, %d) = %d, want %d", k.ISA(), first, around, got, want)
				}
			}
		}
	}
}
