// Package integrand adds up the values of a function at evenly spaced points, in
// an order that depends on the points' numbers alone, with the same bits on every
// instruction set that hybrid knows.
//
// Points are added in groups: value i of a run goes into partial sum i mod Groups,
//
//	sum 0   f(0)  + f(32) + f(64) ...
//	sum 1   f(1)  + f(33) + ...
//	...
//	sum 31  f(31) + f(63) + ...
//
// which vectors do side by side, and at the end the upper half of the partial sums
// is added to the lower half until one is left.
package integrand

import (
	"math"

	"hybrid/simd"
)

// Groups is the number of partial sums of a run.
const Groups = 32

// Points are the places origin + (i + shift) step for whole i, computed as
// fma(i + shift, step, origin).
type Points struct{ Origin, Step, Shift float64 }

// At is place i, which must be below 2^53.
func (p Points) At(i uint64) float64 { return math.FMA(float64(i)+p.Shift, p.Step, p.Origin) }

// Partial are the partial sums of a run.
type Partial [Groups]float64

// Total adds up the partial sums.
func (p *Partial) Total() float64 {
	for n := Groups / 2; n > 0; n /= 2 {
		for i := range n {
			p[i] += p[i+n]
		}
	}
	return p[0]
}

// Kernel adds up.
type Kernel struct {
	isa   simd.ISA
	arc   arcKernel   // nil: arcGo
	mixed mixedKernel // nil: arc

	divide func(n int) // divides 16 vectors of so many lanes n times; nil: divideGo
	lanes  int
}

// An arcKernel adds n groups of values to the partial sums. The first point has
// the number i.
type arcKernel func(p *float64, i float64, n int, sums *float64)

// A mixedKernel does the same at places between -mixedMost and mixedMost, and makes every other
// quotient by multiply-adds. known is false where it cannot tell whether all
// quotients are rounded as a division has them, at one place in 2^32 or so.
type mixedKernel func(p *float64, i float64, n int, sums *float64) (known bool)

// mixedMost is a bound of |x|, far below those where 1/(1+x²) is subnormal.
const mixedMost = 1 << 50

// New returns the kernel for an instruction set, which must be one that this
// processor has.
func New(isa simd.ISA) (*Kernel, error) {
	isa, err := isa.Resolve()
	if err != nil {
		return nil, err
	}
	return kernel(isa), nil
}

// ISA returns the instruction set of the kernel.
func (k *Kernel) ISA() simd.ISA { return k.isa }

// Arc adds up 4/(1+x²), the derivative of 4 arctan x, at the points [lo, hi), as
// 4/fma(x, x, 1). sums is memory for it, so that many runs need not take as many pieces.
func (k *Kernel) Arc(p *Points, lo, hi uint64, sums *Partial) float64 {
	*sums = Partial{}
	if n := (hi - lo) / Groups; k.arc != nil && n > 0 {
		end := lo + n*Groups
		mixed := k.mixed != nil && max(math.Abs(p.At(lo)), math.Abs(p.At(end-1))) <= mixedMost
		if !mixed || !k.mixed(&p.Origin, float64(lo), int(n), &sums[0]) {
			*sums = Partial{}
			k.arc(&p.Origin, float64(lo), int(n), &sums[0])
		}
		lo = end
	}
	arcGo(p, lo, hi, sums)
	return sums.Total()
}

// arcGo is the reference of every arc kernel. lo is the number of a point whose
// partial sum is the first.
func arcGo(p *Points, lo, hi uint64, sums *Partial) {
	for i := lo; i < hi; i++ {
		x := p.At(i)
		sums[(i-lo)%Groups] += 4 / math.FMA(x, x, 1)
	}
}

// PerDivision is how many quotients Arc makes for each division.
func (k *Kernel) PerDivision() int {
	if k.mixed != nil {
		return 2
	}
	return 1
}

// Divide does at least n divisions, as many at once as the processor can, and
// nothing else: against the clock it tells what no sum of quotients can exceed.
// It returns how many it did.
func (k *Kernel) Divide(n int) int {
	const vectors = 16
	lanes := max(k.lanes, 1)
	times := (n + vectors*lanes - 1) / (vectors * lanes)
	if k.divide != nil {
		k.divide(times)
	} else {
		divideGo(times, &[4]float64{1, 2, 3, 4})
	}
	return times * vectors * lanes
}

// divideGo divides 16 times n times, in four chains that the compiler can neither
// drop nor shorten.
func divideGo(n int, v *[4]float64) {
	a, b, c, d := v[0], v[1], v[2], v[3]
	for range n {
		a, b, c, d = 3/a, 3/b, 3/c, 3/d
		a, b, c, d = 3/a, 3/b, 3/c, 3/d
		a, b, c, d = 3/a, 3/b, 3/c, 3/d
		a, b, c, d = 3/a, 3/b, 3/c, 3/d
	}
	*v = [4]float64{a, b, c, d}
}

// Add adds values, the first of them to the first partial sum. Where more are to
// follow, their number is a multiple of Groups.
func (p *Partial) Add(values []float64) {
	for len(values) >= Groups {
		for j, v := range values[:Groups] {
			p[j] += v
		}
		values = values[Groups:]
	}
	for j, v := range values {
		p[j] += v
	}
}
