package montecarlo

import (
	"context"
	"math/big"
	"slices"
	"strings"
	"testing"

	"hybrid/internal/tally"
	"hybrid/mpi"
	"hybrid/solvers/task"
)

// TestVerifyFindsWhatWasPlanted changes what is reported of a run by as little as can be,
// or as a lost or doubled rank would, where all is counted again one by one and where a
// part is.
func TestVerifyFindsWhatWasPlanted(t *testing.T) {
	ctx := context.Background()
	const samples = 100001
	problem := WalkProblem{Walks: 1001, Steps: 300, Seed: 7}
	for _, ranks := range []int{1, 3} {
		for _, all := range []bool{true, false} {
			err := mpi.Run(ranks, func(c *mpi.Comm) error {
				o := Options{Threads: 2}
				n, blocks := uint64(samples), uint64(1<<20)
				if !all {
					n, blocks = 1000, 100
				}
				right, err := EstimatePi(ctx, c, samples, 7, o)
				if err != nil {
					return err
				}
				lost, err := countInside(ctx, c, samples/3, samples*2/3, 7, o)
				if err != nil {
					return err
				}
				for name, fault := range map[string]func(p *Pi){
					"none":           func(*Pi) {},
					"off by one":     func(p *Pi) { p.Inside++ },
					"a flipped bit":  func(p *Pi) { p.Inside ^= 1 << 3 },
					"a lost rank":    func(p *Pi) { p.Inside -= lost },
					"a rank twice":   func(p *Pi) { p.Inside += lost },
					"another result": func(p *Pi) { *p = newPi(samples, p.Inside-1) },
				} {
					p := right
					fault(&p)
					v, err := p.verify(ctx, c, n, 7, o)
					if err != nil || (v.Answer == task.Yes) != (name == "none") || v.Answer == task.CannotTell {
						t.Errorf("pi on %d ranks, all %v, %s: %+v, %v", ranks, all, name, v, err)
					}
				}
				w, err := problem.Run(ctx, c, o)
				if err != nil {
					return err
				}
				for name, fault := range map[string]func(w *Walks){
					"none":          func(*Walks) {},
					"a step":        func(w *Walks) { w.Sum += 2 },
					"a flipped bit": func(w *Walks) { w.SumSquares.SetBit(w.SumSquares, 2, 1-w.SumSquares.Bit(2)) },
					"a moved walk":  func(w *Walks) { w.Histogram.Counts[0]++; w.Histogram.Counts[9]-- },
					"swapped bins": func(w *Walks) {
						h := w.Histogram.Counts
						h[len(h)/2-1], h[len(h)/2+2] = h[len(h)/2+2]+1, h[len(h)/2-1]-1
					},
					"a lost rank": func(w *Walks) { w.Sum /= 2; w.SumSquares.Rsh(w.SumSquares, 1) },
				} {
					wrong := w
					wrong.SumSquares = new(big.Int).Set(w.SumSquares)
					wrong.Histogram.Counts = slices.Clone(w.Histogram.Counts)
					fault(&wrong)
					v, err := problem.verify(ctx, c, wrong, blocks, o)
					if err != nil || (v.Answer == task.Yes) != (name == "none") || v.Answer == task.CannotTell {
						t.Errorf("walks on %d ranks, all %v, %s: %+v, %v", ranks, all, name, v, err)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestJudgesKnowWhatIsTooFar(t *testing.T) {
	right := newPi(1e6, 785398)
	for _, c := range []struct {
		all, first  Pi
		again, rest uint64
		want        string
	}{
		{right, right, right.Inside, 0, "all samples, one by one, give the same count"},
		{right, newPi(1000, 785), 785, 785398 - 785, "the first 1000 samples, one by one, give the same count, and so do all, in two parts"},
		{right, newPi(1000, 785), 784, 785398 - 785, "785 of the first 1000 samples are inside, but one by one it is 784"},
		{newPi(1e6, 782000), newPi(1000, 785), 785, 782000 - 785, "standard errors from pi, more than 8"},
	} {
		if v := c.all.verdict(c.first, c.again, c.rest); !strings.Contains(v.Detail, c.want) || (v.Answer == task.Yes) != strings.Contains(v.Detail, "give") {
			t.Errorf("%+v, want %q", v, c.want)
		}
	}
	p := WalkProblem{Walks: 10000, Steps: 100}
	walks := func(mean float64, squares int64) Walks { return Walks{Mean: mean, SumSquares: big.NewInt(squares)} }
	for _, c := range []struct {
		w    Walks
		want string
	}{
		{walks(0.1, 1e6), "give the same sums"},
		{walks(0.9, 1e6), "the mean 0.9 is 9.0 standard errors from 0"},
		{walks(0, 1e6+120000), "the mean square 112 is 8.5 standard errors from 100"},
	} {
		if v := p.verdict(c.w, 10, walks(0, 5), walks(0, 5), c.w); !strings.Contains(v.Detail, c.want) || (v.Answer == task.Yes) != strings.Contains(v.Detail, "give") {
			t.Errorf("%+v, want %q", v, c.want)
		}
	}
}

func TestInsideIsTheSameInTwoWays(t *testing.T) {
	const most = 1<<32 - 1
	for _, c := range [][2]uint32{{0, 0}, {most, 0}, {0, most}, {most, most}, {1 << 31, 1 << 31}, {3037000499, 3037000499}, {3037000500, 3037000500}, {3037000499, 3037000500}, {4294967295, 92681}, {4294967295, 92682}} {
		if got, want := inside(c[0], c[1]), tally.InsidePoint(c[0], c[1]) == 1; got != want {
			t.Errorf("%v: %v, want %v", c, got, want)
		}
	}
}
