package quadrature

import (
	"math"

	"hybrid/internal/philox"
)

// A segment is a piece of the interval with a variable t of its own, from 0 to 1:
//
//	x = origin + scale t    or, of a piece that reaches to infinity,    x = scale / t
//
// A place is known best near t = 0, where float64 has places down to 1e-308. So
// pieces begin at x = 0, if the interval has it, and at infinity.
type segment struct {
	origin, scale float64
	infinite      bool
}

// segments are the pieces of [lo, hi].
func segments(lo, hi float64) []segment {
	if lo < 0 && hi > 0 {
		return append(outwards(0, lo), outwards(0, hi)...)
	}
	if lo < 0 {
		return outwards(hi, lo)
	}
	return outwards(lo, hi)
}

// outwards are the pieces from near to far, both to one side of 0.
func outwards(near, far float64) []segment {
	if !math.IsInf(far, 0) {
		return []segment{{near, far - near, false}}
	}
	tail := math.Copysign(max(1, math.Abs(near)), far)
	if near == tail {
		return []segment{{0, tail, true}}
	}
	return []segment{{near, tail - near, false}, {0, tail, true}}
}

// at is the place x of t.
func (s segment) at(t float64) float64 {
	if s.infinite {
		return s.scale / t
	}
	return math.FMA(s.scale, t, s.origin)
}

// weigh turns a value of f into one of f |dx/dt|.
func (s segment) weigh(y, t float64) float64 {
	y *= math.Abs(s.scale)
	if s.infinite {
		return y / t / t
	}
	return y
}

// A cell is a part of a segment.
type cell struct {
	segment     int
	left, width float64 // in t
	history
}

// splits reports whether float64 has places enough to halve the cell.
func (s segment) splits(c cell) bool {
	const places, least = 0x1p-44, 0x1p-1000
	if s.infinite {
		return c.width > places*c.left && c.left+c.width > least*max(1, math.Abs(s.scale))
	}
	width := math.Abs(s.scale) * c.width
	return width > max(places*math.Abs(s.at(c.left+c.width/2)), least)
}

// A grid says how finely a segment is cut before anything is known of f.
type grid struct {
	even   int // parts of a half, each a power of 2, as all here
	octave int // parts of [t, 2t], where these are finer, towards t = 0 and t = 1
	jitter bool
}

// cells cuts a segment: evenly, and towards both ends so that every octave of the
// distance from them has its parts. With jitter the edges are random, by Philox.
func (g grid) cells(number int, s segment) []cell {
	depth := 40
	if s.origin == 0 && !s.infinite {
		depth = max(depth, 30+math.Ilogb(max(1, math.Abs(s.scale))))
	}
	marks := append([]float64{0}, g.marks(number, 0, depth)...)
	far := g.marks(number, 1, 40)
	for i := len(far) - 2; i >= 0; i-- {
		marks = append(marks, 1-far[i])
	}
	marks = append(marks, 1)
	cells := make([]cell, len(marks)-1)
	for i := range cells {
		cells[i] = cell{segment: number, left: marks[i], width: marks[i+1] - marks[i]}
	}
	return cells
}

// marks rise from 2^-depth to 1/2.
func (g grid) marks(number, end, depth int) []float64 {
	stream := philox.New(uint64(2*number+end), philox.Edges)
	marks := []float64{math.Ldexp(1, -depth)}
	for k := depth; k > 1; k-- {
		low, parts := math.Ldexp(1, -k), max(g.octave, g.even>>(k-1))
		for i := 1; i <= parts; i++ {
			at := float64(i)
			if g.jitter && i < parts {
				r, _, _, _ := stream.Words(uint64(k)<<32|uint64(i), 0)
				at += float64(r)*0x1p-32 - 0.5
			}
			marks = append(marks, low+low*at/float64(parts))
		}
	}
	return marks
}
