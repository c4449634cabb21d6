package quadrature

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/integrate/quad"

	"hybrid/internal/integrand"
	"hybrid/internal/neumaier"
)

const (
	leaf       = 4096 // points
	batch      = 512  // of a leaf: what the formula's loops take at a time, to stay in the first-level cache
	mostChunks = 1024
	gaussNodes = 5
)

// sum adds up f at the points lo to hi-1, in the order of the package comment.
func (t *engine) sum(f *Function, p integrand.Points, lo, hi uint64) (float64, error) {
	leaves := (hi - lo + leaf - 1) / leaf
	perChunk := (leaves + mostChunks - 1) / mostChunks * leaf // points
	if perChunk == 0 {
		return 0, nil
	}
	chunks := int((hi - lo + perChunk - 1) / perChunk)
	const width = 4 // two parts of a sum, whether there is a pole and where
	sums, err := t.all(chunks, width, func(i int, out []float64) error {
		from := lo + uint64(i)*perChunk
		to := min(from+perChunk, hi)
		s, top, err := t.chunk(f, p, from, to)
		if !f.arc && !t.coarse && err == nil && t.ctx.Err() == nil {
			if at, found := f.pole(top, math.Abs(p.Step), t.lo, t.hi); found {
				out[2], out[3] = 1, f.where(at)
			}
		}
		if t.progress != nil {
			t.progress(t.done.Add(to-from) * uint64(t.comm.Size()))
		}
		out[0], out[1] = s.Parts()
		var value *ValueError
		if t.coarse && errors.As(err, &value) && math.IsInf(value.Value, 0) {
			out[0], err = value.Value, nil
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	var all neumaier.Sum
	for i := range chunks {
		all.AddParts(sums[width*i], sums[width*i+1])
		if sums[width*i+2] > 0 && t.none == nil {
			t.none = &sums[width*i+3]
		}
	}
	return all.Value(), nil
}

// chunk adds up the leaves of [lo, hi), and finds where |f| is largest.
func (t *engine) chunk(f *Function, p integrand.Points, lo, hi uint64) (s neumaier.Sum, top float64, err error) {
	largest := -1.0
	var x, y, free []float64
	sums := new(integrand.Partial) // one for all leaves, or most of the time would go into the garbage collector
	if !f.arc {
		x, y, free = make([]float64, batch), make([]float64, batch), make([]float64, batch*f.depth)
	}
	for ; lo < hi && t.ctx.Err() == nil; lo += min(leaf, hi-lo) {
		to := min(lo+leaf, hi)
		if f.arc {
			s.Add(t.kernel.Arc(&p, lo, to, sums))
			continue
		}
		var partial integrand.Partial
		for i := lo; i < to; i += batch {
			n := min(batch, to-i)
			for j := range n {
				x[j] = p.At(i + j)
			}
			f.eval(x[:n], y[:n], free)
			if err := f.check(x[:n], y[:n]); err != nil {
				return s, top, err
			}
			for j, v := range y[:n] {
				if v := math.Abs(v); v > largest {
					largest, top = v, x[j]
				}
			}
			partial.Add(y[:n])
		}
		s.Add(partial.Total())
	}
	return s, top, nil
}

// A ValueError is a value that is not a number, or infinite.
type ValueError struct {
	F        string // the formula
	X, Value float64
}

func (e *ValueError) Error() string {
	return fmt.Sprintf("quadrature: %s is %v at x = %v: want a function that is finite on the whole interval", e.F, e.Value, e.X)
}

// check looks for values that are not numbers.
func (f *Function) check(x, y []float64) error {
	for i, v := range y {
		if !isFinite(v) {
			return &ValueError{f.short(), f.where(x[i]), v}
		}
	}
	return nil
}

// fixed applies a rule with fixed points to n parts of [a, b].
func (t *engine) fixed(f *Function, r Rule, a, b float64, n uint64) (float64, error) {
	h := (b - a) / float64(n)
	sum := func(shift, step float64, lo, hi uint64) (float64, error) {
		return t.sum(f, integrand.Points{Origin: a, Step: step, Shift: shift}, lo, hi)
	}
	switch r {
	case Midpoint:
		s, err := sum(0.5, h, 0, n)
		return h * s, err
	case Gauss:
		return t.gauss(h, func(shift float64) (float64, error) { return sum(shift, h, 0, n) })
	}
	ends := []float64{0, 0}
	x := []float64{a, b}
	f.values(x, ends)
	if err := f.check(x, ends); err != nil {
		return 0, err
	}
	if r == Trapezoid {
		s, err := sum(0, h, 1, n)
		return h * (s + (ends[0]+ends[1])/2), err
	}
	odd, err := sum(0.5, 2*h, 0, n/2)
	if err != nil {
		return 0, err
	}
	even, err := sum(0, 2*h, 1, n/2)
	return h / 3 * ((ends[0] + ends[1]) + (4*odd + 2*even)), err
}

// gauss adds up the sums at each node of the parts.
func (t *engine) gauss(h float64, at func(shift float64) (float64, error)) (float64, error) {
	node, weight := make([]float64, gaussNodes), make([]float64, gaussNodes)
	quad.Legendre{}.FixedLocations(node, weight, 0, 1)
	var all neumaier.Sum
	for k, shift := range node {
		s, err := at(shift)
		if err != nil {
			return 0, err
		}
		all.Add(float64(weight[k] * s)) // rounded, never fused with the addition
	}
	return h * all.Value(), nil
}
