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

// How much is counted again, some seconds of a thread.
const (
	verifiedSamples = 1 << 28
	verifiedBlocks  = 1 << 27 // of 128 steps
)

// sigmas is how far from what is expected a sum of many random numbers may lie:
// beyond it comes one in 10^15.
const sigmas = 8

// VerifyPi counts the samples of an estimate again, all or the first 2^28 of
// them, one after the other as the definition says, without the kernels that o
// asks for; and it sees to it that the estimate lies within 8 standard errors of
// pi. It is collective.
func VerifyPi(ctx context.Context, c *mpi.Comm, p Pi, seed uint64, o Options) (task.Verdict, error) {
	n := min(p.Samples, verifiedSamples)
	stream := philox.New(seed, philox.Pi)
	counts := make(perThread[uint64], o.threads())
	o.Progress = nil
	err := spread(ctx, c, n, steady(piPass), o, func(ctx context.Context, lo, hi uint64) error {
		each(ctx, lo, hi, piPiece, len(counts), func(thread int, lo, hi uint64) {
			for i := lo; i < hi; i++ {
				if r := stream.At(i/2, 0); inside(r[i%2*2], r[i%2*2+1]) {
					counts[thread].v++
				}
			}
		})
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
	first := p
	if n < p.Samples {
		if first, err = EstimatePi(ctx, c, n, seed, o); err != nil {
			return task.Verdict{}, err
		}
	}
	return p.judge(first, again[0]), nil
}

// judge compares the count of the first samples with another one.
func (p Pi) judge(first Pi, again uint64) task.Verdict {
	off := math.Abs(p.Value-math.Pi) / math.Sqrt(math.Pi*(4-math.Pi)/float64(p.Samples))
	switch {
	case first.Inside != again:
		return task.Wrong("%d of the first %d samples are inside, but one by one it is %d", first.Inside, first.Samples, again)
	case off > sigmas:
		return task.Wrong("the estimate is %.1f standard errors from pi, more than %d", off, sigmas)
	case first.Samples < p.Samples:
		return task.Right("the first %d samples, one by one, give the same count; all give pi within %.2g standard errors", first.Samples, off)
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
// without the kernels that o asks for; and it sees to it that their sum lies
// within 8 standard deviations of 0 and, of 1000 walks or more, the sum of their
// squares within 8 of the expected one. It is collective.
func (p WalkProblem) Verify(ctx context.Context, c *mpi.Comm, w Walks, o Options) (task.Verdict, error) {
	perWalk := (p.Steps + blockSteps - 1) / blockSteps
	few := p
	few.Walks = min(p.Walks, max(verifiedBlocks/perWalk, 1))
	o.Progress = nil
	found := make(perThread[*ends], o.threads())
	for i := range found {
		found[i].v = newEnds(few)
	}
	stream := philox.New(p.Seed, philox.Walk)
	err := spread(ctx, c, few.Walks, steady(max(verifiedBlocks/8/perWalk, 1)), o, func(ctx context.Context, lo, hi uint64) error {
		each(ctx, lo, hi, max(walkPiece/8/p.Steps, 1), len(found), func(thread int, lo, hi uint64) {
			for i := lo; i < hi; i++ {
				if end, ok := stepByStep(ctx, stream, i, p.Steps); ok {
					found[thread].v.add(end)
				}
			}
		})
		return nil
	})
	if err != nil {
		return task.Verdict{}, err
	}
	all := found[0].v
	for i := range found[1:] {
		all.merge(found[1+i].v)
	}
	again, err := all.reduce(c, few)
	if err != nil {
		return task.Verdict{}, err
	}
	first := w
	if few.Walks < p.Walks {
		if first, err = few.Run(ctx, c, o); err != nil {
			return task.Verdict{}, err
		}
	}
	return p.judge(w, few.Walks, first, again), nil
}

// stepByStep is where walk i ends; false if the context ended before it did.
func stepByStep(ctx context.Context, stream philox.Stream, i, steps uint64) (end int64, ok bool) {
	var block [4]uint32
	for s := range steps {
		if s%blockSteps == 0 {
			if s%(1<<20) == 0 && ctx.Err() != nil {
				return 0, false
			}
			block = stream.At(i, uint32(s/blockSteps))
		}
		end += 2*int64(block[s/32%4]>>(s%32)&1) - 1
	}
	return end, true
}

// judge compares the first n walks with the same ones taken again.
func (p WalkProblem) judge(w Walks, n uint64, first, again Walks) task.Verdict {
	walks, steps := float64(p.Walks), float64(p.Steps)
	off := math.Abs(w.Mean) / math.Sqrt(steps/walks)
	squares, _ := new(big.Float).SetInt(w.SumSquares).Float64()
	spread := math.Abs(squares/walks-steps) / math.Sqrt(2*max(steps*(steps-1), 1)/walks)
	h, g := first.Histogram, again.Histogram
	same := first.Sum == again.Sum && first.SumSquares.Cmp(again.SumSquares) == 0 &&
		slices.Equal(h.Counts, g.Counts) && h.Below == g.Below && h.Above == g.Above
	switch {
	case !same:
		return task.Wrong("the first %d walks end with sum %d and sum of squares %d, but step by step with %d and %d",
			n, first.Sum, first.SumSquares, again.Sum, again.SumSquares)
	case off > sigmas:
		return task.Wrong("the mean %g is %.1f standard errors from 0, more than %d", w.Mean, off, sigmas)
	case spread > sigmas && p.Walks >= 1000:
		return task.Wrong("the mean square %g is %.1f standard errors from %d, more than %d", squares/walks, spread, p.Steps, sigmas)
	case n < p.Walks:
		return task.Right("the first %d walks, step by step, give the same sums and histogram; the mean of all is within %.2g standard errors", n, off)
	}
	return task.Right("all walks, step by step, give the same sums and histogram; their mean is within %.2g standard errors", off)
}
