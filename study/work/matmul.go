package work

import (
	"context"
	"fmt"
	"math"
	"time"

	"hybrid/mpi"
	"hybrid/solvers/matmul"
	"hybrid/study/bound"
	"hybrid/study/result"
)

// Matmul is hybrid matmul, of random matrices.
func Matmul() Kernel {
	k := Kernel{Name: "matmul", Unit: "flops", Flags: []string{"m", "n", "k"}, Device: true}
	const side = 16 // that suits every kernel's blocks
	k.Start = func(m Machine, dtype string) Size {
		if m.Simulated {
			return Size{16, 16, 16}
		}
		return Size{256, 256, 256}
	}
	k.Times = func(s Size, factor float64) Size {
		n := multiple(math.Cbrt(factor*float64(s[0])*float64(s[1])*float64(s[2])), side)
		return Size{n, n, n}
	}
	k.Spread = func(s Size, workers int) Size { return Size{s[0] * workers, s[1], s[2]} }
	k.Empty = func(Size) Size { return Size{side, side, side} }
	k.Transfer = func(s Size, dtype string) (in, out float64) {
		m, n, depth := float64(s[0]), float64(s[1]), float64(s[2])
		return (m*depth + depth*n) * float64(bytesOf(dtype)), 0 // C comes back in the course of it
	}
	k.Valid = func(s Size) error { return matmul.Problem{M: s[0], N: s[1], K: s[2]}.Validate() }
	k.Open = func(c *mpi.Comm, s Size, o Options) (Work, error) {
		about := About{Size: k.Words(s)}
		if o.DType == "f32" {
			return openMatmul[float32](c, s, o, about)
		}
		return openMatmul[float64](c, s, o, about)
	}
	return k
}

type matmulWork[T matmul.Real] struct {
	comm    *mpi.Comm
	solver  *matmul.Solver[T]
	options Options
	about   About
}

func openMatmul[T matmul.Real](c *mpi.Comm, s Size, o Options, about About) (Work, error) {
	p := matmul.Problem{M: s[0], N: s[1], K: s[2]}
	solver, err := matmul.New[T](c, p, matmul.Options{Threads: o.Threads, ISA: o.ISA, Device: o.Device})
	if err != nil {
		return nil, err
	}
	about.Work, about.Flops = p.Flops(), p.Flops()
	m, n, k := float64(p.M), float64(p.N), float64(p.K)
	about.Bytes = (m*k + k*n + m*n) * float64(bytesOf(o.DType))
	w := &matmulWork[T]{c, solver, o, about}
	if err := solver.FillA(matmul.RandomA[T](p, o.Seed)); err != nil {
		return w, err
	}
	return w, solver.FillB(matmul.RandomB[T](p, o.Seed))
}

func (w *matmulWork[T]) About() About { return w.about }

func (w *matmulWork[T]) Check(ctx context.Context) (Verdict, error) {
	was := w.solver.Costs().Bytes
	if err := w.solver.Multiply(ctx); err != nil {
		return Verdict{}, err
	}
	sent := []float64{w.solver.Costs().Bytes - was}
	if err := mpi.Allreduce(w.comm, sent, sent, mpi.Sum); err != nil {
		return Verdict{}, err
	}
	w.about.Between = scattered(sent[0])
	v, err := w.solver.Verify(w.options.Seed)
	if err != nil {
		return Verdict{}, err
	}
	sum, err := w.solver.Summary()
	return Verdict{v, fmt.Sprint(sum)}, err
}

func (w *matmulWork[T]) Prepare(context.Context) error { return nil }

func (w *matmulWork[T]) Run(ctx context.Context) (Spent, error) {
	before := w.solver.Costs()
	t, err := stopwatch(func() error { return w.solver.Multiply(ctx) })
	return Spent{t, w.solver.Costs().Compute - before.Compute}, err
}

func (w *matmulWork[T]) Limit(d time.Duration, memory Memory) (result.Limit, error) {
	peak, err := bound.Sum(context.Background(), w.comm, bound.Here(w.options.Threads, w.options.Device), func() (float64, error) {
		return w.solver.Limit(d), nil
	})
	if peak == 0 {
		return result.Limit{}, err
	}
	l := result.Limit{Rate: peak, By: "compute", Text: "that the multiply-adders do on data in registers"}
	if w.options.Device != nil {
		l.Text = "that the device's multiply-adders do by their clock"
	}
	return l, err
}

func (w *matmulWork[T]) Close() error { return w.solver.Free() }
