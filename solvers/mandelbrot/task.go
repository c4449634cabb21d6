package mandelbrot

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"hybrid/internal/units"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// Statement is hybrid mandelbrot.
func Statement(c *task.Common) task.Problem { return &statement{Common: c} }

type statement struct {
	*task.Common
	Problem
	Schedule  Schedule
	center    [2]float64 // as given
	Chunk     int
	Out       []string
	Imbalance string
}

//go:embed help.txt
var help string

func (p *statement) About() task.About {
	return task.About{Name: "mandelbrot", Summary: "count the Mandelbrot set with balanced load", Help: help, Counts: "tiles"}
}

func (p *statement) Declare(o *option.Set) {
	o.Group("Picture")
	o.Int(&p.Width, "width", 1500, "pixels", option.Meant("nx", "columns"), option.Range(1, math.MaxInt32), option.Size)
	o.Int(&p.Height, "height", 1000, "pixels", option.Meant("ny", "rows"), option.Range(1, math.MaxInt32), option.Size)
	o.Pair(&p.center, "center", [2]float64{-0.5, 0}, "middle of the picture", option.Arg("RE,IM"), option.Default("-0.5,0"))
	o.Positive(&p.Zoom, "zoom", 1, "the picture is 3/zoom wide")
	o.Int32(&p.MaxIter, "max-iter", 1000, "greatest count", option.Meant("iterations"), option.Range(1, math.MaxInt32))
	o.Choice(&p.DType, "dtype", "what is computed with. f32 has other roundings and so other counts", option.Choices("f64", "f32"), option.Arg("TYPE"))
	o.Uint64(&p.Seed, "seed", 0, task.Ignored("Nothing is random here"))
	o.Group("Sharing")
	o.Named(&p.Schedule, "schedule", "how tiles of 64 x 64 pixels come to ranks:", option.Explained(
		"dynamic", "rank 0 hands them out on request, and counts too",
		"static", "each rank has one run of them, of equal length",
		"cyclic", "tile t is rank t mod p's",
		"guided", "as dynamic, but in chunks of 1/(2p) of the rest",
		"stealing", "each rank begins with one run; one that has run out takes half of what another has left"))
	o.Int(&p.Chunk, "chunk", 1, "tiles for each thread that rank 0 hands out at least", option.Range(1, 1<<20))
	o.Group("Output")
	o.Outs(&p.Out, "out", "write the counts; may be given several times. The ending says what is written:", []string{".npy", ".png"}, option.Forms(
		".npy", "NumPy array of int32, rows first",
		".png", "picture with axes and a colour bar, a pixel for each point, black inside"))
	o.Out(&p.Imbalance, "imbalance", "draw how many pixels took how many iterations, how many tiles took how long, and how long each rank counted, "+
		"beside what runs of equal length would have taken", []string{".png"})
	o.Group("Run")
	o.Toggle(&p.Verify, "verify", "count every pixel again by the plain loop")
}

func (p *statement) Check(c *task.Checker) {
	p.Re, p.Im = p.center[0], p.center[1]
	c.Outputs(p.Out)
	if other := task.Clash(p.Out, p.Imbalance); p.Imbalance != "" && other != "" {
		c.Fail("%s is %q, which %s names too: give each file a name of its own", c.Name("imbalance"), p.Imbalance, c.Name("out"))
	}
	if err := p.Validate(); err != nil {
		c.Fail("%s", strings.TrimPrefix(err.Error(), "mandelbrot: "))
	}
}

// Sizes makes a problem larger by more pixels of the same picture, each of which costs
// what it did on average.
func (p *statement) Sizes() task.Sizes {
	resize := func(s task.Size, factor float64) task.Size {
		width := max(int(math.Round(float64(s[0])*math.Sqrt(factor)/2))*2, 16)
		height := math.Round(float64(s[0]) * float64(s[1]) * factor / float64(width))
		return task.Size{width, max(int(height), 8), s[2]}
	}
	return task.Sizes{
		Unit: "iterations", Params: []string{"width", "height", "max-iter"}, Typed: true, Such: "1500x1000x500",
		Start: func(m task.Machine, _ string) task.Size {
			if m.Simulated {
				return task.Size{48, 32, 50}
			}
			return task.Size{384, 256, 1000}
		},
		Times: resize,
		Spread: func(s task.Size, workers int) task.Size {
			if workers == 1 {
				return s
			}
			return resize(s, float64(workers))
		},
		Empty: func(task.Size) task.Size { return task.Size{16, 8, 1} },
	}
}

