package heat

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"hybrid/internal/exp"
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
	x := make([]float64, p.NX)
	for j := range x {
		x[j] = float64(j) / float64(p.NX-1)
	}
	var row func(y float64, dst []T)
	switch shape {
	case "square":
		row = square[T](x)
	case "disc":
		row = disc[T](x)
	case "gaussian":
		row = gaussian[T](x)
	case "sine":
		row = sine[T](x)
	default:
		return nil, fmt.Errorf("heat: initial field %q is not one of square, disc, gaussian, sine", shape)
	}
	return func(i int, dst []T) error {
		row(float64(i)/float64(p.NY-1), dst)
		return nil
	}, nil
}

// The shapes have the columns' x. What depends on x alone they compute once, in its
// place.

func square[T Real](x []float64) func(y float64, dst []T) {
	within := func(z float64) bool { return 0.3 <= z && z <= 0.7 }
	for j := range x {
		if within(x[j]) {
			x[j] = 100
		} else {
			x[j] = 0
		}
	}
	return func(y float64, dst []T) {
		if !within(y) {
			clear(dst)
			return
		}
		for j := range dst {
			dst[j] = T(x[j])
		}
	}
}

func disc[T Real](x []float64) func(y float64, dst []T) {
	middle, _ := slices.BinarySearch(x, 0.5)
	return func(y float64, dst []T) {
		y2 := distance2(y, 0)
		inside := func(j int) bool { return distance2(x[j], y2) <= 1.0/16 }
		// The distance falls up to the middle and grows from there on, rounded as it is.
		from := sort.Search(middle, inside)
		to := middle + sort.Search(len(x)-middle, func(j int) bool { return !inside(middle + j) })
		clear(dst)
		for j := from; j < to; j++ {
			dst[j] = 100
		}
	}
}

func gaussian[T Real](x []float64) func(y float64, dst []T) {
	return func(y float64, dst []T) {
		y2 := distance2(y, 0)
		var part [512]float64 // stays in the first-level cache
		for x, dst := x, dst; len(x) > 0; {
			n := copy(part[:], x)
			for j, x := range part[:n] {
				part[j] = -50 * distance2(x, y2)
			}
			exp.All(part[:n])
			for j, v := range part[:n] {
				dst[j] = T(100 * v)
			}
			x, dst = x[n:], dst[n:]
		}
	}
}

func sine[T Real](x []float64) func(y float64, dst []T) {
	for j := range x {
		x[j] = 100 * sinPi(x[j])
	}
	return func(y float64, dst []T) {
		sin := sinPi(y)
		for j := range dst {
			dst[j] = T(x[j] * sin)
		}
	}
}

// distance2 is the squared distance of a column from the middle of the unit square, with
// that of its row.
func distance2(x, y2 float64) float64 { return math.FMA(x-0.5, x-0.5, y2) }

// sinPi is the sine of pi x, for x from 0 to 1, exactly 0 at both ends: the
// Taylor series of the sine or, beyond an eighth of a turn, of the cosine. Unlike that of
// package math it says where it rounds, and so has the same bits on every architecture.
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
