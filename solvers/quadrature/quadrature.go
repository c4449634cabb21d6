package quadrature

import (
	"context"
	"fmt"
	"math"

	"hybrid/mpi"
)

// MaxParts is the greatest number of parts that a rule takes.
const MaxParts = 1 << 48

// Problem is an integral.
type Problem struct {
	F    *Function
	A, B float64 // from A to B; B may lie below A, and both may be infinite
	Rule Rule
	N    uint64 // parts of the interval, see the package comment; not for Adaptive
	// Tolerance is the error that Adaptive may make. Other rules do not use it.
	Tolerance float64
}

// Result is an integral and how well it is known.
type Result struct {
	Value float64
	// Error estimates the distance from the true value; rounding, of relative size
	// 1e-16 or so, is left out. For rules with fixed points it is what the steps from
	// fewer parts to N foretell of the next, see estimate; infinite where they tell
	// nothing. For Adaptive it is the sum over all parts of the difference between
	// two rules, or of the series that these differences make towards a singular
	// place. What no point shows, such as a peak between them, no estimate has.
	Error  float64
	Points uint64 // where the function was computed
}

// Validate reports whether p can be run.
func (p Problem) Validate() error {
	switch {
	case p.F == nil:
		return fmt.Errorf("quadrature: no function")
	case p.Rule < 0 || int(p.Rule) >= len(ruleNames):
		return fmt.Errorf("quadrature: unknown rule %v", p.Rule)
	case math.IsNaN(p.A) || math.IsNaN(p.B) || p.A == p.B && math.IsInf(p.A, 0):
		return fmt.Errorf("quadrature: interval from %v to %v: want two numbers, or -Inf and +Inf", p.A, p.B)
	case isFinite(p.A) && isFinite(p.B) && !isFinite(p.B-p.A):
		return fmt.Errorf("quadrature: interval from %v to %v: its width is beyond the largest number; take infinite ends", p.A, p.B)
	case p.Rule == Adaptive && !(p.Tolerance > 0 && isFinite(p.Tolerance)):
		return fmt.Errorf("quadrature: tolerance %v: want a positive number", p.Tolerance)
	case p.Rule != Adaptive && (p.N == 0 || p.N > MaxParts):
		return fmt.Errorf("quadrature: %d parts: want 1 to 2^48 = %d", p.N, uint64(MaxParts))
	case p.Rule == Simpson && p.N%2 == 1:
		return fmt.Errorf("quadrature: %d parts: Simpson's rule wants an even number", p.N)
	}
	return nil
}

// Run computes the integral. It is collective and gives every rank the result,
// the same bits on any number of ranks and threads.
//
// The error, on every rank, is that of the problem, of the context of any rank, a
// *ValueError for the first place where the function is not finite, or a
// *NoIntegralError: nothing looks for such a place between the points of a rule, nor
// where larger values nearby hide it. The time goes into N values of the function,
// and a seventh more for Error.
func (p Problem) Run(ctx context.Context, c *mpi.Comm, o Options) (Result, error) {
	t, err := newEngine(ctx, c, o)
	if err == nil {
		err = p.Validate()
	}
	if err := c.Agree(err); err != nil {
		return Result{}, err
	}
	if p.Rule == Adaptive {
		return t.adaptive(p)
	}
	f, a, b := mapped(p.F, p.A, p.B)
	t.lo, t.hi = min(a, b), max(a, b)
	r := Result{Points: p.Points()}
	var values []float64
	steps := p.steps()
	for i, n := range steps {
		t.coarse = i > 0 // one of these fewer points may fall on an integrable pole
		v, err := t.fixed(f, p.Rule, a, b, n)
		if err != nil {
			return Result{}, err
		}
		values = append(values, v)
	}
	if t.none != nil {
		return Result{}, &NoIntegralError{p.F.short(), *t.none}
	}
	r.Value = values[0]
	if math.IsNaN(r.Value) || math.IsInf(r.Value, 0) {
		return Result{}, fmt.Errorf("quadrature: the sum of %s is beyond the range of float64", p.F.short())
	}
	r.Error = p.estimate(steps, values)
	return r, nil
}

// Points is how many values of the function Run computes, those for Error
// included. Of Adaptive it is not known before.
func (p Problem) Points() uint64 {
	all := uint64(0)
	for _, n := range p.steps() {
		all += p.points(n)
	}
	return all
}

// points is the number of values that n parts take.
func (p Problem) points(n uint64) uint64 {
	switch p.Rule {
	case Midpoint:
		return n
	case Gauss:
		return gaussNodes * n
	}
	return n + 1
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