func (p *statement) Open(_ context.Context, j *task.Job) (task.Task, error) {
	if p.DType == "f32" {
		return open[float32](p, j)
	}
	return open[float64](p, j)
}

// A set is the problem on one rank.
type set[T Real] struct {
	*statement
	job    *task.Job
	solver *Solver[T]
	done   func(pixels int)
	before saved   // what a checkpoint has
	sum    Summary // of the last run, and of the checkpoint
}

func open[T Real](p *statement, j *task.Job) (task.Task, error) {
	t := &set[T]{statement: p, job: j}
	var err error
	if t.solver, err = t.of(p.Problem); err != nil {
		return nil, task.BadInput("", err)
	}
	var cost []task.Target
	if p.Imbalance != "" {
		cost = []task.Target{{Option: "imbalance", Path: p.Imbalance}}
	}
	if err := j.Hold(p.Out, func(path string) error { return CheckOutput(j.Files, path, p.Problem) }, cost...); err != nil {
		return nil, errors.Join(err, t.solver.Close())
	}
	return t, nil
}

func (t *set[T]) of(p Problem) (*Solver[T], error) {
	j := t.job
	return New[T](j.Comm, p, Options{Threads: j.Threads, ISA: j.ISA, Schedule: t.Schedule, Chunk: t.Chunk, Device: j.Device,
		// Rank 0 tells how far it is itself; the others are about as far.
		Progress: func(n int64) { t.done(int(n) * j.Comm.Size()) }})
}

func (t *set[T]) Prepare(context.Context) (err error) {
	t.solver.begin()
	if t.job.Resume != nil {
		t.before, err = t.solver.restore(t.job.Resume)
	}
	return task.BadInput("", err)
}

func (t *set[T]) Run(ctx context.Context, e task.Effort) (task.Run, error) {
	t.done = t.job.Progress("pixels", t.pixels(), func(rate float64) string { return units.SI(rate) + " pixels/s" })
	grain, about, err := t.piece()
	if err != nil {
		return task.Run{}, err
	}
	if err := t.job.Comm.Barrier(); err != nil {
		return task.Run{}, err
	}
	began, waited := time.Now(), t.job.Keeper.Waited()
	if err := t.job.Go(ctx, t, grain, about); err != nil {
		return task.Run{}, err
	}
	run := task.Run{Elapsed: time.Since(began) - t.job.Keeper.Waited() + waited}
	if t.sum, err = t.solver.Summary(); err != nil {
		return run, err
	}
	run.Compute = min(time.Duration(t.sum.Busy[t.job.Comm.Rank()]*float64(time.Second)), run.Elapsed)
	if e != task.Unchecked {
		v, err := t.verify(ctx, e)
		run.Verdict = &v
		return run, err
	}
	return run, nil
}

// pixels is how many this run counts.
func (t *set[T]) pixels() int {
	n := t.Width * t.Height
	for tile := range t.before.Tiles {
		x0, x1, y0, y1 := t.solver.tiling.box(tile)
		n -= (x1 - x0) * (y1 - y0)
	}
	return n
}

// checkedPixels are those of the picture that a check of bench counts again, at most.
const checkedPixels = 96 * 64

// verify counts every pixel again by the plain loop or, since that takes many times as
// long, those of a smaller picture of the same part.
func (t *set[T]) verify(ctx context.Context, e task.Effort) (task.Verdict, error) {
	few := t.Problem
	pixels := float64(few.Width) * float64(few.Height)
	if e == task.Whole || pixels <= checkedPixels {
		return t.solver.Verify(ctx)
	}
	shrink := math.Sqrt(checkedPixels / pixels)
	few.Width = max(int(float64(few.Width)*shrink), 1)
	few.Height = max(int(float64(few.Height)*shrink), 1)
	small, err := t.of(few)
	if err != nil {
		return task.Verdict{}, err
	}
	if err := small.Run(ctx); err != nil {
		return task.Verdict{}, errors.Join(err, small.Close())
	}
	v, err := small.Verify(ctx)
	v.Detail = fmt.Sprintf("of a picture of %d x %d of the same part: %s", few.Width, few.Height, v.Detail)
	return v, errors.Join(err, small.Close())
}

func (t *set[T]) Work() task.Work {
	n := float64(t.sum.Computed)
	return task.Work{Units: n, Flops: 6 * n, Bytes: 4 * float64(t.Width) * float64(t.Height)}
}

