package model

import (
	"math"
	"math/cmplx"
	"slices"
)

// A coefficient is that of a field's value some cells away in a rule that is linear.
type coefficient struct {
	rule, of int // of numbers of fields that evolve
	offset   [3]int
	value    float64
}

// spectrum has the eigenvalues of linear rules with such coefficients, over an unbounded grid:
// those of their symbol for waves of many lengths and directions, the longest and the shortest
// along each axis among them (von Neumann's analysis).
func spectrum(rules, dims int, all []coefficient) (eigenvalues []complex128) {
	// Angles are those of a wave from a cell to the next. Conjugate waves have conjugate
	// eigenvalues: half of the angles do along one axis.
	var angles [3][]float64
	n := []int{64, 16, 8}[dims-1]
	for axis := range angles {
		switch {
		case axis < 3-dims:
			angles[axis] = []float64{0}
			continue
		case axis < 2:
			angles[axis] = append(angles[axis], -math.Pi/256)
			for i := 1; i < n; i++ {
				angles[axis] = append(angles[axis], -math.Pi*float64(i)/float64(n))
			}
		}
		angles[axis] = append(angles[axis], 0, math.Pi/256)
		for i := 1; i <= n; i++ {
			angles[axis] = append(angles[axis], math.Pi*float64(i)/float64(n))
		}
	}
	blocks := coupled(rules, all)
	matrix := make([][]complex128, rules)
	for i := range matrix {
		matrix[i] = make([]complex128, rules)
	}
	for _, a := range angles[0] {
		for _, b := range angles[1] {
			for _, c := range angles[2] {
				for i := range matrix {
					clear(matrix[i])
				}
				for _, t := range all {
					phase := a*float64(t.offset[0]) + b*float64(t.offset[1]) + c*float64(t.offset[2])
					sin, cos := math.Sincos(phase)
					matrix[t.rule][t.of] += complex(t.value*cos, t.value*sin)
				}
				for _, block := range blocks {
					eigenvalues = append(eigenvalues, eigen(matrix, block)...)
				}
			}
		}
	}
	return eigenvalues
}

// coupled are the sets of rules that depend on one another.
func coupled(rules int, all []coefficient) (blocks [][]int) {
	reaches := make([][]bool, rules)
	for i := range reaches {
		reaches[i] = make([]bool, rules)
		reaches[i][i] = true
	}
	for _, t := range all {
		reaches[t.rule][t.of] = true
	}
	for by := range rules {
		for i := range rules {
			for j := range rules {
				reaches[i][j] = reaches[i][j] || reaches[i][by] && reaches[by][j]
			}
		}
	}
	for i := range rules {
		var block []int
		for j := range rules {
			if reaches[i][j] && reaches[j][i] {
				block = append(block, j)
			}
		}
		if block[0] == i {
			blocks = append(blocks, block)
		}
	}
	return blocks
}

// eigen are the eigenvalues of some rows and columns of a matrix.
func eigen(matrix [][]complex128, block []int) []complex128 {
	at := func(i, j int) complex128 { return matrix[block[i]][block[j]] }
	switch len(block) {
	case 1:
		return []complex128{at(0, 0)}
	case 2:
		mean, half := (at(0, 0)+at(1, 1))/2, (at(0, 0)-at(1, 1))/2
		root := cmplx.Sqrt(half*half + at(0, 1)*at(1, 0))
		return []complex128{mean + root, mean - root}
	}
	return roots(characteristic(len(block), at))
}

// characteristic has the coefficients of x^0 to x^n of det(x - A), by Faddeev and LeVerrier.
func characteristic(n int, at func(i, j int) complex128) []complex128 {
	c := make([]complex128, n+1)
	c[n] = 1
	m := make([][]complex128, n) // A m + c
	for i := range m {
		m[i] = make([]complex128, n)
	}
	for k := 1; k <= n; k++ {
		for i := range m {
			m[i][i] += c[n-k+1]
		}
		next := make([][]complex128, n)
		var trace complex128
		for i := range next {
			next[i] = make([]complex128, n)
			for j := range n {
				for l := range n {
					next[i][j] += at(i, l) * m[l][j]
				}
			}
			trace += next[i][i]
		}
		c[n-k] = -trace / complex(float64(k), 0)
		m = next
	}
	return c
}

// roots are those of a polynomial whose highest coefficient is 1, by Durand and Kerner.
func roots(c []complex128) []complex128 {
	n := len(c) - 1
	var size float64 // of a root, at most about
	for i := range n {
		size = max(size, math.Pow(cmplx.Abs(c[i]), 1/float64(n-i)))
	}
	r := make([]complex128, n)
	for i := range r {
		r[i] = complex(size, 0) * cmplx.Rect(1, 0.4+2*math.Pi*float64(i)/float64(n))
	}
	for range 200 {
		for i := range r {
			value, apart := complex(1, 0), complex(1, 0)
			for k := n - 1; k >= 0; k-- {
				value = value*r[i] + c[k]
			}
			for j := range r {
				if j != i {
					apart *= r[i] - r[j]
				}
			}
			if apart != 0 {
				r[i] -= value / apart
			}
		}
	}
	return r
}

// stableStep is the longest time step with which a scheme lets no wave grow that does not grow
// by itself; 0 where even a step that is far shorter than the fastest wave's time is too long.
// A wave that does grow may do so at twice the rate of the fastest one.
func stableStep(scheme string, eigenvalues []complex128) float64 {
	var fastest, growth float64
	for _, l := range eigenvalues {
		fastest, growth = max(fastest, cmplx.Abs(l)), max(growth, real(l))
	}
	if fastest == 0 {
		return math.Inf(1)
	}
	const rounding = 1e-9
	if growth < rounding*fastest {
		growth = 0
	}
	stable := func(dt float64) bool {
		return !slices.ContainsFunc(eigenvalues, func(l complex128) bool {
			most := 1.0
			if real(l) > rounding*fastest {
				most = math.Exp(2 * growth * dt)
			}
			return cmplx.Abs(amplification(scheme, l*complex(dt, 0))) > most+rounding
		})
	}
	const part = 0.05 // of the fastest wave's time
	lo, hi := 0.0, part/fastest
	for stable(hi) && hi*fastest < 10 {
		lo, hi = hi, hi+part/fastest
	}
	if stable(hi) {
		return math.Inf(1) // nothing fades
	}
	for range 40 {
		if mid := (lo + hi) / 2; stable(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	if lo*fastest < part {
		return 0
	}
	return lo
}

// amplification is what a step of a scheme makes of a wave, z its eigenvalue times the step.
func amplification(scheme string, z complex128) complex128 {
	switch scheme {
	case "rk2":
		return 1 + z*(1+z/2)
	case "rk4":
		return 1 + z*(1+z/2*(1+z/3*(1+z/4)))
	}
	return 1 + z
}
