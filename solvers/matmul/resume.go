package matmul

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"

	"hybrid/internal/plain"
	"hybrid/mpi"
	"hybrid/mpi/checkpoint"
	"hybrid/npy"
	"hybrid/solvers/task"
)

// A saved state is what a checkpoint has beside C: how far its chains are, and the digests
// of A and B, 0 of random ones.
type saved struct {
	Steps int
	A, B  uint64
}

const productName = "product"

// block is the place of a block in its matrix.
func (b *Block[T]) block() npy.Block {
	return npy.Block{Row0: b.Row, Row1: b.Row + b.Rows, Col0: b.Col, Col1: b.Col + b.Cols}
}

// Save puts C as far as it is taken into a checkpoint. It is collective.
func (t *product[T]) Save(w *checkpoint.Writer) error {
	s := t.solver
	if err := t.job.Comm.Agree(s.finish()); err != nil {
		return err
	}
	if err := w.State(saved{s.step, t.digests[0], t.digests[1]}); err != nil {
		return err
	}
	c := &s.C
	return checkpoint.Add(w, productName, s.Problem.M, s.Problem.N, c.block(), func(p *checkpoint.Part[T]) error {
		if len(c.Data) == 0 {
			return nil
		}
		return p.Put(c.Row, c.Data)
	})
}

// restore takes over C from the checkpoint that the run goes on from. It is collective.
func (t *product[T]) restore(r *checkpoint.Reader) error {
	s := t.solver
	var v saved
	err := r.Restore(&v)
	if err == nil && (v.Steps != r.Done || r.All != s.Problem.K) {
		err = fmt.Errorf("%s: its state has %d steps of k, but %d of %d are done, and k is %d", r.Path, v.Steps, r.Done, r.All, s.Problem.K)
	}
	switch now := t.digests; {
	case err != nil:
	case v.A != now[0]:
		err = t.changed("a", t.A, r.Path)
	case v.B != now[1]:
		err = t.changed("b", t.B, r.Path)
	}
	var a *checkpoint.Array
	if err == nil {
		a, err = checkpoint.Find[T](r, productName, s.Problem.M, s.Problem.N)
	}
	if err == nil {
		err = checkpoint.Block(r, a, s.C.block(), s.C.Data)
	}
	if err == nil {
		err = s.engine.Filled(&s.C)
	}
	s.step, s.home = v.Steps, true
	return t.job.Comm.Agree(err)
}

// changed is the error of a file that has other elements than it had.
func (t *product[T]) changed(option, file, from string) error {
	return fmt.Errorf("%s: %s has other elements than when the run in %s began: bring the file back, or begin anew", t.job.Name(option), plain.Text(file), plain.Text(from))
}

// Progress counts steps of k.
func (t *product[T]) Progress() (done, all int) { return t.solver.step, t.problem.K }

func (t *product[T]) Advance(ctx context.Context, n int) error {
	return t.job.Together(func() error { return t.solver.advance(ctx, n) })
}

// mostOfPiece are the steps of k for which C goes through memory once: the fewest of a
// piece, unless panels are narrower.
const mostOfPiece = 1024

// A digest is a number of all elements of a matrix and their places, whatever ranks have
// them: the sum of what SplitMix64's finalizer (Steele, Lea and Flood, OOPSLA 2014) makes
// of each. Another matrix has the same once in 2^64.
type digest struct{ sum atomic.Uint64 }

// of returns what fills a matrix of n columns as f does, and adds that to the digest.
func of[T Real](d *digest, n int, f func(i, j int, row []T) error) func(i, j int, row []T) error {
	return func(i, j int, row []T) error {
		err := f(i, j, row)
		sum, at := uint64(0), uint64(i)*uint64(n)+uint64(j)
		for k, v := range row {
			sum += mix(mix(at+uint64(k)) ^ math.Float64bits(float64(v)))
		}
		d.sum.Add(sum)
		return err
	}
}

func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// digest fills in the digests of A and B, of which each rank has its part. It is
// collective.
func (t *product[T]) digest(a, b *digest) error {
	t.digests = [2]uint64{a.sum.Load(), b.sum.Load()}
	return mpi.Allreduce(t.job.Comm, t.digests[:], t.digests[:], mpi.Sum)
}

var _ task.Resumable = (*product[float64])(nil)
