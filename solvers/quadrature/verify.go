package quadrature

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/integrate/quad"

	"hybrid/mpi"
	"hybrid/solvers/task"
)

// halved are Gauss's rule with 8 nodes on both halves of a cell, and on the whole.
func halved() pair {
	const n = 8
	node, weight := make([]float64, n), make([]float64, n)
	quad.Legendre{}.FixedLocations(node, weight, 0, 1)
	type point struct{ node, fine, coarse float64 }
	var points []point
	for i, x := range node {
		points = append(points, point{x, 0, weight[i]}, point{x / 2, weight[i] / 2, 0}, point{(1 + x) / 2, weight[i] / 2, 0})
	}
	slices.SortFunc(points, func(a, b point) int { return cmp.Compare(a.node, b.node) })
	var p pair
	for _, v := range points {
		p.nodes, p.fine, p.coarse = append(p.nodes, v.node), append(p.fine, v.fine), append(p.coarse, v.coarse)
	}
	return p.withEdges(0, 0.5, 1)
}

// Verify computes the integral again and asks whether r is within its error of it,
// and rounding. It has nothing in common with the rules of Run but the function: it
// halves cells with random edges, many times finer than those of Adaptive, until
// Gauss's rule gives the same on a cell as on its halves. Within what this second
// value is known to, the answer is yes if r is surely within its error, no if it
// surely is not or if the integral does not exist, and otherwise that it cannot be
// told: where the function is singular, oscillates, or is not finite somewhere. An r
// whose error is unknown is held to rounding.
//
// It misses what lies between its points: less than 1/200,000 of the interval, or
// 1/2000 of the distance from 0 and the ends, apart. It is collective.
func (p Problem) Verify(ctx context.Context, c *mpi.Comm, r Result, o Options) (task.Verdict, error) {
	t, err := newEngine(ctx, c, o)
	if err := c.Agree(err); err != nil {
		return task.Verdict{}, err
	}
	claim, by := r.Error, "its error allows"
	if math.IsInf(claim, 0) {
		claim, by = 0, "rounding allows, and it has no error to allow more"
	}
	lo, hi, sign := p.bounds()
	again, err := t.refine(p.F, lo, hi, refinement{
		pair: halved(), grid: grid{even: 1 << 13, octave: 1 << 7, jitter: true}, tolerance: claim / 8, floor: rounding / 8,
	})
	var value *ValueError
	switch {
	case errors.As(err, &value):
		return task.Unknown("%s is %v at x = %v: no rule tells its integral", value.F, value.Value, value.X), nil
	case err != nil:
		return task.Verdict{}, err
	}
	if again.worst != nil {
		place, none, err := t.pole(p.F, lo, hi, *again.worst)
		switch {
		case err != nil:
			return task.Verdict{}, err
		case none:
			none := &NoIntegralError{p.F.short(), place}
			return task.Wrong("%s", none.Error()[len("quadrature: "):]), nil
		}
	}
	claim += rounding*again.size + again.rounding
	off := math.Abs(r.Value - sign*again.value)
	text := fmt.Sprintf("gauss's rule gives %.17g to within %.2g, which differs by %.2g", sign*again.value, again.err, off)
	switch {
	case off+again.err <= claim:
		return task.Right("%s of the %.2g that %s", text, claim, by), nil
	case off-again.err > claim:
		return task.Wrong("%s, more than the %.2g that %s", text, claim, by), nil
	}
	return task.Unknown("%s: too little is known to tell whether that is within the %.2g that %s", text, claim, by), nil
}
