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
	A, B float64 // from A to B; B may lie below A
	Rule Rule
	N    uint64 // parts of the interval, see the package comment; not for Adaptive
	// Tolerance is the error that Adaptive may make. Other rules do not use it.
	Tolerance float64
}

// Result is an integral and how well it is known.
type Result struct {
	Value float64
	// Error estimates the distance from the true value. For rules with fixed
	// points it is what the step from fewer parts to N, some 8 times as many,
	// foretells of the next (Richardson), for Adaptive the sum of the
	// differences between two rules; rounding, of relative size 1e-16 or so, is
	// left out.
	Error  float64
	Points uint64 // where the function was computed
	// Pole is a place of the interval towards which the function rises, up or down,
	// at least as fast as 1/distance, as far as float64 shows: the integral does not
	// exist, whatever Value is. It is nil if none was seen; nothing looks for one
	// between the points of Adaptive, which does not come to an end there.
	Pole *float64
}

// Validate reports whether p can be run.
func (p Problem) Validate() error {
	finite := func(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
	switch {
	case p.F == nil:
		return fmt.Errorf("quadrature: no function")
	case p.Rule < 0 || int(p.Rule) >= len(ruleNames):
		return fmt.Errorf("quadrature: unknown rule %v", p.Rule)
	case !finite(p.A) || !finite(p.B) || !finite(p.B-p.A):
		return fmt.Errorf("quadrature: interval from %v to %v: want finite ends and width", p.A, p.B)
	case p.Rule == Adaptive && !(p.Tolerance > 0 && finite(p.Tolerance)):
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
// The error, on every rank, is that of the problem, of the context of any rank, or
// names the first place where the function is not finite. The time goes into N
// values of the function, and an eighth more for Error.
func (p Problem) Run(ctx context.Context, c *mpi.Comm, o Options) (Result, error) {
	t, err := newTeam(ctx, c, o)
	if err == nil {
		err = p.Validate()
	}
	if err := c.Agree(err); err != nil {
		return Result{}, err
	}
	if p.Rule == Adaptive {
		return t.adaptive(p)
	}
	t.lo, t.hi = min(p.A, p.B), max(p.A, p.B)
	fine, err := t.fixed(p.F, p.Rule, p.A, p.B, p.N)
	if err != nil {
		return Result{}, err
	}
	r := Result{Value: fine, Error: math.Inf(1), Points: p.Points()}
	if coarse := p.coarse(); coarse > 0 {
		v, err := t.fixed(p.F, p.Rule, p.A, p.B, coarse)
		if err != nil {
			return Result{}, err
		}
		r.Error = math.Abs(fine-v) / (math.Pow(float64(p.N)/float64(coarse), float64(p.Rule.order())) - 1)
	}
	r.Pole = t.pole
	if math.IsNaN(r.Value) || math.IsInf(r.Value, 0) {
		return Result{}, fmt.Errorf("quadrature: the sum of %s is beyond the range of float64", p.F.short())
	}
	return r, nil
}

// coarse is the number of parts to compare N with, 0 where there is none.
func (p Problem) coarse() uint64 {
	switch {
	case p.Rule == Simpson && p.N == 2 || p.N == 1:
		return 0
	case p.Rule == Simpson:
		return max(p.N/16, 1) * 2
	}
	return max(p.N/8, 1)
}

// Points is how many values of the function Run computes, those for Error
// included. Of Adaptive it is not known before.
func (p Problem) Points() uint64 {
	n := p.points(p.N)
	if coarse := p.coarse(); coarse > 0 {
		n += p.points(coarse)
	}
	return n
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
