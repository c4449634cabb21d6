package quadrature

import (
	"context"
	"fmt"
	"math"

	"hybrid/mpi"
)

// Verification is what a check found.
type Verification struct {
	OK     bool
	Detail string // what was compared, or what is wrong
}

// Verify computes the integral by a rule that r does not come from: Gauss's, or,
// for that one, Simpson's. The two may differ by what they know of their errors:
// four times r.Error, twice the distance of the other rule from itself with an
// eighth of the parts, and rounding. An r whose error is unknown is held to what the
// other rule and rounding allow. It is collective.
func (p Problem) Verify(ctx context.Context, c *mpi.Comm, r Result, o Options) (Verification, error) {
	o.Progress = nil
	other := Problem{F: p.F, A: p.A, B: p.B, Rule: Gauss, N: 1 << 15}
	if p.Rule == Gauss {
		other.Rule, other.N = Simpson, 1<<20
	}
	fine, err := other.Run(ctx, c, o)
	if err != nil {
		return Verification{}, err
	}
	other.N /= 8
	coarse, err := other.Run(ctx, c, o)
	if err != nil {
		return Verification{}, err
	}
	off := math.Abs(r.Value - fine.Value)
	own := 4 * r.Error
	if math.IsInf(own, 0) {
		own = 0
	}
	allowed := own + 2*math.Abs(fine.Value-coarse.Value) + rounding*p.size()
	text := fmt.Sprintf("%v's rule gives %.17g, which differs by %.2g", other.Rule, fine.Value, off)
	if !(off <= allowed) {
		return Verification{false, fmt.Sprintf("%s, more than the %.2g that the errors of both allow", text, allowed)}, nil
	}
	return Verification{true, fmt.Sprintf("%s of the %.2g that the errors of both allow", text, allowed)}, nil
}

// rounding is what sums of this package may be off, as a part of the sum of all
// magnitudes.
const rounding = 1e-13

// size is about the integral of |f|.
func (p Problem) size() float64 {
	const places = 1024
	sum := 0.0
	for i := range places {
		if v := math.Abs(p.F.At(p.at((float64(i) + 0.5) / places))); !math.IsNaN(v) && !math.IsInf(v, 0) {
			sum += v / places
		}
	}
	return sum * math.Abs(p.B-p.A)
}
