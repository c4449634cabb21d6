package halo

import (
	"fmt"
	"unsafe"

	"hybrid/internal/pages"
	"hybrid/mpi"
)

// A Field is one value for each cell of a rank's part and of the halo around it, in a
// slice: row-major, the last dimension in one run. Beyond an open end of the grid the
// halo is there too; no exchange writes it, so it may hold a boundary's values.
type Field[T mpi.Number] struct {
	Data []T // Index says where a cell lies

	grid     *Grid
	box      Box   // of Data: the own cells and depth more on each side
	strides  []int // from a cell to the next along each dimension
	exchange *Exchange[T]
}

// slack is how many bytes there are before and behind Data, for kernels that read whole vectors.
const slack = 128

// NewField makes a field, all zero, on large pages where the system has some.
func NewField[T mpi.Number](g *Grid) *Field[T] {
	f := &Field[T]{grid: g}
	f.box, f.strides = g.stored()
	beside := slack / int(unsafe.Sizeof(*new(T)))
	f.Data = pages.Make[T](beside + f.box.Cells() + beside)[beside : beside+f.box.Cells()]
	f.exchange = NewExchange[T](g, f)
	return f
}

// stored is the box of the own cells with the halo on every side, and the distances
// between neighbours in it.
func (g *Grid) stored() (Box, []int) {
	b := g.Own()
	strides, n := make([]int, len(b.Lo)), 1
	if b.Cells() == 0 {
		return Box{b.Lo, b.Lo}, strides
	}
	for d := len(b.Lo) - 1; d >= 0; d-- {
		b.Lo[d] -= g.depth
		b.Hi[d] += g.depth
		strides[d] = n
		n *= b.Hi[d] - b.Lo[d]
	}
	return b, strides
}

// Grid is the grid of the field.
func (f *Field[T]) Grid() *Grid { return f.grid }

// Index is where a cell of the part or its halo lies in Data, by its number along each
// dimension of the whole grid.
func (f *Field[T]) Index(at ...int) int {
	i := 0
	for d, x := range at {
		i += (x - f.box.Lo[d]) * f.strides[d]
	}
	return i
}

// Stride is the distance in Data from a cell to the next along a dimension.
func (f *Field[T]) Stride(dim int) int { return f.strides[dim] }

// Fill sets the own cells, each to what value gives for its number along each
// dimension. The halo keeps what it has until the next exchange.
func (f *Field[T]) Fill(value func(at []int) T) {
	f.grid.Own().rows(func(at []int, n int) {
		last, i := len(at)-1, f.Index(at...)
		first := at[last]
		for k := range n {
			at[last] = first + k
			f.Data[i+k] = value(at)
		}
		at[last] = first
	})
}

// Start begins to renew the halo, to its full depth. Until Finish own cells must not be
// written, and those of the halo mean nothing.
func (f *Field[T]) Start() error { return f.exchange.Start(f.grid.depth) }

// StartDepth is Start for the so many halo cells that are next to the part.
func (f *Field[T]) StartDepth(depth int) error { return f.exchange.Start(depth) }

// Finish waits until the halo is renewed.
func (f *Field[T]) Finish() error { return f.exchange.Finish() }

// Update renews the halo and calls compute for boxes that together are the own cells,
// each once: first for those that no halo cell reaches, while messages are under way,
// then for those along the edges. compute must not write this field, but another one.
func (f *Field[T]) Update(compute func(b Box)) error {
	if err := f.Start(); err != nil {
		return err
	}
	inner, edges := f.grid.split()
	if inner.Cells() > 0 {
		compute(inner)
	}
	if err := f.Finish(); err != nil {
		return err
	}
	for _, b := range edges {
		compute(b)
	}
	return nil
}

// split divides the own cells into those that the halo's depth does not reach and
// boxes of the others.
func (g *Grid) split() (inner Box, edges []Box) {
	own := g.Own()
	if own.Cells() == 0 {
		return own, nil
	}
	inner = g.Grow(-g.depth)
	return inner, own.without(inner)
}

// Len is the number of cells of a box.
func (f *Field[T]) Len(b Box) int { return b.Cells() }

// Pack copies the cells of a box, own or of the halo, to dst in row-major order.
func (f *Field[T]) Pack(b Box, dst []T) error {
	b.rows(func(at []int, n int) {
		i := f.Index(at...)
		dst = dst[copy(dst, f.Data[i:i+n]):]
	})
	return nil
}

// Unpack is the inverse of Pack.
func (f *Field[T]) Unpack(b Box, src []T) error {
	b.rows(func(at []int, n int) {
		i := f.Index(at...)
		src = src[copy(f.Data[i:i+n], src):]
	})
	return nil
}

func errorf(format string, args ...any) error { return fmt.Errorf("halo: "+format, args...) }
