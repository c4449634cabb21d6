package kernels

import "math"

// The kernels of heat.cuh, as that file describes them.
const (
	heatLanes  = 32
	heatVector = 16 // bytes of what a lane reads at once, on whose multiples rows begin
	heatBatch  = 3  // turns from barrier to barrier of a pipeline
)

// A heatForm is how a kernel is made: warps of a block, a lane's columns in a narrow
// tile, and the bytes of those in a wide one.
type heatForm struct{ warps, narrow, wide int }

// HeatDepths are the numbers of steps that one pass can do, ascending.
func HeatDepths() []int { return []int{1, 2, 4, 8, 16} }

// heatFormOf is the form of the kernels that do so many steps.
func heatFormOf(steps int) heatForm {
	if steps < 16 {
		return heatForm{warps: 1, narrow: 1, wide: 32}
	}
	return heatForm{warps: 4, narrow: 4, wide: 64}
}

// lag is the number of turns that a block needs beyond one a row, for so many steps:
// rows that its neighbours make too, and those on the way from warp to warp.
func (f heatForm) lag(steps int) int { return 3*steps + heatBatch*(f.warps-1) }

// width is the columns that a wide tile makes.
func (f heatForm) width(size, steps int) int {
	piece := heatVector / size
	return heatLanes*f.wide/size - 2*((steps+piece-1)/piece*piece)
}

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

// blocks is the number of blocks.
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

// fills tells whether a field has work for the whole device in passes of so many steps,
// in chunks that are eight times as long as what a block does for nothing.
func (u heatUnits) fills(f heatForm, rows, columns, size, steps int) bool {
	if f.warps == 1 {
		return true
	}
	return float64(rows)*float64(columns) >= float64(8*f.lag(steps)*u.residents)*float64(f.width(size, steps))
}

// shape plans a pass.
func (u heatUnits) shape(f heatForm, p heatSpan) heatShape {
	n, from, to, steps := p.columns, p.from, p.to, p.steps
	piece := heatVector / p.size
	halo := (steps + piece - 1) / piece * piece
	wide := heatLanes * f.wide / p.size
	narrow := heatLanes*f.narrow - 2*steps
	var s heatShape

	// Wide tiles read neither the ring nor columns that are not there.
	start, end := 0, n
	if !p.periodic {
		start, end = piece, n-1
	}
	begin := end - wide // of the last tile's columns; below 0 no tile fits, and rounding would make it 0
	if begin > 0 {
		begin = begin / piece * piece
	}
	above, below := max(from, p.top+1+steps), min(to, p.bottom-steps)
	if above > from && below < to { // two strips of a size
		strip := max(above-from, to-below)
		above, below = from+strip, to-strip
	}
	across := (n + narrow - 1) / narrow
	if begin < start || below-above < steps {
		s.border = u.cut(heatRows{first: from, end: to, tiles: across}, across, f.lag(steps))
		return s
	}
	s.column, s.last = start+halo, begin+halo
	tiles := 1 + (s.last-s.column+wide-2*halo-1)/(wide-2*halo)
	s.inner = u.cut(heatRows{first: above, end: below, tiles: tiles}, tiles+2, f.lag(steps))
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

// heatUnits is what a device has to run blocks on.
type heatUnits struct {
	schedulers int // sets of them, of all multiprocessors, one for each warp of a block
	residents  int // blocks that all multiprocessors hold at once
}

// cut divides rows [r.first, r.end) into chunks, each of so many blocks, so that they
// take the least time: a chunk of few rows spends it on the lag, and chunks of many leave
// schedulers without work.
func (u heatUnits) cut(r heatRows, blocks, lag int) heatRows {
	// A warp alone on its scheduler waits for its own results.
	const alone = 1.3
	rows := r.end - r.first
	least := math.Inf(1)
	for n := 1; n <= rows && (n == 1 || n*blocks <= 16*u.residents); n++ {
		size := (rows + n - 1) / n
		chunks := (rows + size - 1) / size
		full, rest := chunks*blocks/u.residents, chunks*blocks%u.residents
		load := float64(full * u.residents / u.schedulers)
		if rest > 0 {
			load += max(alone, float64((rest+u.schedulers-1)/u.schedulers))
		}
		if cost := load * float64(size+lag); cost < least {
			least, r.size, r.stride, r.chunks = cost, size, size, chunks
		}
	}
	return r
}
