package work

import (
	"context"
	"fmt"
	"math"
	"time"

	"hybrid/internal/cores"
	"hybrid/mpi"
	"hybrid/solvers/heat"
	"hybrid/study/bound"
	"hybrid/study/result"
)

// Heat is hybrid heat: a field that no cache has room for, from a smooth initial
// field, whose values never become so small that arithmetic slows down.
func Heat() Kernel {
	k := Kernel{Name: "heat", Unit: "updates", Flags: []string{"nx", "ny", "steps"}, Device: true}
	const period = 16 // steps that suit every blocking
	k.Start = func(m Machine, dtype string) Size {
		if m.Simulated {
			return Size{66, 34, 16}
		}
		// Twice the cache that a worker has, so that memory has to take part.
		bytes := min(max(2*float64(m.Cache), 16<<20), 32<<20, m.Memory/4)
		if m.Device {
			bytes = min(max(4*float64(m.Cache), 128<<20), m.Memory/4)
		}
		side := max(multiple(math.Sqrt(bytes/float64(bytesOf(dtype))), 64), 64)
		return Size{side + 2, side + 2, period}
	}
	k.Times = func(s Size, factor float64) Size {
		if steps := float64(s[2]) * factor; steps >= period {
			return Size{s[0], s[1], multiple(steps, period)}
		}
		points := float64(s[0]-2) * float64(s[1]-2) * factor * float64(s[2]) / period
		side := max(multiple(math.Sqrt(points), 16), 32)
		return Size{side + 2, side + 2, period}
	}
	k.Spread = func(s Size, workers int) Size { return Size{s[0], (s[1]-2)*workers + 2, s[2]} }
	k.Empty = func(s Size) Size { return Size{34, 34, s[2]} }
	k.Transfer = func(s Size, dtype string) (in, out float64) {
		field := float64(s[0]) * float64(s[1]) * float64(bytesOf(dtype))
		return field, field
	}
	k.Valid = func(s Size) error {
		if s[0] < 3 || s[1] < 3 || s[0] > math.MaxInt32 || s[1] > math.MaxInt32 {
			return fmt.Errorf("nx and ny are 3 to %d, the ring included", math.MaxInt32)
		}
		return nil
	}
	k.Open = func(c *mpi.Comm, s Size, o Options) (Work, error) {
		about := About{Size: k.Words(s)}
		if o.DType == "f32" {
			return openHeat[float32](c, s, o, about)
		}
		return openHeat[float64](c, s, o, about)
	}
	return k
}

// heatWork is one rank's part.
type heatWork[T heat.Real] struct {
	comm    *mpi.Comm
	solver  *heat.Solver[T]
	options Options
	about   About
	steps   int
	first   int // step at which the field was last filled
}

func openHeat[T heat.Real](c *mpi.Comm, s Size, o Options, about About) (Work, error) {
	p := heat.Problem{NX: s[0], NY: s[1], Alpha: 0.1, DX: 1 / float64(s[0]-1), DY: 1 / float64(s[1]-1)}
	p.DT = 0.9 * heat.StableDT(p.Alpha, p.DX, p.DY)
	solver, err := heat.New[T](c, p, heat.Options{Threads: o.Threads, ISA: o.ISA, Device: o.Device})
	if err != nil {
		return nil, err
	}
	w := &heatWork[T]{comm: c, solver: solver, options: o, about: about, steps: s[2]}
	updates := float64(p.Interior()) * float64(w.steps)
	passes := math.Ceil(float64(w.steps) / float64(w.perPass()))
	w.about.Work = updates
	// Two additions, a product and two fused multiply-adds.
	w.about.Flops = 7 * updates
	w.about.Bytes = passes * 2 * w.fieldBytes()
	// A row each way for every step, however many go in one message.
	row := float64(p.NX) * float64(bytesOf(o.DType))
	w.about.Between = func(nodes int) float64 { return 2 * float64(w.steps) * row * float64(nodes-1) }
	return w, w.fill()
}

// perPass is the number of steps for which the field goes through memory once.
func (w *heatWork[T]) perPass() int {
	if w.options.Device != nil {
		return 8
	}
	return w.solver.HaloDepth()
}

func (w *heatWork[T]) fieldBytes() float64 {
	p := w.solver.Problem
	return float64(p.NX) * float64(p.NY) * float64(bytesOf(w.options.DType))
}

// fill sets the field to 1600 x(1-x) y(1-y), 100 in the middle.
func (w *heatWork[T]) fill() error {
	p := w.solver.Problem
	columns := make([]float64, p.NX)
	for j := range columns {
		x := float64(j) / float64(p.NX-1)
		columns[j] = x * (1 - x)
	}
	w.first = w.solver.Step
	return w.solver.Fill(func(row int, dst []T) error {
		y := float64(row) / float64(p.NY-1)
		scale := 1600 * y * (1 - y)
		for j := range dst {
			dst[j] = T(scale * columns[j])
		}
		return nil
	})
}

func (w *heatWork[T]) About() About { return w.about }

func (w *heatWork[T]) Check(ctx context.Context) (Verdict, error) {
	if err := w.fill(); err != nil {
		return Verdict{}, err
	}
	v, err := w.solver.RunVerified(ctx, w.steps)
	if err != nil {
		return Verdict{}, err
	}
	sum, err := w.solver.Summary()
	return Verdict{v.Verdict, fmt.Sprint(sum)}, err
}

// Prepare fills the field again before it has cooled down to nothing.
func (w *heatWork[T]) Prepare(context.Context) error {
	p := w.solver.Problem
	done := float64(w.solver.Step - w.first + w.steps)
	// The slowest eigenmode loses about this part of itself in a step.
	lost := 0.9 / 4 * math.Pi * math.Pi * (1/float64(p.NX-1)/float64(p.NX-1) + 1/float64(p.NY-1)/float64(p.NY-1))
	if done*lost > 20 {
		return w.fill()
	}
	return nil
}

func (w *heatWork[T]) Run(ctx context.Context) (Spent, error) {
	before := w.solver.Costs()
	t, err := stopwatch(func() error { return w.solver.Run(ctx, w.steps) })
	return Spent{t, w.solver.Costs().Compute - before.Compute}, err
}

func (w *heatWork[T]) Limit(d time.Duration, memory Memory) (result.Limit, error) {
	var own heat.Limit
	peak, err := bound.Sum(context.Background(), w.comm, bound.Here(w.options.Threads, w.options.Device), func() (rate float64, err error) {
		own, err = w.solver.Limit(d)
		return own.Updates, err
	})
	l := result.Limit{Rate: peak, By: "compute", Text: "that the kernel does on data in the first-level cache"}
	if w.options.Device != nil {
		l.Text = "that the device's arithmetic and memory allow, 8 steps a pass"
	}
	if err != nil || peak == 0 {
		return result.Limit{}, err
	}
	if w.options.Device != nil || w.fieldBytes() <= float64(cores.LastLevel(cores.Caches())) {
		return l, nil
	}
	rate, err := memory()
	if through := rate * w.about.Work / w.about.Bytes; rate > 0 && through < peak {
		l = result.Limit{Rate: through, By: "memory", Text: fmt.Sprintf("that memory allows with one pass in %d steps", w.perPass())}
	}
	return l, err
}

func (w *heatWork[T]) Close() error { return w.solver.Close() }
