package kernels

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"hybrid/gpu"
	"hybrid/internal/philox"
	"hybrid/internal/tally"
	"hybrid/simd"
)

// A course of a walk test: n walks from first on, whose steps are taken in parts.
type walkCase struct {
	WalkShape
	seed, first uint64
	n           int
	part        uint64
}

// want works out the sums and the histogram from the definitions.
func (v walkCase) want(t *testing.T) (sum int64, squares *big.Int, counts []uint64) {
	k, err := tally.New(simd.Go)
	if err != nil {
		t.Fatal(err)
	}
	ones := make([]uint64, v.n)
	k.Ones(philox.New(v.seed, philox.Walk), v.first, 0, v.Steps, ones)
	squares, counts = new(big.Int), make([]uint64, v.Bins+2)
	for _, up := range ones {
		end := 2*int64(up) - int64(v.Steps)
		sum += end
		squares.Add(squares, new(big.Int).Mul(big.NewInt(end), big.NewInt(end)))
		switch bin := (end - v.First) / v.Width; {
		case end < v.First:
			counts[v.Bins]++
		case bin >= int64(v.Bins):
			counts[v.Bins+1]++
		default:
			counts[bin]++
		}
	}
	return sum, squares, counts
}

func (s WalkSums) squares() *big.Int {
	all := new(big.Int)
	for i := 2; i >= 0; i-- {
		all.Lsh(all, 32).Add(all, new(big.Int).SetUint64(s.Squares[i]))
	}
	return all
}

func checkCounts(t *testing.T, got, want []uint64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("a histogram of %d counts, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("bin %d of %d has %d walks, want %d", i, len(want)-2, got[i], want[i])
			return
		}
	}
}

func TestWalk(t *testing.T) {
	bins := func(steps uint64, first, width int64, n int) WalkShape {
		return WalkShape{Steps: steps, First: first, Width: width, Bins: n, AtOnce: 700}
	}
	for _, v := range []walkCase{
		{bins(1, -1, 2, 2), 1, 0, 1, 1},
		{bins(31, -31, 2, 32), 2, 0, 33, 31},
		{bins(32, -4, 2, 5), 3, 1 << 40, 256, 32},         // with ends beyond the bins
		{bins(64, 0, 64, 1), 1 << 63, 1<<32 - 5, 257, 64}, // across a high word
		{bins(127, -127, 6, 43), 4, 10, 300, 127},
		{bins(128, -128, 258, 1), 5, 10, 700, 128},
		{bins(129, -131, 4, 66), 6, 10, 400, 128}, // the first bin begins before the first end
		{bins(500, -500, 2, 501), 7, 99, 130, 128},
		{bins(1000, -1000, 2, 10_000), 8, 99, 70, 384},       // bins that no shared memory holds
		{bins(128*101+5, -1001, 34, 100), 12, 3, 5, 1 << 40}, // in parts, of which the last is shorter
		{bins(128*64*3+77, -1001, 34, 100), 9, 3, 5, 1 << 40},
		{bins(128*64*200+1, -5001, 100, 100), 10, 3, 2, 1 << 40},
		{bins(128*64*20, -5000, 100, 100), 11, 3, 2, 128 * 1000},
	} {
		t.Run(fmt.Sprintf("steps=%d,bins=%d", v.Steps, v.Bins), func(t *testing.T) {
			wantSum, wantSquares, wantCounts := v.want(t)
			onVariants(t, "walk", func(t *testing.T, d *gpu.Device, s *gpu.Stream) {
				k, err := LoadWalk(d, s, v.WalkShape)
				if err != nil {
					t.Fatal(err)
				}
				defer k.Close()
				for range 2 { // what is added up begins at 0 again
					for step := uint64(0); step < v.Steps; step += v.part {
						if err := k.Take(v.seed, v.first, v.n, step, min(v.part, v.Steps-step)); err != nil {
							t.Fatal(err)
						}
					}
					if err := k.End(v.n); err != nil {
						t.Fatal(err)
					}
					got, err := k.Sums()
					if err != nil {
						t.Fatal(err)
					}
					if got.Sum != wantSum || got.squares().Cmp(wantSquares) != 0 {
						t.Errorf("sums %d and %v, want %d and %v", got.Sum, got.squares(), wantSum, wantSquares)
					}
					checkCounts(t, got.Counts, wantCounts)
				}
			})
		})
	}
}

