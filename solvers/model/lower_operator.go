package model

import (
	"strings"

	"hybrid/solvers/model/formula"
)

// A stencil has what an order of accuracy makes of cells around a cell, by distance: central
// differences of cells (Fornberg, Generation of finite difference formulas on arbitrarily
// spaced grids, Math. Comp. 51 (1988), tables 1 and 2), and of the faces between them.
type stencil struct {
	first  []float64 // times what is d = 1, 2, ... cells to the right less what is to the left
	second []float64 // times both of these, from d = 0, where there is one
	face   []float64 // times both cells at d - 1/2 from a face: the value at the face
	slope  []float64 // times the right one less the left one: the derivative at the face
}

// stencils are those of each order.
var stencils = map[int]stencil{
	2: {[]float64{1. / 2}, []float64{-2, 1}, []float64{1. / 2}, []float64{1}},
	4: {[]float64{2. / 3, -1. / 12}, []float64{-5. / 2, 4. / 3, -1. / 12}, []float64{9. / 16, -1. / 16}, []float64{9. / 8, -1. / 24}},
	6: {[]float64{3. / 4, -3. / 20, 1. / 60}, []float64{-49. / 18, 3. / 2, -3. / 20, 1. / 90},
		[]float64{75. / 128, -25. / 256, 3. / 256}, []float64{75. / 64, -25. / 384, 3. / 640}},
}

// operator is an operator on fields in a cell. Of a formula that is no field it takes the
// formula at the cells around.
func (f *formulas) operator(e *formula.Expr, at [3]int) (made sum) {
	u := func(at [3]int) sum { return f.real(e.Args[0], at) }
	switch e.Name {
	case "laplacian":
		for _, axis := range f.axes() {
			made = made.plus(1, f.second(u, at, axis))
		}
		return made
	case "gradient_squared": // of central differences
		for _, axis := range f.axes() {
			d := f.first(u, at, axis)
			made = made.plus(1, f.product(d, d))
		}
		return made
	case "divergence": // of k times the gradient of u
		of := func(at [3]int) sum { return f.real(e.Args[1], at) }
		for _, axis := range f.axes() {
			made = made.plus(1, f.divergence(u, of, at, axis))
		}
		return made
	}
	if name, ok := strings.CutPrefix(e.Name, "d2"); ok && len(name) == 1 {
		return f.second(u, at, 2-int(name[0]-'x'))
	}
	if name, ok := strings.CutPrefix(e.Name, "d"); ok && len(name) == 1 {
		return f.first(u, at, 2-int(name[0]-'x'))
	}
	f.refuse(e, "%s has no value here", e.Name)
	return sum{}
}

// axes are those of the model, x first.
func (f *formulas) axes() []int { return []int{2, 1, 0}[:f.grid.Dims] }

func along(at [3]int, axis, cells int) [3]int {
	at[axis] += cells
	return at
}

// first is the first derivative along an axis.
func (f *formulas) first(u func([3]int) sum, at [3]int, axis int) (made sum) {
	for i, c := range stencils[f.spec.Order].first {
		c /= f.grid.Spacing[axis]
		made = made.plus(c, u(along(at, axis, i+1))).plus(-c, u(along(at, axis, -i-1)))
	}
	return made
}

// second is the second derivative along an axis.
func (f *formulas) second(u func([3]int) sum, at [3]int, axis int) (made sum) {
	h := f.grid.Spacing[axis]
	c := stencils[f.spec.Order].second
	for d := 1; d < len(c); d++ {
		made = made.plus(c[d]/(h*h), u(along(at, axis, -d))).plus(c[d]/(h*h), u(along(at, axis, d)))
	}
	return made.plus(c[0]/(h*h), u(at))
}

// divergence is the derivative along an axis of k times that of u, by the flux through the
// cell's two faces, and where the order asks for it through faces farther away. What leaves
// a cell comes to its neighbour. There k is the mean of the cells around a face.
func (f *formulas) divergence(k, u func([3]int) sum, at [3]int, axis int) (made sum) {
	h := f.grid.Spacing[axis]
	s := stencils[f.spec.Order]
	// flux is that through the face to the right of a cell, to the left with the sign -1.
	flux := func(at [3]int, sign int) sum {
		var mean, slope sum
		for d := range s.face {
			left, right := along(at, axis, -d), along(at, axis, d+1)
			if sign < 0 {
				left, right = right, left
			}
			mean = mean.plus(s.face[d], k(left)).plus(s.face[d], k(right))
			slope = slope.plus(s.slope[d]/h, u(right)).plus(-s.slope[d]/h, u(left))
		}
		return f.product(mean, slope)
	}
	for d, c := range s.slope {
		made = made.plus(c/h, flux(along(at, axis, d), 1)).plus(c/h, flux(along(at, axis, -1-d), -1))
	}
	return made
}
