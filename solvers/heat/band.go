package heat

import (
	"math"
	"unsafe"

	"hybrid/internal/pages"
	"hybrid/internal/stencil"
)

// A side says what lies beyond a band's own rows.
type side int

const (
	ring   side = iota // the ring: one row that the boundary fixes
	nearby             // rows of another band of this rank, or of its own other end
	remote             // rows of another rank
)

// A band is a run of rows of the interior that one thread updates, with halo
// rows beyond each end or a row of the ring. Its rows are numbered m = 0, 1, ...
// from the first halo or ring row; a mirrored band numbers them from the bottom
// of the grid upwards, so that every band sweeps forth from m = 0 upwards and
// meets the rows of another rank, if it has such a side, at the end of its first
// sweep. (North and south enter the update as n+s, so a mirrored band gives the
// same bits.)
//
// Each strip is one run of memory, row after row; row m lies at position
// drift + m - d when it is d steps from its first place.
type band[T Real] struct {
	geometry
	lo, hi   int  // own rows, counted in the grid; the tile has those of all bands
	mirrored bool // m counts from hi-1+halo downwards
	depth    int  // halo rows on a side that has some

	low, high side // beyond m = first and beyond m = first+own
	first     int  // m of the first own row
	rows      int  // of all, halo and ring included

	drifted int // steps from the first place, 0 or 1 between calls
	buf     []T

	// The ring's columns, by m, which Dirichlet puts back at every step.
	ringWest, ringEast []T

	edges []T // pairs by step and row, see stencil.CarryForth
}

// newBand makes the band of rows [lo, hi) with depth halo rows on the sides that
// are not the ring. top is the side of lo, bottom that of hi.
func newBand[T Real](g geometry, lo, hi, depth int, top, bottom side, mirrored bool) *band[T] {
	b := &band[T]{geometry: g, lo: lo, hi: hi, mirrored: mirrored, depth: depth, low: top, high: bottom}
	if mirrored {
		b.low, b.high = bottom, top
	}
	b.first = b.beyond(b.low)
	b.rows = b.first + hi - lo + b.beyond(b.high)
	b.buf = pages.Make[T](g.strips * b.stripLen())
	b.ringWest, b.ringEast = make([]T, b.rows), make([]T, b.rows)
	b.edges = make([]T, 2*b.rows*(g.drift+1))
	return b
}

// beyond is the number of rows stored beyond a side.
func (b *band[T]) beyond(s side) int {
	if s == ring {
		return 1
	}
	return b.depth
}

// stripLen is the number of values of a strip.
func (b *band[T]) stripLen() int { return (b.rows + b.drift) * b.stride() }

// bandBytes is what newBand takes, without making it.
func bandBytes[T Real](g geometry, rows, beyond int) float64 {
	var v T
	n := float64(g.strips)*float64(g.stride())*float64(rows+beyond+g.drift) + 2*float64(rows+beyond)*float64(g.drift+2)
	return n * float64(unsafe.Sizeof(v))
}

// at is the index in buf of group 0 of row m of a strip, at a drift.
func (b *band[T]) at(strip, m, drift int) int {
	return strip*b.stripLen() + (b.drift+m-drift)*b.stride() + stencil.Halo*b.lanes
}

// m is the number of a row of the grid, own, halo or ring. A row beyond the
// grid's edge, which only periodic halos have, counts on past it.
func (b *band[T]) m(row int) int {
	if b.mirrored {
		return b.first + b.hi - 1 - row
	}
	return b.first + row - b.lo
}

// setRow stores the columns of a row, with the ring's where the tile touches it.
func (b *band[T]) setRow(row int, src []T) {
	from, to := b.own()
	b.setCells(row, from, to, src[from-b.from():])
	m := b.m(row)
	if b.west == ring {
		b.ringWest[m] = src[0]
	}
	if b.east == ring {
		b.ringEast[m] = src[len(src)-1]
	}
}

// row is the inverse of setRow; it leaves the ring's columns of a periodic field
// alone.
func (b *band[T]) row(row int, dst []T) {
	from, to := b.own()
	b.cells(row, from, to, dst[from-b.from():])
}

// setCells stores the columns [from, to) of a row, ghosts too.
func (b *band[T]) setCells(row, from, to int, src []T) {
	b.runs(b.m(row), from, to, func(c, n int, dst []T) {
		if n > b.groups {
			scatter(dst, src[c-from:c-from+n], b.lanes)
			return
		}
		for i, v := range src[c-from : c-from+n] {
			dst[i*b.lanes] = v
		}
	})
}

// cells is the inverse of setCells.
func (b *band[T]) cells(row, from, to int, dst []T) {
	b.runs(b.m(row), from, to, func(c, n int, src []T) {
		if n > b.groups {
			collect(dst[c-from:c-from+n], src, b.lanes)
			return
		}
		for i := range dst[c-from : c-from+n] {
			dst[c-from+i] = src[i*b.lanes]
		}
	})
}

// runs calls f for the columns [from, to) of row m: in whole strips, and else in runs of n
// from column c on, which lie a group apart.
func (b *band[T]) runs(m, from, to int, f func(c, n int, values []T)) {
	base, len := b.at(0, m, b.drifted), b.stripLen()
	for c := from; c < to; {
		strip, v := b.place(c, b.drifted)
		at := base + strip*len + v
		if w := b.width(); v == 0 && to-c >= w {
			f(c, w, b.buf[at:at+w])
			c += w
			continue
		}
		n := min(b.groups-v/b.lanes, to-c)
		f(c, n, b.buf[at:at+(n-1)*b.lanes+1])
		c += n
	}
}

// atOnce are the lanes that scatter and collect have in hand: eight runs of columns are
// one cache line of a group of float64.
const atOnce = 8

