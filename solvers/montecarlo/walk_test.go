package montecarlo

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"hybrid/internal/philox"
	"hybrid/mpi"
	"hybrid/simd"
)

// walk runs on so many ranks and checks that all have the same result.
func walk(t testing.TB, ranks int, p WalkProblem, o Options) Walks {
	t.Helper()
	all := make([]Walks, ranks)
	err := mpi.Run(ranks, func(c *mpi.Comm) (err error) {
		all[c.Rank()], err = p.Run(context.Background(), c, o)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for r := range all {
		if !reflect.DeepEqual(all[r], all[0]) {
			t.Errorf("rank %d has %+v, rank 0 %+v", r, all[r], all[0])
		}
	}
	return all[0]
}

// slowWalks is the definition in the comment of Run, step by step.
func slowWalks(p WalkProblem) (ends []int64) {
	s := philox.New(p.Seed, philox.Walk)
	for i := range p.Walks {
		end := int64(0)
		for step := range p.Steps {
			r := s.At(i, uint32(step/128))
			end += 2*int64(r[step/32%4]>>(step%32)&1) - 1
		}
		ends = append(ends, end)
	}
	return ends
}

func TestWalkSplits(t *testing.T) {
	for _, p := range []WalkProblem{
		{Walks: 1, Steps: 1}, {Walks: 3, Steps: 2}, {Walks: 10, Steps: 31}, {Walks: 37, Steps: 32}, {Walks: 8, Steps: 127},
		{Walks: 9, Steps: 128}, {Walks: 100, Steps: 129}, {Walks: 5000, Steps: 300}, {Walks: 7, Steps: 5000, Bins: 3},
	} {
		p.Seed = 5 << 40
		want := Walks{SumSquares: new(big.Int)}
		ends := slowWalks(p)
		for _, end := range ends {
			want.Sum += end
			want.SumSquares.Add(want.SumSquares, big.NewInt(end*end))
		}
		for _, ranks := range []int{1, 2, 5} {
			for _, threads := range []int{1, 3} {
				for _, isa := range simd.Available() {
					got := walk(t, ranks, p, Options{Threads: threads, ISA: isa})
					if got.Sum != want.Sum || got.SumSquares.Cmp(want.SumSquares) != 0 {
						t.Errorf("%+v, %d ranks, %d threads, %v: sums %d and %v, want %d and %v",
							p, ranks, threads, isa, got.Sum, got.SumSquares, want.Sum, want.SumSquares)
					}
					h, counts := got.Histogram, make([]uint64, len(got.Histogram.Counts))
					for _, end := range ends {
						counts[(end-h.First)/h.Width]++
					}
					if !slices.Equal(h.Counts, counts) || h.Below != 0 || h.Above != 0 {
						t.Errorf("%+v: histogram %+v, want %v", p, h, counts)
					}
				}
			}
		}
	}
}

// TestWalkBinomial compares a histogram of one bin for each position with the
// binomial distribution.
func TestWalkBinomial(t *testing.T) {
	for _, steps := range []uint64{10, 100, 128, 200, 1000} {
		p := WalkProblem{Walks: 100_000, Steps: steps, Seed: 11, Bins: 1001}
		w := walk(t, 1, p, Options{Threads: 2})
		h := w.Histogram
		if h.Width != 2 {
			t.Fatalf("%d steps: bins of %d positions", steps, h.Width/2)
		}
		law := distuv.Binomial{N: float64(steps), P: 0.5}
		chi2, cells := 0.0, 0
		rest, wantRest := float64(h.Below+h.Above), float64(p.Walks) // what falls into bins too rare to count alone
		for i, n := range h.Counts {
			end := h.First + int64(i)*h.Width
			want := float64(p.Walks) * law.Prob(float64((end+int64(steps))/2))
			if want < 10 {
				rest += float64(n)
				continue
			}
			wantRest -= want
			chi2 += (float64(n) - want) * (float64(n) - want) / want
			cells++
		}
		if wantRest > 1 {
			chi2 += (rest - wantRest) * (rest - wantRest) / wantRest
			cells++
		}
		chi := distuv.ChiSquared{K: float64(cells - 1)}
		if tail := min(chi.CDF(chi2), chi.Survival(chi2)); cells < 9 || tail < 1e-4 {
			t.Errorf("%d steps: chi-square %.1f for %d bins, which happens once in %.3g times", steps, chi2, cells, 1/tail)
		}
		if z := w.Mean / math.Sqrt(float64(steps)/float64(p.Walks)); math.Abs(z) > 4 {
			t.Errorf("%d steps: mean %g is %.1f standard errors from 0", steps, w.Mean, z)
		}
		if r := w.StdDev / math.Sqrt(float64(steps)); math.Abs(r-1) > 4/math.Sqrt(2*float64(p.Walks)) {
			t.Errorf("%d steps: standard deviation %g is %g of the expected", steps, w.StdDev, r)
		}
	}
}

// TestReduce adds up sums beyond 64 bits, of several ranks.
func TestReduce(t *testing.T) {
	const far = MaxSteps - 1
	p := WalkProblem{Walks: 9, Steps: far, Bins: 1}
	err := mpi.Run(3, func(c *mpi.Comm) error {
		all := newEnds(p)
		for range 3 {
			e := newEnds(p)
			e.add([]int64{far, -far, -far}[c.Rank()])
			all.merge(e)
		}
		w, err := all.reduce(c, p.Walks)
		if err != nil {
			return err
		}
		squares := big.NewInt(far)
		squares.Mul(squares, squares).Mul(squares, big.NewInt(9))
		mean := -far / 3.0
		if w.Sum != -3*far || w.SumSquares.Cmp(squares) != 0 || w.Mean != mean {
			t.Errorf("sums %d and %v, mean %v, want %d, %v and %v", w.Sum, w.SumSquares, w.Mean, int64(-3*far), squares, mean)
		}
		if want := far * math.Sqrt(8.0/9); math.Abs(w.StdDev/want-1) > 1e-15 {
			t.Errorf("standard deviation %v, want %v", w.StdDev, want)
		}
		if h := w.Histogram; h.Below != 6 || h.Above != 3 || h.Counts[0] != 0 {
			t.Errorf("histogram %+v, want 6 below and 3 above", h)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestHistogram puts every position that has a bin into one.
func TestHistogram(t *testing.T) {
	for _, steps := range []uint64{1, 2, 3, 10, 64, 65, 1000, 12345, MaxSteps} {
		for _, bins := range []int{0, 1, 2, 7, 100, 5000} {
			h := newHistogram(steps, bins)
			n := len(h.all) - 2
			limit := bins
			if bins == 0 {
				limit = defaultBins
			}
			last := h.First + int64(n)*h.Width - 2
			if n < 1 || n > limit || h.Width%2 != 0 || (h.First+int64(steps))%2 != 0 || last+h.First < 0 || last+h.First > 2 {
				t.Errorf("%d steps, %d bins: %d bins from %d by %d", steps, bins, n, h.First, h.Width)
			}
			if reached := min(float64(steps), reach*math.Sqrt(float64(steps))); float64(last) < reached-1 {
				t.Errorf("%d steps, %d bins: the bins end at %d, before %g", steps, bins, last, reached)
			}
			for i, end := range []int64{h.First - 2, h.First, h.First + h.Width - 2, h.First + h.Width, last, last + 2} {
				before := slices.Clone(h.all)
				h.add(end)
				at := []int{n, 0, 0, 1, n - 1, n + 1}[i]
				if i == 3 && n == 1 {
					at = 2
				}
				if before[at]++; !slices.Equal(before, h.all) {
					t.Errorf("%d steps, %d bins: %d is not in bin %d", steps, bins, end, at)
				}
			}
		}
	}
}

func TestWalkRefuses(t *testing.T) {
	for _, v := range []struct {
		p    WalkProblem
		want string
	}{
		{WalkProblem{Walks: 0, Steps: 1}, "0 walks"},
		{WalkProblem{Walks: 1, Steps: 0}, "0 steps"},
		{WalkProblem{Walks: 1, Steps: MaxSteps + 1}, "549755813889 steps"},
		{WalkProblem{Walks: 1<<62 + 1, Steps: 1}, "at most 2^62"},
		{WalkProblem{Walks: 1 << 63, Steps: 1 << 38}, "at most 2^62"},
		{WalkProblem{Walks: 1, Steps: 1, Bins: -1}, "-1 bins"},
	} {
		err := mpi.Run(2, func(c *mpi.Comm) error {
			_, err := v.p.Run(context.Background(), c, Options{})
			return err
		})
		if err == nil || !strings.Contains(err.Error(), v.want) {
			t.Errorf("%+v: error %v", v.p, err)
		}
	}
}

// BenchmarkWalk reports steps a second.
func BenchmarkWalk(b *testing.B) {
	for _, isa := range simd.Available() {
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("%v/threads=%d", isa, threads), func(b *testing.B) {
				p := WalkProblem{Walks: 100_000, Steps: 10_000, Seed: 1}
				want := walk(b, 1, p, Options{})
				best := math.Inf(1)
				for b.Loop() {
					began := time.Now()
					got := walk(b, 1, p, Options{ISA: isa, Threads: threads})
					best = min(best, time.Since(began).Seconds())
					if !reflect.DeepEqual(got, want) {
						b.Fatalf("got %+v, want %+v", got, want)
					}
				}
				b.ReportMetric(float64(p.Walks*p.Steps)/best/1e9, "Gsteps/s")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}
