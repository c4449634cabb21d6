package work

import (
	"context"
	"fmt"
	"math"
	"time"

	"hybrid/mpi"
	"hybrid/solvers/montecarlo"
	"hybrid/solvers/task"
	"hybrid/study/bound"
	"hybrid/study/result"
)

// Pi is hybrid pi. Its work is integers, whatever the type of the other kernels.
func Pi() Kernel {
	k := Kernel{Name: "pi", Unit: "samples", Flags: []string{"samples"}, Device: true}
	k.Start = func(m Machine, _ string) Size {
		if m.Simulated {
			return Size{1 << 10}
		}
		return Size{1e6}
	}
	k.Times = func(s Size, factor float64) Size { return Size{round(float64(s[0])*factor, 1<<8)} }
	k.Spread = func(s Size, workers int) Size { return Size{s[0] * workers} }
	k.Empty = func(Size) Size { return Size{256} }
	k.Valid = func(s Size) error {
		if s[0] > montecarlo.MaxSamples {
			return fmt.Errorf("there are at most %d samples", int64(montecarlo.MaxSamples))
		}
		return nil
	}
	k.Open = func(c *mpi.Comm, s Size, o Options) (Work, error) {
		w := &piWork{drawing: newDrawing(c, o, k.Words(s), float64(s[0]), 1), samples: uint64(s[0])}
		return w, nil
	}
	return k
}

// A drawing is what both kernels have that draw random numbers.
type drawing struct {
	comm    *mpi.Comm
	seed    uint64
	options montecarlo.Options
	place   bound.Place
	about   About
	each    float64 // units that cost as much as a sample of pi
}

func newDrawing(c *mpi.Comm, o Options, size string, units, each float64) drawing {
	return drawing{
		comm: c, seed: o.Seed, place: bound.Here(o.Threads, o.Device), each: each,
		options: montecarlo.Options{Threads: o.Threads, ISA: o.ISA, Device: o.Device, Costs: new(montecarlo.Costs)},
		about:   About{Size: size, Work: units},
	}
}

func (d *drawing) About() About                  { return d.about }
func (d *drawing) Prepare(context.Context) error { return nil }
func (d *drawing) Close() error                  { return nil }

// run times f.
func (d *drawing) run(f func() error) (Spent, error) {
	before := d.options.Costs.Compute
	t, err := stopwatch(f)
	return Spent{t, d.options.Costs.Compute - before}, err
}

func (d *drawing) Limit(t time.Duration, _ Memory) (result.Limit, error) {
	peak, err := bound.Sum(context.Background(), d.comm, d.place, func() (float64, error) { return montecarlo.Limit(t, d.options) })
	if peak == 0 {
		return result.Limit{}, err
	}
	return result.Limit{Rate: peak * d.each, By: "compute", Text: "that the generator's multiplications alone allow"}, err
}

type piWork struct {
	drawing
	samples uint64
}

// checkedSamples are those that a check counts again one by one.
const checkedSamples = 1 << 21

func (w *piWork) Check(ctx context.Context) (Verdict, error) {
	pi, err := montecarlo.EstimatePi(ctx, w.comm, w.samples, w.seed, w.options)
	if err != nil {
		return Verdict{}, err
	}
	few := pi
	if w.samples > checkedSamples {
		if few, err = montecarlo.EstimatePi(ctx, w.comm, checkedSamples, w.seed, w.options); err != nil {
			return Verdict{}, err
		}
	}
	v, err := montecarlo.VerifyPi(ctx, w.comm, few, w.seed, w.options)
	verdict := Verdict{v, fmt.Sprint(pi.Inside)}
	off := math.Abs(pi.Value-math.Pi) / math.Sqrt(math.Pi*(4-math.Pi)/float64(pi.Samples))
	switch {
	case v.Answer != task.Yes || few == pi:
	case off > sigmas:
		verdict.Verdict = task.Wrong("all %d samples give %v, %.1f standard errors from pi, more than %d", pi.Samples, pi.Value, off, sigmas)
	default:
		verdict.Detail = fmt.Sprintf("the first %d samples, one by one, give the same count; all give pi within %.2g standard errors", few.Samples, off)
	}
	return verdict, err
}

// sigmas is how far from what is expected a sum of many random numbers may lie:
// beyond it comes one in 10^15.
const sigmas = 8

func (w *piWork) Run(ctx context.Context) (Spent, error) {
	return w.run(func() error {
		_, err := montecarlo.EstimatePi(ctx, w.comm, w.samples, w.seed, w.options)
		return err
	})
}

// Walk is hybrid walk.
func Walk() Kernel {
	k := Kernel{Name: "walk", Unit: "steps", Flags: []string{"walks", "steps"}, Device: true}
	k.Start = func(m Machine, _ string) Size {
		if m.Simulated {
			return Size{32, 256}
		}
		return Size{1000, 10_000}
	}
	k.Times = func(s Size, factor float64) Size { return Size{round(float64(s[0])*factor, 16), s[1]} }
	k.Spread = func(s Size, workers int) Size { return Size{s[0] * workers, s[1]} }
	k.Empty = func(Size) Size { return Size{16, 128} }
	k.Valid = func(s Size) error {
		return montecarlo.WalkProblem{Walks: uint64(s[0]), Steps: uint64(s[1])}.Validate()
	}
	k.Open = func(c *mpi.Comm, s Size, o Options) (Work, error) {
		// A block of random words is two samples of pi, or 128 steps.
		w := &walkWork{drawing: newDrawing(c, o, k.Words(s), float64(s[0])*float64(s[1]), 128/2)}
		w.problem = montecarlo.WalkProblem{Walks: uint64(s[0]), Steps: uint64(s[1]), Seed: o.Seed}
		return w, nil
	}
	return k
}

type walkWork struct {
	drawing
	problem montecarlo.WalkProblem
}

// checkedSteps are those that a check takes again one by one, at least of one walk.
const checkedSteps = 1 << 24

func (w *walkWork) Check(ctx context.Context) (Verdict, error) {
	all, err := w.problem.Run(ctx, w.comm, w.options)
	if err != nil {
		return Verdict{}, err
	}
	few, fewWalks := w.problem, all
	few.Walks = min(few.Walks, max(checkedSteps/few.Steps, 1))
	if few.Walks < w.problem.Walks {
		if fewWalks, err = few.Run(ctx, w.comm, w.options); err != nil {
			return Verdict{}, err
		}
	}
	v, err := few.Verify(ctx, w.comm, fewWalks, w.options)
	verdict := Verdict{v, fmt.Sprint(all.Sum, all.SumSquares)}
	off := math.Abs(all.Mean) / math.Sqrt(float64(w.problem.Steps)/float64(w.problem.Walks))
	switch {
	case v.Answer != task.Yes || few.Walks == w.problem.Walks:
	case off > sigmas:
		verdict.Verdict = task.Wrong("the mean %g of all walks is %.1f standard errors from 0, more than %d", all.Mean, off, sigmas)
	default:
		verdict.Detail = fmt.Sprintf("the first %d walks, step by step, give the same sums and histogram; the mean of all is within %.2g standard errors", few.Walks, off)
	}
	return verdict, err
}

func (w *walkWork) Run(ctx context.Context) (Spent, error) {
	return w.run(func() error {
		_, err := w.problem.Run(ctx, w.comm, w.options)
		return err
	})
}
