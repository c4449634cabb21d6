package radix

import (
	"math/bits"
	"unsafe"
)

// A grid cuts the ranks from low on into cells of equal width:
//
//	cell = min(max(rank, low) - low >> shift, limit) * scale >> shift2
//
// where rank is that of a key's bits as order has it, or, with and, or and sub 0,
// the key itself. The kernels know where the fields lie.
type grid[U word] struct {
	and, or, sub  uint64
	low, limit    uint64
	shift         uint64
	scale, shift2 uint64
	table         *uint16 // the bucket of every cell
	scratch       *uint64 // for the kernels: scratchBytes
	cells         int
}

const (
	block        = 128               // keys whose cells a kernel finds at a time
	scratchBytes = 8*block + 4*block // their ranks and cells
)

// newGrid has at most cells of them, at least 2, from low to high; low < high is
// in another cell than high. Ranks below low and above high share the outermost.
func newGrid[U word](low, high U, cells int) grid[U] {
	g := grid[U]{low: uint64(low), cells: cells}
	width := uint64(high - low)
	if width < uint64(cells) { // a cell for every rank
		g.limit, g.scale, g.cells = width, 1, int(width)+1
		return g
	}
	g.shift = uint64(max(bits.Len64(width)-31, 0))
	g.limit = width >> g.shift
	g.scale, g.shift2 = uint64(cells)<<32/(g.limit+1), 32
	return g
}

// mapping makes the grid take bits in the place of ranks.
func (g grid[U]) mapping(o order[U]) grid[U] {
	g.and, g.or, g.sub = uint64(o.and), uint64(o.or), uint64(o.sub)
	return g
}

func (g *grid[U]) order() order[U] { return order[U]{U(g.and), U(g.or), U(g.sub)} }

func (g *grid[U]) cell(rank U) int {
	return int(min(uint64(max(rank, U(g.low))-U(g.low))>>g.shift, g.limit) * g.scale >> g.shift2)
}

func (g *grid[U]) at() *uint64 { return (*uint64)(unsafe.Pointer(g)) }
