package radix

import (
	"fmt"
	"sort"
	"unsafe"
)

// A Histogram counts keys in cells of neighbouring ranks, of a grid that many
// processes share, and moves them by it.
type Histogram[T Key] struct {
	keys []T
	p32  *partition[uint32] // one of the two
	p64  *partition[uint64]
}

// Span returns ranks between which most keys lie, from a sample. Of no keys it is
// all ones and 0.
func Span[T Key](x []T) (low, high uint64) {
	switch {
	case len(x) == 0:
		return ^uint64(0), 0
	case unsafe.Sizeof(x[0]) == 4:
		p := partition[uint32]{order: orderOf[T, uint32]()}
		low, high := p.span(words[uint32](x), false)
		return uint64(low), uint64(high)
	}
	p := partition[uint64]{order: orderOf[T, uint64]()}
	return p.span(words[uint64](x), false)
}

// NewHistogram counts the keys of x in so many cells, from 256 to 8192, between
// the ranks low and high; the outermost have what lies beyond. Costs one pass.
func NewHistogram[T Key](x []T, low, high uint64, cells int, o Options) (*Histogram[T], error) {
	isa, err := o.ISA.Resolve()
	if err != nil {
		return nil, err
	}
	if low > high || cells < 256 || cells > 8192 || o.Threads < 0 {
		return nil, fmt.Errorf("radix: %d cells from %d to %d on %d threads", cells, low, high, o.Threads)
	}
	h := &Histogram[T]{keys: x}
	if unsafe.Sizeof(*new(T)) == 4 {
		s := newSorter[uint32](isa, o, orderOf[T, uint32]())
		h.p32 = &partition[uint32]{kernels: s.kernels, workspaces: s.workspaces, order: s.order}
		h.p32.cut(words[uint32](x), uint32(low), uint32(high), cells)
	} else {
		s := newSorter[uint64](isa, o, orderOf[T, uint64]())
		h.p64 = &partition[uint64]{kernels: s.kernels, workspaces: s.workspaces, order: s.order}
		h.p64.cut(words[uint64](x), low, high, cells)
	}
	return h, nil
}

// Counts are the keys of every cell; their number depends on the span and not on
// the keys.
func (h *Histogram[T]) Counts() []int64 {
	if h.p32 != nil {
		return h.p32.total()
	}
	return h.p64.total()
}

func (p *partition[U]) total() []int64 {
	sum := make([]int64, p.grid.cells)
	for _, counts := range p.counts {
		for c, n := range counts {
			sum[c] += int64(n)
		}
	}
	return sum
}

// First is the lowest rank of a cell, 0 of the first.
func (h *Histogram[T]) First(cell int) uint64 {
	if h.p32 != nil {
		return h.p32.first(cell)
	}
	return h.p64.first(cell)
}

func (p *partition[U]) first(cell int) uint64 {
	low, high := U(0), ^U(0) // the lowest is among them
	for low < high {
		if mid := low + (high-low)/2; p.grid.cell(mid) >= cell {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return uint64(low)
}

// Move moves the ranks of all keys to dst, ordered by the class of their cells;
// classes count from 0 and do not fall from a cell to the next. It returns where
// the classes begin, and the end of the last. Costs one pass.
func (h *Histogram[T]) Move(dst []T, class []uint16, classes int) []int {
	if h.p32 != nil {
		return h.p32.moveTo(words[uint32](h.keys), words[uint32](dst), class, classes)
	}
	return h.p64.moveTo(words[uint64](h.keys), words[uint64](dst), class, classes)
}

func (p *partition[U]) moveTo(from, to []U, class []uint16, classes int) []int {
	p.table = class
	p.starts = make([]int, classes+1)
	for c, n := range p.total() {
		p.starts[class[c]+1] += int(n)
	}
	for i := range classes {
		p.starts[i+1] += p.starts[i]
	}
	if len(from) > 0 {
		p.move(from, to)
	}
	return p.starts
}

// SortRanks is Sort of ranks, as Move leaves them, and leaves ranks.
func SortRanks[T Key](x, tmp []T, o Options) error {
	if unsafe.Sizeof(*new(T)) == 4 {
		return Sort(words[uint32](x), words[uint32](tmp), o)
	}
	return Sort(words[uint64](x), words[uint64](tmp), o)
}

// CountBelow is the number of ranks below r among x, which is in order.
func CountBelow[T Key](x []T, r uint64) int {
	return sort.Search(len(x), func(i int) bool { return bitsOf(x[i]) >= r })
}

func bitsOf[T Key](v T) uint64 {
	if unsafe.Sizeof(v) == 4 {
		return uint64(*(*uint32)(unsafe.Pointer(&v)))
	}
	return *(*uint64)(unsafe.Pointer(&v))
}