// scatter stores the columns of a whole strip: lane by lane in src, group by group in dst.
func scatter[T Real](dst, src []T, lanes int) {
	n := len(src) / lanes
	for lane := 0; lane < lanes; lane += atOnce {
		from, to := src[lane*n:(lane+atOnce)*n], dst[lane:]
		a, b, c, d := from[:n], from[n:][:n], from[2*n:][:n], from[3*n:][:n]
		e, f, g, h := from[4*n:][:n], from[5*n:][:n], from[6*n:][:n], from[7*n:][:n]
		for i := range a {
			to := (*[atOnce]T)(to[i*lanes:])
			to[0], to[1], to[2], to[3] = a[i], b[i], c[i], d[i]
			to[4], to[5], to[6], to[7] = e[i], f[i], g[i], h[i]
		}
	}
}

// collect is the inverse of scatter.
func collect[T Real](dst, src []T, lanes int) {
	n := len(dst) / lanes
	for lane := 0; lane < lanes; lane += atOnce {
		to, from := dst[lane*n:(lane+atOnce)*n], src[lane:]
		a, b, c, d := to[:n], to[n:][:n], to[2*n:][:n], to[3*n:][:n]
		e, f, g, h := to[4*n:][:n], to[5*n:][:n], to[6*n:][:n], to[7*n:][:n]
		for i := range a {
			from := (*[atOnce]T)(from[i*lanes:])
			a[i], b[i], c[i], d[i] = from[0], from[1], from[2], from[3]
			e[i], f[i], g[i], h[i] = from[4], from[5], from[6], from[7]
		}
	}
}

// packed is the number of values of a row in a message: all strips without
// their halo groups.
func (g geometry) packed() int { return g.strips * g.width() }

// pack copies a row as it lies, for a band that has the same geometry and drift.
func (b *band[T]) pack(row int, dst []T) {
	m, w := b.m(row), b.width()
	for s := range b.strips {
		at := b.at(s, m, b.drifted)
		copy(dst[s*w:(s+1)*w], b.buf[at:])
	}
}

// unpack is the inverse of pack.
func (b *band[T]) unpack(row int, src []T) {
	m, w := b.m(row), b.width()
	for s := range b.strips {
		at := b.at(s, m, b.drifted)
		copy(b.buf[at:at+w], src[s*w:(s+1)*w])
	}
	b.edge(m)
}

// copyRow takes a row from another band of the same rank. The two may count it
// differently: across a periodic edge it is row here and from there.
func (b *band[T]) copyRow(row int, src *band[T], from int) {
	m, n, w := b.m(row), src.m(from), b.width()
	for s := range b.strips {
		at, of := b.at(s, m, b.drifted), src.at(s, n, src.drifted)
		copy(b.buf[at:at+w], src.buf[of:of+w])
	}
	b.edge(m)
}

// edge keeps the ring's columns of a row that came from elsewhere.
func (b *band[T]) edge(m int) {
	kept := [2][]T{b.ringWest, b.ringEast}
	for i, c := range b.ringColumns() {
		if c.is {
			s, v := b.place(c.ring, b.drifted)
			kept[i][m] = b.buf[b.at(s, m, b.drifted)+v]
		}
	}
}

// mirrorEdges sets the ring's columns of a row from its interior.
func (b *band[T]) mirrorEdges(row int) {
	m := b.m(row)
	for _, c := range b.ringColumns() {
		if c.is {
			s, ring := b.place(c.ring, b.drifted)
			_, inner := b.place(c.inner, b.drifted)
			at := b.at(s, m, b.drifted)
			b.buf[at+ring] = b.buf[at+inner]
		}
	}
}

// ownGhosts renews the ghosts of all rows but those of another rank, where they are
// copies of the rank's own columns.
func (b *band[T]) ownGhosts() {
	if !b.wraps() {
		return
	}
	from, to := 0, b.rows
	if b.low == remote {
		from = b.first
	}
	if b.high == remote {
		to = b.first + b.hi - b.lo
	}
	b.renewGhosts(from, to)
}

// renewGhosts copies the columns of the opposite edge into those beyond each
// edge of a periodic field, for the rows [from, to) of the band.
func (b *band[T]) renewGhosts(from, to int) {
	n := b.nx - 2 // columns of the interior, 1 to n
	len := b.stripLen()
	for m := from; m < to; m++ {
		base := b.at(0, m, b.drifted)
		get := func(c int) T {
			s, v := b.place(c, b.drifted)
			return b.buf[base+s*len+v]
		}
		wrap := func(c, strip, v int) {
			b.buf[base+strip*len+v] = get(1 + ((c-1)%n+n)%n)
		}
		b.each(1-b.ghosts, 1, b.drifted, wrap)
		b.each(n+1, n+1+b.ghosts, b.drifted, wrap)
	}
}

// tooLarge is the magnitude from which a value is refused: the sum of two must
// not overflow in T, nor that of a whole field in float64.
func tooLarge[T Real]() float64 {
	var v T
	if unsafe.Sizeof(v) == 4 {
		return 0x1p126
	}
	return 0x1p960
}

// unusable returns the first column of a row that is not a finite number, or too
// large to be computed with, or -1.
func unusable[T Real](row []T) int {
	// Magnitudes are in the order of their bits, and what is no number is above all.
	most, sign := math.Float64bits(tooLarge[T]()), uint64(0)
	for _, v := range row {
		sign |= most - 1 - math.Float64bits(float64(v))&^(1<<63)
	}
	if sign>>63 == 0 {
		return -1
	}
	for c, v := range row {
		if !(math.Abs(float64(v)) < tooLarge[T]()) {
			return c
		}
	}
	return -1
}
