package montecarlo

import (
	"context"
	"math"
	"math/big"
	"math/bits"
	"slices"

	"hybrid/internal/philox"
	"hybrid/mpi"
	"hybrid/solvers/task"
)

// How much is counted again one by one, some seconds of a thread.
const (
	verifiedSamples = 1 << 28
	verifiedBlocks  = 1 << 27 // of 128 steps
)

// sigmas is how far from what is expected a sum of many random numbers may lie:
// beyond it comes one in 10^15.
const sigmas = 8

// VerifyPi counts the samples of an estimate again, all or the first 2^28 of
// them, one after the other as the definition says, without the kernels that o
// asks for, and the rest once more with them, shared out in another way; and it sees
// to it that the estimate lies within 8 standard errors of pi. It is collective.
func VerifyPi(ctx context.Context, c *mpi.Comm, p Pi, seed uint64, o Options) (task.Verdict, error) {
	return p.verify(ctx, c, min(p.Samples, verifiedSamples), seed, o)
}

// verify counts n samples one by one.
func (p Pi) verify(ctx context.Context, c *mpi.Comm, n, seed uint64, o Options) (task.Verdict, error) {
	stream := philox.New(seed, philox.Pi)
	counts := make(perThread[uint64], o.threads())
	o.Progress, o.Costs = nil, nil
	err := spread(ctx, c, n, o.threadsTake(piTile, piPiece/8), o, func(thread int, lo, hi uint64, _ func() bool) error {
		for i := lo; i < hi; i++ {
			if r := stream.At(i/2, 0); inside(r[i%2*2], r[i%2*2+1]) {
				counts[thread].v++
			}
		}
		return nil
	})
	if err != nil {
		return task.Verdict{}, err
	}
	again := []uint64{0}
	for i := range counts {
		again[0] += counts[i].v
	}
	if err := mpi.Allreduce(c, again, again, mpi.Sum); err != nil {
		return task.Verdict{}, err
	}
	first, rest := p, uint64(0)
	if n < p.Samples {
		if first, err = EstimatePi(ctx, c, n, seed, o); err != nil {
			return task.Verdict{}, err
		}
		if rest, err = countInside(ctx, c, n, p.Samples, seed, o); err != nil {
			return task.Verdict{}, err
		}
	}
	return p.verdict(first, again[0], rest), nil
}

// verdict compares the count of the first samples with another one, and that of all
// with the two parts.
func (p Pi) verdict(first Pi, again, rest uint64) task.Verdict {
	off := math.Abs(p.Value-math.Pi) / math.Sqrt(math.Pi*(4-math.Pi)/float64(p.Samples))
	switch {
	case first.Inside != again:
		return task.Wrong("%d of the first %d samples are inside, but one by one it is %d", first.Inside, first.Samples, again)
	case first.Samples < p.Samples && first.Inside+rest != p.Inside:
		return task.Wrong("%d of all samples are inside, but counted again in two parts it is %d", p.Inside, first.Inside+rest)
	case off > sigmas:
		return task.Wrong("the estimate is %.1f standard errors from pi, more than %d", off, sigmas)
	case first.Samples < p.Samples:
		return task.Right("the first %d samples, one by one, give the same count, and so do all, in two parts; they give pi within %.2g standard errors", first.Samples, off)
	}
	return task.Right("all samples, one by one, give the same count, and pi within %.2g standard errors", off)
}

// inside computes the squares of the distance as a number of 65 bits: with
// x = 2 r + 1 in units of 2^-33, inside is x² + y² < 2^66.
func inside(r, s uint32) bool {
	x, y := 2*uint64(r)+1, 2*uint64(s)+1
	xh, xl := bits.Mul64(x, x)
	yh, yl := bits.Mul64(y, y)
	_, carry := bits.Add64(xl, yl, 0)
	return xh+yh+carry < 4
}

// Verify takes the walks again that w tells of, all or as many of the first as
// have 2^27 blocks of steps, one step after the other as the definition says,
// without the kernels that o asks for, and the rest once more with them, shared out in
// another way; and it sees to it that their sum lies
// within 8 standard deviations of 0 and, of 1000 walks or more, the sum of their
// squares within 8 of the expected one. It is collective.
func (p WalkProblem) Verify(ctx context.Context, c *mpi.Comm, w Walks, o Options) (task.Verdict, error) {
	return p.verify(ctx, c, w, verifiedBlocks, o)
}

