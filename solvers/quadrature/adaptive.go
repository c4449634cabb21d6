package quadrature

import (
	"fmt"
	"math"
	"slices"

	"hybrid/internal/neumaier"
)

// The 15 nodes of Kronrod's rule on [-1, 1], from the outermost to the middle,
// their weights, and the weights of the 7 nodes of Gauss's rule, which are every
// second of them (Piessens et al., QUADPACK, 1983, routine QK15).
var (
	kronrodNodes = [8]float64{
		0.991455371120812639206854697526329, 0.949107912342758524526189684047851,
		0.864864423359769072789712788640926, 0.741531185599394439863864773280788,
		0.586087235467691130294144691693315, 0.405845151377397166906606412076961,
		0.207784955007898467600689403773245, 0,
	}
	kronrodWeights = [8]float64{
		0.022935322010529224963732008058970, 0.063092092629978553290700663189204,
		0.104790010322250183839876322541518, 0.140653259715525918745189590510238,
		0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
		0.204432940075298892414161999234649, 0.209482141084727828012999174891714,
	}
	gaussWeights = [4]float64{
		0.129484966168869693270611432679082, 0.279705391489276667901467771423780,
		0.381830050505118944950369775488975, 0.417959183673469387755102040816327,
	}
)

// maxIntervals bounds what the adaptive rule keeps and computes at once.
const maxIntervals = 1 << 16

// part is an interval of the adaptive rule: its left end and its width as
// fractions of the whole, both exact.
type part struct{ left, width float64 }

// done is a part that is good enough.
type done struct{ left, value, err float64 }

// adaptive halves intervals until the two rules differ on each by no more than its
// share of half the tolerance, or on all together by no more than the tolerance,
// which is what ends it where the function jumps or has a pole.
func (t *team) adaptive(p Problem) (Result, error) {
	// Halves first: a function that is symmetric, or of one narrow peak, would
	// deceive the points of a single interval more easily.
	const begin = 16
	var parts []part
	for i := range begin {
		parts = append(parts, part{float64(i) / begin, 1. / begin})
	}
	var found []done
	points := uint64(0)
	for len(parts) > 0 {
		values, err := t.all(len(parts), 2, func(i int, out []float64) (err error) {
			out[0], out[1], err = p.kronrod(parts[i])
			return err
		})
		if err != nil {
			return Result{}, err
		}
		points += uint64(len(parts)) * (2*uint64(len(kronrodNodes)) - 1)
		var all neumaier.Sum
		for _, d := range found {
			all.Add(d.err)
		}
		for i := range parts {
			all.Add(values[2*i+1])
		}
		var halves []part
		for i, q := range parts {
			value, off := values[2*i], values[2*i+1]
			// Below this the difference is rounding.
			enough := max(p.Tolerance/2*q.width, 50*0x1p-53*math.Abs(value))
			if off <= enough || all.Value() <= p.Tolerance {
				found = append(found, done{q.left, value, off})
				continue
			}
			if q.width <= 0x1p-50 {
				return Result{}, fmt.Errorf("quadrature: %s does not come within the tolerance of %v near x = %v: give a greater one, or leave that place out",
					p.F.short(), p.Tolerance, p.at(q.left))
			}
			halves = append(halves, part{q.left, q.width / 2}, part{q.left + q.width/2, q.width / 2})
		}
		if len(halves)+len(found) > maxIntervals {
			return Result{}, fmt.Errorf("quadrature: %s needs more than %d intervals for a tolerance of %v: give a greater one", p.F.short(), maxIntervals, p.Tolerance)
		}
		parts = halves
	}
	slices.SortFunc(found, func(a, b done) int {
		if a.left < b.left {
			return -1
		}
		return 1
	})
	var value, err neumaier.Sum
	for _, d := range found {
		value.Add(d.value)
		err.Add(d.err)
	}
	return Result{Value: value.Value(), Error: err.Value(), Points: points}, nil
}

// at is the place of a fraction of the interval.
func (p Problem) at(fraction float64) float64 { return math.FMA(p.B-p.A, fraction, p.A) }

// kronrod returns the integral over a part, and by how much Gauss's rule differs.
func (p Problem) kronrod(q part) (value, off float64, err error) {
	const n = len(kronrodNodes)
	x, y := make([]float64, 2*n-1), make([]float64, 2*n-1)
	half := q.width / 2
	for i, node := range kronrodNodes {
		x[i] = p.at(math.FMA(-half, node, q.left+half))
		x[2*n-2-i] = p.at(math.FMA(half, node, q.left+half))
	}
	p.F.values(x, y)
	if err := p.F.check(x, y); err != nil {
		return 0, 0, err
	}
	kronrod := kronrodWeights[n-1] * y[n-1]
	gauss := gaussWeights[n/2-1] * y[n-1]
	for i := n - 2; i >= 0; i-- {
		both := y[i] + y[2*n-2-i]
		kronrod = math.FMA(kronrodWeights[i], both, kronrod)
		if i%2 == 1 {
			gauss = math.FMA(gaussWeights[i/2], both, gauss)
		}
	}
	scale := (p.B - p.A) * half
	value = float64(scale * kronrod) // rounded, never fused with the subtraction below
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return 0, 0, fmt.Errorf("quadrature: the integral of %s near x = %v is beyond the range of float64", p.F.short(), p.at(q.left))
	}
	return value, math.Abs(value - float64(scale*gauss)), nil
}
