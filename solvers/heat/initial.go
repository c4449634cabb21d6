package heat

import (
	"fmt"
	"math"
)

// Shapes are the names that Initial knows.
var Shapes = []string{"square", "disc", "gaussian", "sine"}

// Initial returns a named initial field, as the rows that Solver.Fill asks for,
// over the unit square: column j is at x = j/(nx-1), row i at y = i/(ny-1).
//
//	square    100 where 0.3 <= x, y <= 0.7, else 0
//	disc      100 where (x-1/2)² + (y-1/2)² <= 1/16, else 0
//	gaussian  100 exp(-((x-1/2)² + (y-1/2)²) / (2 * 0.1²))
//	sine      100 sin(pi x) sin(pi y), an eigenmode of the Dirichlet problem
//
// The values are the same bits on every architecture.
func Initial[T Real](shape string, p Problem) (func(row int, dst []T) error, error) {
	var at func(x, y float64) float64
	switch shape {
	case "square":
		at = func(x, y float64) float64 {
			if 0.3 <= x && x <= 0.7 && 0.3 <= y && y <= 0.7 {
				return 100
			}
			return 0
		}
	case "disc":
		at = func(x, y float64) float64 {
			if distance2(x, y) <= 1.0/16 {
				return 100
			}
			return 0
		}
	case "gaussian":
		at = func(x, y float64) float64 { return 100 * exp(-50*distance2(x, y)) }
	case "sine":
		at = func(x, y float64) float64 { return 100 * sinPi(x) * sinPi(y) }
	default:
		return nil, fmt.Errorf("heat: initial field %q is not one of square, disc, gaussian, sine", shape)
	}
	return func(i int, dst []T) error {
		y := float64(i) / float64(p.NY-1)
		for j := range dst {
			dst[j] = T(at(float64(j)/float64(p.NX-1), y))
		}
		return nil
	}, nil
}

// distance2 is the squared distance from the middle of the unit square.
func distance2(x, y float64) float64 {
	return math.FMA(x-0.5, x-0.5, float64((y-0.5)*(y-0.5)))
}

// The functions of package math differ in their last bits between architectures,
// where they have assembly on one or are compiled to fused operations on
// another. These two say where they round.

// exp is e to the power of x, for x <= 0, to about one unit in the last place:
// x = k ln 2 + r with |r| <= ln(2)/2, and the Taylor series of e to the r.
func exp(x float64) float64 {
	if x < -745 {
		return 0
	}
	const ln2Hi, ln2Lo = 0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56
	k := math.RoundToEven(x / math.Ln2)
	r := math.FMA(-k, ln2Lo, math.FMA(-k, ln2Hi, x))
	s := 1.0
	for n := 14.0; n >= 1; n-- {
		s = math.FMA(r/n, s, 1)
	}
	return math.Ldexp(s, int(k))
}

// sinPi is the sine of pi x, for x from 0 to 1, exactly 0 at both ends: the
// Taylor series of the sine or, beyond an eighth of a turn, of the cosine.
func sinPi(x float64) float64 {
	if x > 0.5 {
		x = 1 - x
	}
	series, s, n := x, 1.0, 0.0 // n is 1 for the sine
	if x <= 0.25 {
		n = 1
	} else {
		series = 0.5 - x
	}
	t := math.Pi * series
	for k := 20 + n; k > n; k -= 2 {
		s = math.FMA(-float64(t*t)/float64(k*(k-1)), s, 1)
	}
	if n == 1 {
		return t * s
	}
	return s
}
