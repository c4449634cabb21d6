package montecarlo

import (
	"context"
	_ "embed"
	"fmt"
	"math"

	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// PiStatement is hybrid pi.
func PiStatement(c *task.Common) task.Problem { return &piProblem{Common: c} }

type piProblem struct {
	*task.Common
	Samples int
	Balance string
}

//go:embed help/pi.txt
var piHelp string

func (p *piProblem) About() task.About {
	return task.About{Name: "pi", Summary: "estimate pi from random points", Help: piHelp, Counts: "samples"}
}

func (p *piProblem) Declare(o *option.Set) {
	o.Group("Problem")
	o.Int(&p.Samples, "samples", 1e8, "points", option.Bare, option.Meant("n", "points"), option.Range(1, MaxSamples))
	o.Choice(&p.DType, "dtype", task.Ignored("It computes with whole numbers"), option.Choices("f64", "f32"), option.Arg("TYPE"))
	o.Group("Run")
	task.Balance(o, &p.Balance, "equal shares of the samples", "a rank that is done with its share takes half of what another has left")
	o.Toggle(&p.Verify, "verify", "count the points again, one by one: all of them, or the first 2^28 and the rest as before, shared out in another way; and see whether the estimate is too far from pi")
}

func (p *piProblem) Check(*task.Checker) {}

func (p *piProblem) Sizes() task.Sizes {
	return task.Sizes{
		Unit: "samples", Params: []string{"samples"}, Such: "1e9",
		Start: func(m task.Machine, _ string) task.Size {
			if m.Simulated {
				return task.Size{1 << 10}
			}
			return task.Size{1e6}
		},
		Times:  func(s task.Size, factor float64) task.Size { return task.Size{significant(float64(s[0])*factor, 1<<8)} },
		Spread: func(s task.Size, workers int) task.Size { return task.Size{task.Product(s[0], workers)} },
		Empty:  func(task.Size) task.Size { return task.Size{256} },
	}
}

func (p *piProblem) Open(_ context.Context, j *task.Job) (task.Task, error) {
	t := &piTask{piProblem: p, job: j, drawing: newDrawing(j, p.Balance == "off", "samples", uint64(p.Samples), "samples", 1, 1)}
	return t, t.restore()
}

type piTask struct {
	*piProblem
	*drawing
	job    *task.Job
	before uint64   // points inside of those that a checkpoint has
	count  *piCount // of the others
	pi     Pi
}

// checkedSamples are those that a check of bench counts again one by one.
const checkedSamples = 1 << 21

func (t *piTask) Run(ctx context.Context, e task.Effort) (task.Run, error) {
	run, err := t.run(func() error { return t.estimate(ctx) })
	if err == nil && e != task.Unchecked {
		n := uint64(verifiedSamples)
		if e == task.Sampled {
			n = checkedSamples
		}
		v, err := t.pi.verify(ctx, t.place.Comm, min(t.pi.Samples, n), t.Seed, t.options)
		run.Verdict = &v
		return run, err
	}
	return run, err
}

func (t *piTask) estimate(ctx context.Context) (err error) {
	if t.count, err = newPiCount(t.place.Comm, t.Seed, t.options); err != nil {
		return err
	}
	defer t.count.close()
	if err = t.job.Go(ctx, t, piTile, task.Piece); err != nil {
		return err
	}
	inside, err := t.inside()
	t.pi = newPi(t.all, inside)
	return err
}

func (t *piTask) Answer() (string, error) { return fmt.Sprint(t.pi.Inside), nil }

type piResult struct {
	Pi     float64 `json:"pi"`
	Inside uint64  `json:"inside"`
	Stderr float64 `json:"stderr"`
}

func (t *piTask) Report(ctx context.Context, r *task.Report) error {
	pi := t.pi
	r.Say("samples", "%d, of which %d are inside the quarter circle", pi.Samples, pi.Inside)
	r.Say("result", "pi = %.10g +- %.2g, %.2g off", pi.Value, pi.Stderr, math.Abs(pi.Value-math.Pi))
	r.Recheck = "counts again without vectors"
	r.Result = piResult{pi.Value, pi.Inside, pi.Stderr}
	return t.speed(ctx, r)
}
