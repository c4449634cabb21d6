package montecarlo

import (
	"context"
	"fmt"
	"math/big"

	"hybrid/mpi/checkpoint"
	"hybrid/npy"
	"hybrid/solvers/task"
)

// A piState is what a checkpoint of pi has: of the first Samples points, those inside.
type piState struct{ Samples, Inside uint64 }

// restore takes over what a checkpoint has, if there is one.
func (t *piTask) restore() error {
	r := t.job.Resume
	if r == nil {
		return nil
	}
	var s piState
	err := r.Restore(&s)
	if err == nil && (s.Samples != uint64(r.Done) || s.Inside > s.Samples) {
		err = fmt.Errorf("%s: its state has %d of %d points inside, but %d samples are done", r.Path, s.Inside, s.Samples, r.Done)
	}
	t.before = s.Inside
	return task.BadInput("", t.job.Comm.Agree(err))
}

// inside is how many of all points so far are. It is collective.
func (t *piTask) inside() (uint64, error) {
	n, err := t.count.inside()
	return t.before + n, err
}

func (t *piTask) Advance(ctx context.Context, n int) error {
	return t.job.Everyones(t.advance(ctx, n, t.count.count))
}

func (t *piTask) Save(w *checkpoint.Writer) error {
	inside, err := t.inside()
	if err != nil {
		return err
	}
	return w.State(piState{t.next, inside})
}

// A walkState is what a checkpoint of walk has beside its histogram.
type walkState struct {
	Walks      uint64
	Sum        int64
	SumSquares *big.Int
}

// histogramName is the array of the walks in each bin, and of those below and above all.
const histogramName = "histogram"

// restore takes over what a checkpoint has, if there is one.
func (t *walkTask) restore() error {
	r := t.job.Resume
	if r == nil {
		return nil
	}
	return task.BadInput("", t.job.Comm.Agree(t.read(r)))
}

func (t *walkTask) read(r *checkpoint.Reader) error {
	s := walkState{SumSquares: new(big.Int)}
	if err := r.Restore(&s); err != nil {
		return err
	}
	h := newHistogram(t.Steps, t.Bins)
	a, err := checkpoint.Find[int64](r, histogramName, 1, len(h.all))
	if err != nil {
		return err
	}
	counts := make([]int64, len(h.all))
	if err := checkpoint.Block(r, a, npy.Block{Row1: 1, Col1: len(counts)}, counts); err != nil {
		return err
	}
	left := s.Walks
	for i, n := range counts {
		if n < 0 || uint64(n) > left {
			return fmt.Errorf("%s: its histogram has more than the %d walks that are done", r.Path, s.Walks)
		}
		left -= uint64(n)
		h.all[i] = uint64(n)
	}
	if s.Walks != uint64(r.Done) || left != 0 || s.SumSquares == nil {
		return fmt.Errorf("%s: its state is of %d walks and its histogram of %d, but %d are done", r.Path, s.Walks, s.Walks-left, r.Done)
	}
	h.set(h.all)
	t.before = &Walks{Sum: s.Sum, SumSquares: s.SumSquares, Histogram: h}
	return nil
}

// walksSoFar is where all walks so far have ended. It is collective.
func (t *walkTask) walksSoFar() (Walks, error) {
	w, err := t.walkers.ends(t.next - t.first)
	if err == nil && t.before != nil {
		w.add(*t.before)
		w.Mean, w.StdDev = moments(t.next, w.Sum, w.SumSquares)
	}
	return w, err
}

func (t *walkTask) Advance(ctx context.Context, n int) error {
	return t.job.Everyones(t.advance(ctx, n, t.walkers.take))
}

func (t *walkTask) Save(w *checkpoint.Writer) error {
	all, err := t.walksSoFar()
	if err != nil {
		return err
	}
	if err := w.State(walkState{t.next, all.Sum, all.SumSquares}); err != nil {
		return err
	}
	h := all.Histogram
	row := make([]int64, len(h.Counts)+2)
	for i, n := range append(h.Counts[:len(h.Counts):len(h.Counts)], h.Below, h.Above) {
		row[i] = int64(n)
	}
	var mine npy.Block // rank 0 writes it
	if t.job.Comm.Rank() == 0 {
		mine = npy.Block{Row1: 1, Col1: len(row)}
	}
	return checkpoint.Add(w, histogramName, 1, len(row), mine, func(p *checkpoint.Part[int64]) error {
		if t.job.Comm.Rank() != 0 {
			return nil
		}
		return p.Put(0, row)
	})
}

var (
	_ task.Resumable = (*piTask)(nil)
	_ task.Resumable = (*walkTask)(nil)
)
