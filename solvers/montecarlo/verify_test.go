package montecarlo

import (
	"context"
	"math/big"
	"strings"
	"testing"

	"hybrid/internal/tally"
	"hybrid/mpi"
	"hybrid/solvers/task"
)

func TestVerifyAcceptsWhatIsRightAndNothingElse(t *testing.T) {
	ctx := context.Background()
	for _, ranks := range []int{1, 3} {
		err := mpi.Run(ranks, func(c *mpi.Comm) error {
			o := Options{Threads: 2}
			p, err := EstimatePi(ctx, c, 100001, 7, o)
			if err != nil {
				return err
			}
			v, err := VerifyPi(ctx, c, p, 7, o)
			if err != nil || v.Answer != task.Yes {
				t.Errorf("pi: %+v, %v", v, err)
			}
			p.Inside++
			if v, err := VerifyPi(ctx, c, p, 7, o); err != nil || v.Answer != task.No || !strings.Contains(v.Detail, "of the first 100001 samples are inside, but one by one") {
				t.Errorf("pi, one too many: %+v, %v", v, err)
			}

			problem := WalkProblem{Walks: 1001, Steps: 300, Seed: 7}
			w, err := problem.Run(ctx, c, o)
			if err != nil {
				return err
			}
			if v, err := problem.Verify(ctx, c, w, o); err != nil || v.Answer != task.Yes {
				t.Errorf("walks: %+v, %v", v, err)
			}
			// What is in w is compared, and not only counted again.
			w.Sum += 2
			if v, err := problem.Verify(ctx, c, w, o); err != nil || v.Answer != task.No {
				t.Errorf("walks, another sum: %+v, %v", v, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestJudgesKnowWhatIsTooFar(t *testing.T) {
	right := newPi(1e6, 785398)
	for _, c := range []struct {
		all, first Pi
		again      uint64
		want       string
	}{
		{right, right, right.Inside, "all samples, one by one, give the same count"},
		{right, newPi(1000, 785), 785, "the first 1000 samples, one by one, give the same count"},
		{right, newPi(1000, 785), 784, "785 of the first 1000 samples are inside, but one by one it is 784"},
		{newPi(1e6, 782000), newPi(1000, 785), 785, "standard errors from pi, more than 8"},
	} {
		if v := c.all.judge(c.first, c.again); !strings.Contains(v.Detail, c.want) || (v.Answer == task.Yes) != strings.Contains(v.Detail, "give") {
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
		if v := p.judge(c.w, 10, walks(0, 5), walks(0, 5)); !strings.Contains(v.Detail, c.want) || (v.Answer == task.Yes) != strings.Contains(v.Detail, "give") {
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
