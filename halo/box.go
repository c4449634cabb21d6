package halo

import "slices"

// A Box is the cells from Lo up to, not including, Hi along each dimension. Beyond a
// periodic end of the grid cells count on: -1 is the last one once more.
type Box struct{ Lo, Hi []int }

func newBox(dims int) Box { return Box{make([]int, dims), make([]int, dims)} }

func (b Box) clone() Box { return Box{slices.Clone(b.Lo), slices.Clone(b.Hi)} }

// Cells is the number of cells.
func (b Box) Cells() int {
	n := 1
	for d := range b.Lo {
		n *= max(b.Hi[d]-b.Lo[d], 0)
	}
	return n
}

// without cuts the box into those that together are its cells outside of inner, a box
// within it. The long ones lie along the last dimension.
func (b Box) without(inner Box) []Box {
	if inner.Cells() == 0 {
		return []Box{b}
	}
	var all []Box
	rest := b.clone()
	add := func(d, lo, hi int) {
		if lo < hi {
			part := rest.clone()
			part.Lo[d], part.Hi[d] = lo, hi
			all = append(all, part)
		}
	}
	for d := range b.Lo {
		add(d, rest.Lo[d], inner.Lo[d])
		add(d, inner.Hi[d], rest.Hi[d])
		rest.Lo[d], rest.Hi[d] = inner.Lo[d], inner.Hi[d]
	}
	return all
}

// rows calls f for the rows of the box, which are its cells along the last dimension:
// at is the first cell of each, and n the number of cells.
func (b Box) rows(f func(at []int, n int)) {
	if b.Cells() == 0 {
		return
	}
	last := len(b.Lo) - 1
	at := slices.Clone(b.Lo)
	for {
		f(at, b.Hi[last]-b.Lo[last])
		d := last - 1
		for ; d >= 0; d-- {
			if at[d]++; at[d] < b.Hi[d] {
				break
			}
			at[d] = b.Lo[d]
		}
		if d < 0 {
			return
		}
	}
}
