package work

import (
	"context"
	"fmt"
	"time"

	"hybrid/mpi"
	"hybrid/solvers/sorting"
	"hybrid/study/bound"
	"hybrid/study/result"
)

// Sort is hybrid sort, of uniform keys.
func Sort() Kernel {
	k := Kernel{Name: "sort", Unit: "keys", Flags: []string{"n"}}
	k.Start = func(Machine, string) Size { return Size{200_000} }
	k.Times = func(s Size, factor float64) Size { return Size{round(float64(s[0])*factor, 1000)} }
	k.Spread = func(s Size, workers int) Size { return Size{s[0] * workers} }
	k.Valid = func(s Size) error {
		if s[0] > sorting.MaxKeys {
			return fmt.Errorf("there are at most %d keys", int64(sorting.MaxKeys))
		}
		return nil
	}
	k.Open = func(c *mpi.Comm, s Size, o Options) (Work, error) {
		about := About{Size: k.Words(s), Work: float64(s[0])}
		if o.DType == "f32" {
			return openSort[float32](c, s, o, about)
		}
		return openSort[float64](c, s, o, about)
	}
	return k
}

type sortWork[K sorting.Key] struct {
	comm   *mpi.Comm
	solver *sorting.Solver[K]
	place  bound.Place
	keys   func(first int, dst []K) error
	about  About
}

func openSort[K sorting.Key](c *mpi.Comm, s Size, o Options, about About) (Work, error) {
	solver, err := sorting.New[K](c, s[0], sorting.Options{Threads: o.Threads, ISA: o.ISA})
	if err != nil {
		return nil, err
	}
	w := &sortWork[K]{comm: c, solver: solver, place: bound.Here(o.Threads, nil), about: about}
	w.keys, err = sorting.Values[K]("uniform", o.Seed, s[0])
	return w, c.Agree(err)
}

func (w *sortWork[K]) About() About { return w.about }

func (w *sortWork[K]) Check(ctx context.Context) (Verdict, error) {
	if err := w.solver.Fill(w.keys); err != nil {
		return Verdict{}, err
	}
	before, err := w.solver.Checksum()
	if err != nil {
		return Verdict{}, err
	}
	was := w.solver.Costs()
	if err := w.solver.Sort(ctx); err != nil {
		return Verdict{}, err
	}
	now := w.solver.Costs()
	sums := []float64{now.Moved - was.Moved, now.Sent - was.Sent}
	if err := mpi.Allreduce(w.comm, sums, sums, mpi.Sum); err != nil {
		return Verdict{}, err
	}
	w.about.Bytes, w.about.Between = sums[0], scattered(sums[1])
	v, err := w.solver.Verify(before)
	if err != nil {
		return Verdict{}, err
	}
	sum, err := w.solver.Summary()
	return Verdict{v, fmt.Sprint(before, sum)}, err
}

// Prepare makes the keys again.
func (w *sortWork[K]) Prepare(context.Context) error { return w.solver.Fill(w.keys) }

func (w *sortWork[K]) Run(ctx context.Context) (Spent, error) {
	before := w.solver.Costs()
	t, err := stopwatch(func() error { return w.solver.Sort(ctx) })
	after := w.solver.Costs()
	return Spent{t, after.Divide + after.Local - before.Divide - before.Local}, err
}

func (w *sortWork[K]) Limit(_ time.Duration, memory Memory) (result.Limit, error) {
	rate, err := memory()
	if err != nil || rate == 0 || w.about.Bytes == 0 {
		return result.Limit{}, err
	}
	return result.Limit{Rate: rate * w.about.Work / w.about.Bytes, By: "memory",
		Text: "that memory allows with the passes that the method makes"}, nil
}

func (w *sortWork[K]) Close() error { return nil }
