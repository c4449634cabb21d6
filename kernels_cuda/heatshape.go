package kernels

import "math"

// The kernels of heat.cuh, as that file describes them. A block is one warp.
const (
	heatLanes  = 32
	heatVector = 16 // bytes of what a lane reads at once, on whose multiples rows begin
	// heatWide are the bytes of a lane's columns in a wide tile.
	heatWide = 32
	// heatLag is the number of turns, for each step of a pass, that a warp needs
	// beyond one a row.
	heatLag = 3
)

// HeatDepths are the numbers of steps that one pass can do, ascending.
func HeatDepths() []int { return []int{1, 2, 4, 8} }

// NoRing is the number of a row of the ring that is not there.
const NoRing = 1 << 30

// heatRows are chunks of rows, each of so many tiles: chunk c from first + c·stride
// on, size of them, but none from end on.
type heatRows struct{ first, size, stride, end, chunks, tiles int }

// A heatShape says which warps make which rows and columns of a pass.
type heatShape struct {
	border, inner heatRows
	column, last  int // that the first wide tile makes, and that the last one begins to make
}

// blocks is the number of warps.
func (s heatShape) blocks() int {
	sides := 0
	if s.inner.tiles > 0 {
		sides = 2
	}
	return s.border.chunks*s.border.tiles + s.inner.chunks*(s.inner.tiles+sides)
}

// A heatSpan is what of a field a pass makes: rows [from, to) of so many columns and
// bytes of a value, with the ring's rows at top and bottom.
type heatSpan struct {
	columns, size int
	from, to      int
	top, bottom   int
	steps         int
	periodic      bool
}

// shape plans a pass.
func (u heatUnits) shape(p heatSpan) heatShape {
	n, from, to, steps := p.columns, p.from, p.to, p.steps
	piece := heatVector / p.size
	halo := (steps + piece - 1) / piece * piece
	wide := heatLanes * heatWide / p.size
	narrow := heatLanes - 2*steps
	var s heatShape

	// Wide tiles read neither the ring nor columns that are not there.
	start, end := 0, n
	if !p.periodic {
		start, end = piece, n-1
	}
	begin := (end - wide) / piece * piece // of the last tile's columns
	above, below := max(from, p.top+1+steps), min(to, p.bottom-steps)
	if above > from && below < to { // two strips of a size
		strip := max(above-from, to-below)
		above, below = from+strip, to-strip
	}
	across := (n + narrow - 1) / narrow
	if begin < start || below-above < steps {
		s.border = u.cut(heatRows{first: from, end: to, tiles: across}, across, steps)
		return s
	}
	s.column, s.last = start+halo, begin+halo
	tiles := 1 + (s.last-s.column+wide-2*halo-1)/(wide-2*halo)
	s.inner = u.cut(heatRows{first: above, end: below, tiles: tiles}, tiles+2, steps)
	// What is left above and below the inner rows.
	switch {
	case above > from && below < to:
		s.border = heatRows{from, above - from, below - from, to, 2, across}
	case above > from:
		s.border = heatRows{from, above - from, above - from, above, 1, across}
	case below < to:
		s.border = heatRows{below, to - below, to - below, to, 1, across}
	}
	return s
}

// heatUnits is what a device has to run warps on.
type heatUnits struct {
	schedulers int // of all multiprocessors, each of which issues one warp's instruction at a time
	residents  int // warps that all of them hold at once
}

// cut divides rows [r.first, r.end) into chunks, each of so many warps, so that they
// take the least time: a chunk of few rows spends it on rows that its neighbours
// make too, and chunks of many leave schedulers without work.
func (u heatUnits) cut(r heatRows, warps, steps int) heatRows {
	// A warp alone on its scheduler waits for its own results.
	const alone = 1.3
	rows := r.end - r.first
	least := math.Inf(1)
	for n := 1; n <= rows && (n == 1 || n*warps <= 16*u.residents); n++ {
		size := (rows + n - 1) / n
		chunks := (rows + size - 1) / size
		full, rest := chunks*warps/u.residents, chunks*warps%u.residents
		load := float64(full * u.residents / u.schedulers)
		if rest > 0 {
			load += max(alone, float64((rest+u.schedulers-1)/u.schedulers))
		}
		if cost := load * float64(size+heatLag*steps); cost < least {
			least, r.size, r.stride, r.chunks = cost, size, size, chunks
		}
	}
	return r
}
