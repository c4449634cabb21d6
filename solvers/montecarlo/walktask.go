package montecarlo

import (
	"context"
	_ "embed"
	"fmt"
	"math"
	"math/big"

	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// WalkStatement is hybrid walk.
func WalkStatement(c *task.Common) task.Problem { return &walkProblem{Common: c} }

type walkProblem struct {
	*task.Common
	WalkProblem
	Balance string
	Out     []string
}

//go:embed help/walk.txt
var walkHelp string

// maxBins is more than a picture can show.
const maxBins = 1e6

func (p *walkProblem) About() task.About {
	return task.About{Name: "walk", Summary: "take random walks, and say where they end", Help: walkHelp, Counts: "walks"}
}

func (p *walkProblem) Declare(o *option.Set) {
	o.Group("Problem")
	o.Uint64(&p.Walks, "walks", 1e5, "walks", option.Bare, option.Meant("n", "walkers"), option.Range(1, MaxAllSteps))
	o.Uint64(&p.Steps, "steps", 1e4, "steps of each walk. All walks together take at most 2^62", option.Range(1, MaxSteps))
	o.Int(&p.Bins, "bins", 100, "of the histogram of the ends, at most", option.Range(1, maxBins), option.Size)
	o.Choice(&p.DType, "dtype", task.Ignored("It computes with whole numbers"), option.Choices("f64", "f32"), option.Arg("TYPE"))
	o.Group("Output")
	o.Outs(&p.Out, "out", "write the histogram; may be given several times. The ending says how:", Formats, option.Forms(
		".png", "beside the normal distribution",
		".npy", "NumPy array of int64, a row for each bin: from, to but without it, walks that end between",
		".csv", "the same as text, with a line of names"))
	o.Group("Run")
	task.Balance(o, &p.Balance, "equal shares of the walks", "a rank that is done with its share takes half of what another has left")
	o.Toggle(&p.Common.Verify, "verify", "take the walks again, step by step: all of them, or the first 2^34 steps and the rest as before, shared out in another way; and see whether the sums "+
		"are too far from what is expected")
}

func (p *walkProblem) Check(c *task.Checker) {
	c.Outputs(p.Out)
	p.WalkProblem.Seed = p.Common.Seed
	if p.Validate() != nil {
		c.Fail("%s %d times %s %d is more than 2^62 = %d steps in all: take fewer", c.Name("walks"), p.Walks, c.Name("steps"), p.Steps, uint64(MaxAllSteps))
	}
}

func (p *walkProblem) Sizes() task.Sizes {
	return task.Sizes{
		Unit: "steps", Params: []string{"walks", "steps"}, Such: "1e5x1e4",
		Start: func(m task.Machine, _ string) task.Size {
			if m.Simulated {
				return task.Size{32, 256}
			}
			return task.Size{1000, 10_000}
		},
		Times: func(s task.Size, factor float64) task.Size {
			return task.Size{significant(float64(s[0])*factor, 16), s[1]}
		},
		Spread: func(s task.Size, workers int) task.Size { return task.Size{task.Product(s[0], workers), s[1]} },
		Empty:  func(task.Size) task.Size { return task.Size{16, 128} },
	}
}

func (p *walkProblem) Open(_ context.Context, j *task.Job) (task.Task, error) {
	if err := j.Hold(p.Out, nil); err != nil {
		return nil, err
	}
	// A block of random words is two samples of pi, or 128 steps.
	t := &walkTask{walkProblem: p, job: j, drawing: newDrawing(j, p.Balance == "off", "walks", p.Walks, "steps", float64(p.Steps), blockSteps/2)}
	return t, t.restore()
}

type walkTask struct {
	*walkProblem
	*drawing
	job     *task.Job
	before  *Walks   // those that a checkpoint has; nil: none
	walkers *walkers // for the others
	walks   Walks
}

// checkedBlocks are those that a check of bench takes again one by one, at least of
// one walk.
const checkedBlocks = 1 << 17

func (t *walkTask) Run(ctx context.Context, e task.Effort) (task.Run, error) {
	run, err := t.run(func() error { return t.take(ctx) })
	if err == nil && e != task.Unchecked {
		n := uint64(verifiedBlocks)
		if e == task.Sampled {
			n = checkedBlocks
		}
		v, err := t.verify(ctx, t.place.Comm, t.walks, n, t.options)
		run.Verdict = &v
		return run, err
	}
	return run, err
}

func (t *walkTask) take(ctx context.Context) (err error) {
	if err := t.place.Comm.Agree(t.Validate()); err != nil {
		return err
	}
	if t.walkers, err = newWalkers(t.place.Comm, t.WalkProblem, t.options); err != nil {
		return err
	}
	defer t.walkers.close()
	if err = t.job.Go(ctx, t, int(t.tile(t.place.Comm.Size())), task.Piece); err != nil {
		return err
	}
	t.walks, err = t.walksSoFar()
	return err
}

func (t *walkTask) Answer() (string, error) { return fmt.Sprint(t.walks.Sum, t.walks.SumSquares), nil }
func (t *walkTask) Outputs() []string       { return t.Out }
func (t *walkTask) Write(path string) error {
	return t.WalkProblem.Write(t.job.Files, path, t.walks.Histogram)
}

type walkResult struct {
	Sum            int64    `json:"sum"` // of the ends, exact
	SumSquares     *big.Int `json:"sum_squares"`
	Mean           float64  `json:"mean"`
	StdDev         float64  `json:"stddev"`
	ExpectedMean   float64  `json:"expected_mean"`
	ExpectedStdDev float64  `json:"expected_stddev"`
	MeanStderr     float64  `json:"mean_stderr"` // how far the mean is expected to be off
}

func (t *walkTask) Report(ctx context.Context, r *task.Report) error {
	w, steps := t.walks, float64(t.Steps)
	result := walkResult{w.Sum, w.SumSquares, w.Mean, w.StdDev, 0, math.Sqrt(steps), math.Sqrt(steps / float64(t.Walks))}
	r.Say("walks", "%d of %d steps", t.Walks, t.Steps)
	r.Say("sums", "of the ends %d, of their squares %d", w.Sum, w.SumSquares)
	r.Say("result", "mean %.6g, expected 0 +- %.2g; standard deviation %.6g, expected %.6g", w.Mean, result.MeanStderr, w.StdDev, result.ExpectedStdDev)
	r.Recheck = "takes walks again, step by step"
	r.Outputs("output", t.Out...)
	r.Result = result
	return t.speed(ctx, r)
}