// verify takes so many blocks of steps one by one, of one walk at least.
func (p WalkProblem) verify(ctx context.Context, c *mpi.Comm, w Walks, blocks uint64, o Options) (task.Verdict, error) {
	perWalk := (p.Steps + blockSteps - 1) / blockSteps
	few := p
	few.Walks = min(p.Walks, max(blocks/perWalk, 1))
	o.Progress, o.Costs = nil, nil
	found := make(perThread[*ends], o.threads())
	for i := range found {
		found[i].v = newEnds(few)
	}
	stream := philox.New(p.Seed, philox.Walk)
	err := spread(ctx, c, few.Walks, o.threadsTake(1, walkPiece/64/p.Steps), o, func(thread int, lo, hi uint64, useful func() bool) error {
		for i := lo; i < hi; i++ {
			if end, ok := stepByStep(useful, stream, i, p.Steps); ok {
				found[thread].v.add(end)
			}
		}
		return nil
	})
	if err != nil {
		return task.Verdict{}, err
	}
	all := found[0].v
	for i := range found[1:] {
		all.merge(found[1+i].v)
	}
	again, err := all.reduce(c, few.Walks)
	if err != nil {
		return task.Verdict{}, err
	}
	first, both := w, w
	if few.Walks < p.Walks {
		if first, err = few.Run(ctx, c, o); err != nil {
			return task.Verdict{}, err
		}
		rest := p
		rest.Walks -= few.Walks
		if both, err = rest.runFrom(ctx, c, few.Walks, o); err != nil {
			return task.Verdict{}, err
		}
		both.add(first)
	}
	return p.verdict(w, few.Walks, first, again, both), nil
}

// stepByStep is where walk i ends; false if that was of no use before it did.
func stepByStep(useful func() bool, stream philox.Stream, i, steps uint64) (end int64, ok bool) {
	var block [4]uint32
	for s := range steps {
		if s%blockSteps == 0 {
			if s%(1<<20) == 0 && !useful() {
				return 0, false
			}
			block = stream.At(i, uint32(s/blockSteps))
		}
		end += 2*int64(block[s/32%4]>>(s%32)&1) - 1
	}
	return end, true
}

// add adds the sums and the histogram of other walks.
func (w *Walks) add(o Walks) {
	w.Sum += o.Sum
	w.SumSquares = new(big.Int).Add(w.SumSquares, o.SumSquares)
	h := &w.Histogram
	h.Counts = slices.Clone(h.Counts)
	for i, n := range o.Histogram.Counts {
		h.Counts[i] += n
	}
	h.Below += o.Histogram.Below
	h.Above += o.Histogram.Above
}

// same reports whether two have the same sums and histogram.
func (w Walks) same(o Walks) bool {
	h, g := w.Histogram, o.Histogram
	return w.Sum == o.Sum && w.SumSquares.Cmp(o.SumSquares) == 0 &&
		slices.Equal(h.Counts, g.Counts) && h.Below == g.Below && h.Above == g.Above
}

// verdict compares the first n walks with the same ones taken again, and all with both,
// which were taken in two parts.
func (p WalkProblem) verdict(w Walks, n uint64, first, again, both Walks) task.Verdict {
	walks, steps := float64(p.Walks), float64(p.Steps)
	off := math.Abs(w.Mean) / math.Sqrt(steps/walks)
	squares, _ := new(big.Float).SetInt(w.SumSquares).Float64()
	spread := math.Abs(squares/walks-steps) / math.Sqrt(2*max(steps*(steps-1), 1)/walks)
	switch {
	case !first.same(again):
		return task.Wrong("the first %d walks end with sum %d and sum of squares %d, but step by step with %d and %d",
			n, first.Sum, first.SumSquares, again.Sum, again.SumSquares)
	case !w.same(both):
		return task.Wrong("the walks end with sum %d and sum of squares %d, but taken again in two parts with %d and %d", w.Sum, w.SumSquares, both.Sum, both.SumSquares)
	case off > sigmas:
		return task.Wrong("the mean %g is %.1f standard errors from 0, more than %d", w.Mean, off, sigmas)
	case spread > sigmas && p.Walks >= 1000:
		return task.Wrong("the mean square %g is %.1f standard errors from %d, more than %d", squares/walks, spread, p.Steps, sigmas)
	case n < p.Walks:
		return task.Right("the first %d walks, step by step, give the same sums and histogram, and so do all, in two parts; their mean is within %.2g standard errors", n, off)
	}
	return task.Right("all walks, step by step, give the same sums and histogram; their mean is within %.2g standard errors", off)
}
