package montecarlo

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"hybrid/internal/philox"
	"hybrid/internal/tally"
	"hybrid/mpi"
	"hybrid/simd"
)

// estimate runs on so many ranks and checks that all have the same result.
func estimate(t testing.TB, ranks int, samples, seed uint64, o Options) Pi {
	t.Helper()
	all := make([]Pi, ranks)
	err := mpi.Run(ranks, func(c *mpi.Comm) (err error) {
		all[c.Rank()], err = EstimatePi(context.Background(), c, samples, seed, o)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for r := range all {
		if all[r] != all[0] {
			t.Errorf("rank %d has %+v, rank 0 %+v", r, all[r], all[0])
		}
	}
	return all[0]
}

// TestPiSplits compares with the definition for every way to split the work.
func TestPiSplits(t *testing.T) {
	for _, samples := range []uint64{1, 2, 3, 17, 1001, piPiece + 5} {
		s := philox.New(9, philox.Pi)
		inside := uint64(0)
		for i := range samples {
			r := s.At(i/2, 0)
			inside += tally.InsidePoint(r[i%2*2], r[i%2*2+1])
		}
		for _, ranks := range []int{1, 2, 3, 5} {
			for _, threads := range []int{0, 1, 3} {
				for _, isa := range simd.Available() {
					p := estimate(t, ranks, samples, 9, Options{Threads: threads, ISA: isa})
					if p.Inside != inside || p.Samples != samples {
						t.Errorf("%d ranks, %d threads, %v: %d of %d inside, want %d of %d",
							ranks, threads, isa, p.Inside, p.Samples, inside, samples)
					}
				}
			}
		}
	}
}

// TestPiPasses takes more than one pass, and pins the integer.
func TestPiPasses(t *testing.T) {
	if simd.Best() == simd.Go || testing.Short() {
		t.Skip("SKIPPED: 300 million samples need a vector instruction set, and more time than a short test has")
	}
	const samples, inside = 300_000_001, 235_623_832
	for _, ranks := range []int{1, 2} {
		if p := estimate(t, ranks, samples, 42, Options{Threads: 2}); p.Inside != inside {
			t.Errorf("%d ranks: %d inside, want %d", ranks, p.Inside, inside)
		}
	}
}

// TestPiDistribution compares the estimates of many seeds with the normal
// distribution around pi that their standard errors promise.
func TestPiDistribution(t *testing.T) {
	const seeds = 200
	chi2 := 0.0
	for seed := range uint64(seeds) {
		p := estimate(t, 1, 20_000, seed<<33|seed, Options{})
		z := (p.Value - math.Pi) / p.Stderr
		chi2 += z * z
	}
	law := distuv.ChiSquared{K: seeds}
	if tail := min(law.CDF(chi2), law.Survival(chi2)); tail < 1e-4 {
		t.Errorf("the squares of %d normal deviations add up to %.1f, which happens once in %.3g times", seeds, chi2, 1/tail)
	}
}

func TestNewPi(t *testing.T) {
	for _, v := range []struct {
		samples, inside uint64
		want            Pi
	}{
		{4, 3, Pi{4, 3, 3, 4 * math.Sqrt(3./64)}},
		{10, 0, Pi{10, 0, 0, 0}},
		{1 << 62, 1 << 62, Pi{1 << 62, 1 << 62, 4, 0}},
		{1 << 62, 1 << 61, Pi{1 << 62, 1 << 61, 2, 0x1p-30}},
	} {
		if got := newPi(v.samples, v.inside); got != v.want {
			t.Errorf("newPi(%d, %d) = %+v, want %+v", v.samples, v.inside, got, v.want)
		}
	}
}

func TestPiRefuses(t *testing.T) {
	for _, v := range []struct {
		samples uint64
		o       Options
		want    string
	}{
		{0, Options{}, "0 samples"},
		{MaxSamples + 1, Options{}, "4611686018427387905 samples"},
		{1, Options{Threads: -1}, "-1 threads"},
		{1, Options{ISA: 99}, "unknown instruction set"},
	} {
		err := mpi.Run(2, func(c *mpi.Comm) error {
			_, err := EstimatePi(context.Background(), c, v.samples, 0, v.o)
			if err == nil {
				t.Errorf("rank %d takes %+v", c.Rank(), v)
			}
			return err
		})
		if err == nil || !strings.Contains(err.Error(), v.want) {
			t.Errorf("%+v: error %v", v, err)
		}
	}
}

func TestLimit(t *testing.T) {
	for _, isa := range simd.Available() {
		v, err := Limit(time.Millisecond, Options{ISA: isa, Threads: 2})
		if err != nil || !(v > 0) || math.IsInf(v, 0) {
			t.Errorf("%v: Limit = %v, %v", isa, v, err)
		}
	}
	if v, err := Limit(time.Millisecond, Options{Device: simulated(t)}); v != 0 || err != nil {
		t.Errorf("a simulated device: Limit = %v, %v", v, err)
	}
	if _, err := Limit(time.Millisecond, Options{Threads: -1}); err == nil {
		t.Error("Limit takes -1 threads")
	}
}

// BenchmarkPi reports samples a second and which fraction that is of Limit.
func BenchmarkPi(b *testing.B) {
	for _, isa := range simd.Available() {
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("%v/threads=%d", isa, threads), func(b *testing.B) {
				o := Options{ISA: isa, Threads: threads}
				samples := uint64(1 << 26)
				if isa == simd.Go {
					samples >>= 4
				}
				want := estimate(b, 1, samples, 1, Options{})
				best := math.Inf(1)
				for b.Loop() {
					began := time.Now()
					got := estimate(b, 1, samples, 1, o)
					best = min(best, time.Since(began).Seconds())
					if got != want {
						b.Fatalf("got %+v, want %+v", got, want)
					}
				}
				limit, err := Limit(100*time.Millisecond, o)
				if err != nil {
					b.Fatal(err)
				}
				rate := float64(samples) / best
				b.ReportMetric(rate/1e6, "Msamples/s")
				b.ReportMetric(rate/limit, "of-limit")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}