func (t *set[T]) Limit(ctx context.Context, d time.Duration, _ task.Memory) (task.Limit, error) {
	rate, err := t.job.Best(ctx, func() (float64, error) { return t.solver.Limit(d), nil })
	return task.Limit{Rate: rate, By: "compute", Text: "with every lane busy"}, err
}

func (t *set[T]) Answer() (string, error) { return fmt.Sprint(t.sum.Iterations, t.sum.Inside), nil }

func (t *set[T]) Outputs() []string {
	if t.Imbalance == "" {
		return t.Out
	}
	return append(t.Out[:len(t.Out):len(t.Out)], t.Imbalance)
}

func (t *set[T]) Write(path string) error {
	if path == t.Imbalance {
		return t.solver.WriteImbalance(t.job.Files, path)
	}
	return t.solver.Write(t.job.Files, path)
}

func (t *set[T]) Close() error { return t.solver.Close() }

type mandelbrotResult struct {
	Iterations int64 `json:"iterations"` // the sum of the counts
	Inside     int64 `json:"inside"`     // pixels that have the greatest count
	Tiles      int   `json:"tiles"`
}

type mandelbrotMetrics struct {
	PixelsPerSecond     float64 `json:"pixels_per_second"`
	IterationsPerSecond float64 `json:"iterations_per_second"` // of those in the result
	// Computed are the iterations that had to be computed, the others being known
	// from a point's period. ComputedPerSecond is held against PeakIterations, the
	// rate of the kernels with every lane busy and nothing to look for.
	Computed          int64    `json:"computed"`
	ComputedPerSecond float64  `json:"computed_per_second"`
	PeakIterations    float64  `json:"peak_iterations"`
	PeakFraction      *float64 `json:"peak_fraction"` // null: too short a run to say

	Tiles       []int     `json:"tiles"`        // that each rank counted
	RankSeconds []float64 `json:"rank_seconds"` // that each rank counted, the mean of its threads
	Imbalance   float64   `json:"imbalance"`    // the largest of them over their mean
	// StaticImbalance is what equal runs of tiles would have had, by the times that
	// the tiles took in this run.
	StaticImbalance float64 `json:"static_imbalance"`
	PeakBytes       int     `json:"peak_bytes"`
}

func (t *set[T]) Report(ctx context.Context, r *task.Report) error {
	peak, err := t.Limit(ctx, r.Probe(50*time.Millisecond), nil)
	if err != nil {
		return err
	}
	sum, pixels := t.sum, float64(t.Width)*float64(t.Height)
	m := mandelbrotMetrics{ // rates are those of what this run has counted
		PixelsPerSecond: r.PerSecond(float64(t.pixels())), IterationsPerSecond: r.PerSecond(float64(sum.Iterations - t.before.Iterations)),
		Computed: sum.Computed, ComputedPerSecond: r.PerSecond(float64(sum.Computed - t.before.Computed)), PeakIterations: peak.Rate,
		RankSeconds: sum.Busy, Imbalance: sum.Imbalance, StaticImbalance: sum.Static, PeakBytes: r.PeakBytes,
	}
	r.Say("picture", "%d x %d pixels, %s, center %g, %g, zoom %g, at most %d iterations", t.Width, t.Height, t.DType, t.Re, t.Im, t.Zoom, t.MaxIter)
	r.Say("result", "%d iterations in all, %.3g of the pixels inside", sum.Iterations, float64(sum.Inside)/pixels)
	r.Say("schedule", "%v, %s of 64 x 64 pixels", t.Schedule, units.Count(sum.Tiles, "tile"))
	m.PeakFraction = r.Speed(m.ComputedPerSecond, "iterations", peak)
	if known := sum.Iterations - sum.Computed; known > 0 {
		r.Rate("skipped", "%.3g of the iterations, those of points known to be periodic: %s/s in effect",
			float64(known)/float64(sum.Iterations), units.SI(m.IterationsPerSecond))
	}
	if m.Tiles, err = task.Shares(r, t.job.Comm, len(t.solver.done), "tiles, by "+t.Schedule.String()+" schedule"); err != nil {
		return err
	}
	r.Rate("balance", "the slowest rank took %.3g of the mean time; in equal runs of tiles it would have taken %.3g", sum.Imbalance, sum.Static)
	r.Result, r.Metrics, r.Recheck = mandelbrotResult{sum.Iterations, sum.Inside, sum.Tiles}, m, "counts every pixel again by the plain loop"
	r.Outputs("output", t.Out...)
	if t.Imbalance != "" {
		r.Outputs("imbalance", t.Imbalance)
	}
	return nil
}
