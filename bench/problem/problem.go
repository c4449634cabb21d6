// Package problem is the heat problem that the benchmarks solve: a cold disc
// of 5 in a field of 65, inside a fixed ring of 85 (row 0), 20 (column 0),
// 70 (last column) and 5 (last row).
//
// The mean of the interior after 500 steps on 2000x2000 points,
// 59.281239, comes from a program that shares no code with this one.
package problem

import (
	"strconv"

	"hybrid/bench/internal/array"
)

// Reference is the mean of the interior, to the digits known, of Points =
// ReferencePoints after ReferenceSteps steps.
const (
	Reference       = 59.281239
	ReferencePoints = 2000
	ReferenceSteps  = 500
)

// The problem's diffusivity and grid spacing.
const (
	alpha = 0.5
	d     = 0.01
)

// Args returns the arguments of hybrid heat for steps on a field of n x n
// points inside the ring, read from file.
func Args(file string, n, steps int) []string {
	f := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	a, dx := float64(alpha), float64(d)
	dt := 1 / (2 * a * (1/(dx*dx) + 1/(dx*dx)))
	return []string{
		"--initial", file, "--nx", strconv.Itoa(n + 2), "--ny", strconv.Itoa(n + 2),
		"--steps", strconv.Itoa(steps), "--alpha", f(a), "--dx", f(dx), "--dy", f(dx), "--dt", f(dt),
		"--boundary", "dirichlet",
	}
}

// Write writes the initial field, n x n points inside the ring, to file. It
// holds one row at a time.
func Write(file string, n int) error {
	return array.Write(file, []int{n + 2, n + 2}, func(row int, dst []float64) error {
		fill(dst, row)
		return nil
	})
}

// fill sets row to row i of the field. Rows are written after columns, so the
// corners belong to them.
func fill(row []float64, i int) {
	w := len(row)
	centre, radius := float64(w/2-2), float64(w-2)/6
	for j := range row {
		y, x := float64(i)-centre, float64(j)-centre
		switch {
		case i == 0:
			row[j] = 85
		case i == w-1:
			row[j] = 5
		case j == 0:
			row[j] = 20
		case j == w-1:
			row[j] = 70
		case y*y+x*x < radius*radius:
			row[j] = 5
		default:
			row[j] = 65
		}
	}
}
