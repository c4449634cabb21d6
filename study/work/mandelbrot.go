package work

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"hybrid/mpi"
	"hybrid/solvers/mandelbrot"
	"hybrid/study/bound"
	"hybrid/study/result"
)

// Mandelbrot is hybrid mandelbrot: the whole set. A larger problem is the same
// picture with more pixels, each of which costs what it did on average.
func Mandelbrot() Kernel {
	k := Kernel{Name: "mandelbrot", Unit: "iterations", Flags: []string{"width", "height", "max-iter"}, Device: true}
	resize := func(s Size, factor float64) Size {
		width := max(multiple(float64(s[0])*math.Sqrt(factor), 2), 16)
		height := math.Round(float64(s[0]) * float64(s[1]) * factor / float64(width))
		return Size{width, max(int(height), 8), s[2]}
	}
	k.Start = func(m Machine, _ string) Size {
		if m.Simulated {
			return Size{48, 32, 50}
		}
		return Size{384, 256, 1000}
	}
	k.Times = resize
	k.Spread = func(s Size, workers int) Size {
		if workers == 1 {
			return s
		}
		return resize(s, float64(workers))
	}
	k.Empty = func(Size) Size { return Size{16, 8, 1} }
	k.Valid = func(s Size) error {
		if s[2] > math.MaxInt32 {
			return fmt.Errorf("max-iter is at most %d", math.MaxInt32)
		}
		return picture(s).Validate()
	}
	k.Open = func(c *mpi.Comm, s Size, o Options) (Work, error) {
		about := About{Size: k.Words(s)}
		if o.DType == "f32" {
			return openMandelbrot[float32](c, s, o, about)
		}
		return openMandelbrot[float64](c, s, o, about)
	}
	return k
}

// picture is what hybrid mandelbrot shows unless it is told otherwise.
func picture(s Size) mandelbrot.Problem {
	return mandelbrot.Problem{Width: s[0], Height: s[1], Re: -0.5, Zoom: 1, MaxIter: int32(s[2])}
}

type mandelbrotWork[T mandelbrot.Real] struct {
	comm    *mpi.Comm
	problem mandelbrot.Problem
	solver  *mandelbrot.Solver[T]
	options Options
	about   About
}

func openMandelbrot[T mandelbrot.Real](c *mpi.Comm, s Size, o Options, about About) (Work, error) {
	w := &mandelbrotWork[T]{comm: c, problem: picture(s), options: o, about: about}
	var err error
	w.solver, err = w.of(w.problem)
	return w, err
}

func (w *mandelbrotWork[T]) of(p mandelbrot.Problem) (*mandelbrot.Solver[T], error) {
	return mandelbrot.New[T](w.comm, p, mandelbrot.Options{Threads: w.options.Threads, ISA: w.options.ISA, Device: w.options.Device})
}

func (w *mandelbrotWork[T]) About() About { return w.about }

// checkedPixels are those of the picture that a check counts again, at most.
const checkedPixels = 96 * 64

// Check counts a smaller picture of the same part again, since the plain loop takes
// many times as long.
func (w *mandelbrotWork[T]) Check(ctx context.Context) (Verdict, error) {
	if err := w.solver.Run(ctx); err != nil {
		return Verdict{}, err
	}
	sum, err := w.solver.Summary()
	if err != nil {
		return Verdict{}, err
	}
	w.about.Work = float64(sum.Computed)
	w.about.Flops = 6 * w.about.Work
	w.about.Bytes = 4 * float64(w.problem.Width) * float64(w.problem.Height)
	verdict := Verdict{Print: fmt.Sprint(sum.Iterations, sum.Inside)}

	checked, few := w.solver, w.problem
	if pixels := float64(few.Width) * float64(few.Height); pixels > checkedPixels {
		shrink := math.Sqrt(checkedPixels / pixels)
		few.Width = max(int(float64(few.Width)*shrink), 1)
		few.Height = max(int(float64(few.Height)*shrink), 1)
		if checked, err = w.of(few); err != nil {
			return verdict, err
		}
		if err := checked.Run(ctx); err != nil {
			return verdict, errors.Join(err, checked.Close())
		}
	}
	v, err := checked.Verify(ctx)
	verdict.Verdict = v
	if checked != w.solver {
		verdict.Detail = fmt.Sprintf("of a picture of %d x %d of the same part: %s", few.Width, few.Height, v.Detail)
		err = errors.Join(err, checked.Close())
	}
	return verdict, err
}

func (w *mandelbrotWork[T]) Prepare(context.Context) error { return nil }

func (w *mandelbrotWork[T]) Run(ctx context.Context) (Spent, error) {
	t, err := stopwatch(func() error { return w.solver.Run(ctx) })
	if err != nil {
		return Spent{}, err
	}
	sum, err := w.solver.Summary()
	if err != nil {
		return Spent{}, err
	}
	busy := time.Duration(sum.Busy[w.comm.Rank()] * float64(time.Second))
	return Spent{t, min(busy, t)}, nil
}

func (w *mandelbrotWork[T]) Limit(d time.Duration, _ Memory) (result.Limit, error) {
	peak, err := bound.Sum(context.Background(), w.comm, bound.Here(w.options.Threads, w.options.Device), func() (float64, error) {
		return w.solver.Limit(d), nil
	})
	if peak == 0 {
		return result.Limit{}, err
	}
	return result.Limit{Rate: peak, By: "compute", Text: "with every lane busy and nothing to look for"}, err
}

func (w *mandelbrotWork[T]) Close() error { return w.solver.Close() }