// TestWalkEnds ends walks of any length at any place, with numbers of ones that are
// made up.
func TestWalkEnds(t *testing.T) {
	const steps = walkSteps << 32
	ups := []uint64{0, 1, steps / 2, steps/2 - 1, steps/2 + 1, steps - 1, steps, steps / 3, steps/2 + 12345678, steps/2 - 12345678}
	for _, v := range []walkCase{
		{WalkShape: WalkShape{Steps: steps, First: -steps, Width: 2 * 7919, Bins: 1 << 10, AtOnce: len(ups)}},
		{WalkShape: WalkShape{Steps: steps, First: -5931642, Width: 118634, Bins: 100, AtOnce: len(ups)}},
		{WalkShape: WalkShape{Steps: steps, First: -5931642, Width: 11863284, Bins: 1, AtOnce: len(ups)}},
		{WalkShape: WalkShape{Steps: steps, First: 0, Width: 2, Bins: 3, AtOnce: len(ups)}},
	} {
		sum, squares, counts := int64(0), new(big.Int), make([]uint64, v.Bins+2)
		for _, up := range ups {
			end := 2*int64(up) - steps
			sum += end
			squares.Add(squares, new(big.Int).Mul(big.NewInt(end), big.NewInt(end)))
			bin := (end - v.First) / v.Width
			if end < v.First {
				bin = int64(v.Bins)
			} else if bin >= int64(v.Bins) {
				bin = int64(v.Bins) + 1
			}
			counts[bin]++
		}
		onVariants(t, "walk", func(t *testing.T, d *gpu.Device, s *gpu.Stream) {
			k, err := LoadWalk(d, s, v.WalkShape)
			if err != nil {
				t.Fatal(err)
			}
			defer k.Close()
			if err := errors.Join(s.Synchronize(), k.up.Write(ups)); err != nil {
				t.Fatal(err)
			}
			if err := k.End(len(ups)); err != nil {
				t.Fatal(err)
			}
			got, err := k.Sums()
			if err != nil {
				t.Fatal(err)
			}
			if got.Sum != sum || got.squares().Cmp(squares) != 0 {
				t.Errorf("sums %d and %v, want %d and %v", got.Sum, got.squares(), sum, squares)
			}
			checkCounts(t, got.Counts, counts)
		})
	}
}

func TestWalkRefuses(t *testing.T) {
	good := WalkShape{Steps: 100, First: -100, Width: 2, Bins: 101, AtOnce: 10}
	onVariants(t, "walk", func(t *testing.T, d *gpu.Device, s *gpu.Stream) {
		for want, change := range map[string]func(w *WalkShape){
			"of 0 steps":               func(w *WalkShape) { w.Steps = 0 },
			"of 549755813889 steps":    func(w *WalkShape) { w.Steps = walkSteps<<32 + 1 },
			"0 bins":                   func(w *WalkShape) { w.Bins = 0 },
			"-1 walks at once":         func(w *WalkShape) { w.AtOnce = -1 },
			"3 wide":                   func(w *WalkShape) { w.Width = 3 },
			"bins from -99 on":         func(w *WalkShape) { w.First = -99 },
			"1152921504606846976 wide": func(w *WalkShape) { w.Width = 1 << 60 },
		} {
			w := good
			change(&w)
			if _, err := LoadWalk(d, s, w); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%+v: error %v, want %q", w, err, want)
			}
		}
		k, err := LoadWalk(d, s, good)
		if err != nil {
			t.Fatal(err)
		}
		defer k.Close()
		for want, err := range map[string]error{
			"11 walks at once":   k.Take(1, 0, 11, 0, 100),
			"from step 64":       k.Take(1, 0, 1, 64, 36),
			"101 steps":          k.Take(1, 0, 1, 0, 101),
			"-1 walks at once: ": k.End(-1),
		} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want %q", err, want)
			}
		}
	})
}
