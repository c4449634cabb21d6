package model

import (
	"math"
	"slices"
	"unsafe"

	"hybrid/halo"
	"hybrid/internal/prefetch"
	"hybrid/solvers/model/ir"
)

// A tile is a box of cells, in the order of the walk.
type tile struct{ lo, hi [3]int }

// A block is a schedule at a time.
type block[T Real] struct {
	*Solver[T]
	sc       *schedule
	uniforms [][2][]uint64 // of each version: of the kernel that is fastest, and where that is for several rows of the one for a row
	shifts   []*shifts[T]  // of each ring's field, at its version's time
	sources  []view        // of the fields before the block
	results  []view        // and after it
}

// A view says where the cells of a field, or those slabs of it that are kept, lie.
type view struct {
	data  unsafe.Pointer // the cell with the numbers first
	first [3]int         // in the order of the walk
	slabs int            // that are kept, one taking the place of another; 0: all
	slab  int            // bytes to the next
	row   int            // bytes to the next row
	cell  int            // bytes of one
}

// offset is the distance of a cell from data, but for its slab.
func (v *view) offset(j, k int) int { return (j-v.first[1])*v.row + (k-v.first[2])*v.cell }

// kept is the number of a slab among those in memory.
func (v *view) kept(i int) int {
	if i -= v.first[0]; v.slabs > 0 {
		if i %= v.slabs; i < 0 {
			i += v.slabs
		}
	}
	return i
}

// at is where a cell lies.
func (v *view) at(i, j, k int) unsafe.Pointer {
	return unsafe.Add(v.data, v.kept(i)*v.slab+v.offset(j, k))
}

// cellsFrom are n cells of a row.
func cellsFrom[T Real](v *view, i, j, k, n int) []T { return unsafe.Slice((*T)(v.at(i, j, k)), n) }

// viewOf is that of a field.
func (s *Solver[T]) viewOf(f *halo.Field[T]) view {
	if f == nil || len(f.Data) == 0 {
		return view{}
	}
	v := view{data: unsafe.Pointer(&f.Data[0]), cell: int(unsafe.Sizeof(*new(T)))}
	var stride [3]int
	for axis := range 3 {
		if s.part.exists(axis) {
			stride[axis] = f.Stride(axis-3+s.part.dims) * v.cell
		}
	}
	for d, axis := range s.order {
		v.first[d] = s.part.from(axis)
	}
	v.slab, v.row = stride[s.order[0]], stride[s.order[1]]
	return v
}

// newBlock prepares a block that begins now.
func (s *Solver[T]) newBlock(sc *schedule) *block[T] {
	b := &block[T]{Solver: s, sc: sc, shifts: make([]*shifts[T], len(sc.rings))}
	for f := range s.sys.Fields {
		b.sources, b.results = append(b.sources, s.viewOf(s.current[f])), append(b.results, s.viewOf(s.next[f]))
	}
	for i := range sc.versions {
		v := &sc.versions[i]
		p := &s.sys.Passes[v.pass]
		code, now := s.passes[v.pass].of(v), ir.Place{Time: s.sys.TimeOf(s.step+v.step, p.Time)}
		tables := [2][]uint64{code.fastest().stepUniforms(now)}
		if code.many != nil {
			tables[1] = code.one.stepUniforms(now)
		}
		b.uniforms = append(b.uniforms, tables)
		for _, w := range v.writes {
			if sc.rings[w.ring].ghost != [3]int{} {
				b.shifts[w.ring] = s.shiftsAt(w.field, s.sys.TimeOf(s.step+v.step, p.After))
			}
		}
	}
	return b
}

// A scratch is what a thread needs to walk over tiles. It is used again and again.
type scratch[T Real] struct {
	cells    []T
	views    []view // of the rings
	parts    []tilePart
	uniforms []uint64
	starts   []int    // where in a page the buffers begin, in bytes
	of       struct { // what starts are for
		sc        *schedule
		slab, row int // bytes from one to the next
	}
}

// A span is the cells that a version of a tile has along an axis, and the ghost cells
// that are around them.
type span struct{ lo, hi, before, after int }

// A tilePart is what a version is in a tile.
type tilePart struct {
	slabs, rows, columns span // without ghost cells across the walk
	lag                  int
	most, rest           caller // rest, for a row, is there where most makes several
	writes               []tileWrite
	ghost                int  // slabs at the ends of the grid that ghost slabs mirror
	across               bool // there are ghost cells beside slabs, or slabs are copied
}

// A caller calls a kernel for rows of a version: where it writes to rings, with what fills up lines of the cache at their
// ends, which nobody reads.
type caller struct {
	*code
	step    []uint64 // its uniforms that are the step's
	in, out []row
	args    ir.Args
	columns [2]int // of a row, from the first to the one behind the last
	pitch   int    // cells from a row to the next in all of in and out; 0: calls are for a row each
}

// joined is how many cells a call for several rows of a slab makes, about: enough to matter more than the call, and
// few enough for what it fetches.
const joined = 2048

// A tileWrite is what becomes of an output in a tile.
type tileWrite struct {
	to            *view
	ghost         int // slabs
	rows, columns span
	field         int
	shifts        int  // of the ring
	copied        bool // to the field after the block
}

// A row is where the first row of a slab lies, slab after slab.
type row struct {
	data   unsafe.Pointer
	offset int // bytes
	slab   int // bytes to the next slab
	back   int // bytes after which the first slab's place is taken; 0: never
	next   int // bytes to the next row
	ahead  int // bytes to the row that is fetched meanwhile; 0: none is
}

// fetched are the slabs from one that is made to the one that is fetched.
const fetched = 2

// rowOf is that of a view for the cell (i, j, k).
func (v *view) rowOf(i, j, k int) row {
	return row{data: v.data, offset: v.kept(i)*v.slab + v.offset(j, k), slab: v.slab, back: v.slabs * v.slab, next: v.row}
}

// skip goes on by so many slabs, no more than are kept.
func (r *row) skip(slabs int) {
	if r.offset += slabs * r.slab; r.back > 0 && r.offset >= r.back {
		r.offset -= r.back
	}
}

// at is where a row of a slab so many further on is.
func (r *row) at(slabs, rows int) unsafe.Pointer {
	o := r.offset
	if slabs > 0 {
		if o += slabs * r.slab; r.back > 0 && o >= r.back {
			o %= r.back
		}
	}
	return unsafe.Add(r.data, o+rows*r.next)
}

// span is that of a version along axis d of the walk, with so many ghost cells where the grid
// ends. That of auxiliary fields goes beyond the grid and has none.
func (b *block[T]) span(t *tile, v *version, d, ghost int) span {
	axis := b.order[d]
	s := span{lo: t.lo[d] - v.left[d], hi: t.hi[d] + v.left[d]}
	if lo := b.part.lo[axis] - v.beyond[d]; b.part.open[axis][0] && s.lo <= lo {
		s.lo, s.before = lo, ghost
	}
	if hi := b.part.hi[axis] + v.beyond[d]; b.part.open[axis][1] && s.hi >= hi {
		s.hi, s.after = hi, ghost
	}
	return s
}

// walk makes all versions of a tile.
func (b *block[T]) walk(w *scratch[T], t tile) {
	b.layOut(w, &t)
	b.takeApart(w, &t)
	last := &w.parts[len(w.parts)-1]
	slabs := b.sc.slabs
	for first := w.parts[0].slabs.lo; first < last.slabs.hi+last.lag; first += slabs {
		for v := range w.parts {
			p := &w.parts[v]
			lo, hi := max(first-p.lag, p.slabs.lo), min(first-p.lag+slabs, p.slabs.hi+p.slabs.after*p.ghost)
			if made := min(hi, p.slabs.hi); made > lo {
				b.make(w, p, v, lo, made)
			}
			for i := lo; i < hi; i++ {
				if p.across || p.ghost > 0 && (i < p.slabs.lo+p.ghost || i >= p.slabs.hi) {
					b.surround(p, &t, i)
				}
			}
		}
	}
}

// line is the bytes of one of the cache's, and of the longest vectors.
const line = 64

// layOut gives the rings of a tile memory.
func (b *block[T]) layOut(w *scratch[T], t *tile) {
	size := int(unsafe.Sizeof(*new(T)))
	lanes := line / size
	w.views = slices.Grow(w.views[:0], len(b.sc.rings))[:len(b.sc.rings)]
	for i := range b.sc.rings {
		if r := &b.sc.rings[i]; r.direct {
			w.views[i] = b.results[r.field]
		}
	}
	longest, need := 0, 2*ir.Slack/size+lanes
	for i := range b.sc.buffers {
		own := &b.sc.buffers[i]
		x := view{slabs: own.slabs, cell: size, first: [3]int{0, math.MaxInt, math.MaxInt}}
		rows, columns := math.MinInt, math.MinInt
		for _, ring := range own.rings {
			r := &b.sc.rings[ring]
			v := &b.sc.versions[r.version]
			j, k := b.span(t, v, 1, r.ghost[1]), b.span(t, v, 2, r.ghost[2])
			x.first[1], rows = min(x.first[1], j.lo-j.before), max(rows, j.hi+j.after)
			x.first[2], columns = min(x.first[2], k.lo-k.before), max(columns, k.hi+k.after)
		}
		if b.aligned(t) {
			x.first[2], columns = b.lineBefore(x.first[2]), b.lineAfter(columns)
		}
		x.row = ((columns-x.first[2])*size + line - 1) / line * line
		if own := b.sources[0].row; b.whole(t) && own >= x.row {
			x.row = own
		}
		x.slab = x.row * (rows - x.first[1])
		for _, ring := range own.rings {
			w.views[ring] = x
		}
		longest = max(longest, x.row)
		need += page / size
	}
	if b.part.dims == 2 { // all rows as far apart
		for i := range b.sc.rings {
			if x := &w.views[i]; !b.sc.rings[i].direct {
				x.row, x.slab = longest, longest
			}
		}
	}
	for i := range b.sc.buffers {
		x := &w.views[b.sc.buffers[i].rings[0]]
		need += x.slab * x.slabs / size
	}
	if len(w.cells) < need {
		w.cells = make([]T, need)
	}
	b.stagger(w)
	at := ir.Slack / size
	for i := range b.sc.buffers {
		own := &b.sc.buffers[i]
		at += int((uintptr(w.starts[i])-uintptr(unsafe.Pointer(&w.cells[at])))%page) / size
		for _, ring := range own.rings {
			w.views[ring].data = unsafe.Pointer(&w.cells[at])
		}
		x := &w.views[own.rings[0]]
		at += x.slab * x.slabs / size
	}
}

// whole tells whether a tile of three dimensions has whole rows of the part, which a call may join.
func (b *block[T]) whole(t *tile) bool {
	return b.part.dims == 3 && t.lo[2] == b.part.lo[2] && t.hi[2] == b.part.hi[2]
}

// aligned tells whether rings have all rows of a tile at the beginnings of lines: not where they are as far apart as
// a field's, which are not.
func (b *block[T]) aligned(t *tile) bool { return !b.whole(t) || b.sources[0].row%line == 0 }

// lineBefore is the last column up to one, and lineAfter the first from it on, that begins a line of the cache where rows do:
// those of fields, and those of rings, which lie as the fields' do.
func (b *block[T]) lineBefore(k int) int {
	lanes := line / int(unsafe.Sizeof(*new(T)))
	k -= b.part.from(2)
	return b.part.from(2) + k - (k%lanes+lanes)%lanes
}

func (b *block[T]) lineAfter(k int) int {
	return b.lineBefore(k + line/int(unsafe.Sizeof(*new(T))) - 1)
}

// takeApart says what the versions are in a tile.
func (b *block[T]) takeApart(w *scratch[T], t *tile) {
	for len(w.parts) < len(b.sc.versions) {
		w.parts = append(w.parts, tilePart{})
	}
	w.parts = w.parts[:len(b.sc.versions)]
	for n := range w.parts {
		p, v := &w.parts[n], &b.sc.versions[n]
		p.slabs, p.rows, p.columns = b.span(t, v, 0, 1), b.span(t, v, 1, 0), b.span(t, v, 2, 0)
		p.lag, p.writes, p.across, p.ghost = v.lag, p.writes[:0], false, 0
		code := b.passes[v.pass].of(v)
		b.prepare(w, t, p, v, &p.most, code.fastest(), b.uniforms[n][0])
		if code.many != nil {
			b.prepare(w, t, p, v, &p.rest, &code.one, b.uniforms[n][1])
		}
		for _, wr := range v.writes {
			x, r := &w.views[wr.ring], &b.sc.rings[wr.ring]
			to := tileWrite{to: x, ghost: r.ghost[0], rows: b.span(t, v, 1, r.ghost[1]), columns: b.span(t, v, 2, r.ghost[2]), field: wr.field, shifts: wr.ring, copied: wr.final && !r.direct}
			p.writes = append(p.writes, to)
			p.ghost = max(p.ghost, to.ghost)
			p.across = p.across || to.copied || to.rows.before+to.rows.after+to.columns.before+to.columns.after > 0
		}
	}
}

// prepare makes a caller ready for the first slab of a version in a tile.
func (b *block[T]) prepare(w *scratch[T], t *tile, p *tilePart, v *version, c *caller, code *code, step []uint64) {
	c.code, c.step, c.in, c.out = code, step, c.in[:0], c.out[:0]
	c.columns = [2]int{p.columns.lo, p.columns.hi}
	if b.aligned(t) && !slices.ContainsFunc(v.writes, func(wr write) bool { return b.sc.rings[wr.ring].direct }) {
		c.columns = [2]int{b.lineBefore(p.columns.lo), b.lineAfter(p.columns.hi)}
	}
	for k, row := range code.program.Rows {
		x := &b.sources[v.sources[row.Field]]
		if v.reads[row.Field] != fromField {
			x = &w.views[v.reads[row.Field]]
		}
		d := b.order.of([3]int{row.A, row.B, 0})
		in := x.rowOf(p.slabs.lo+d[0], p.rows.lo+d[1], c.columns[0])
		if v.reads[row.Field] == fromField && code.furthest[k] && b.jumps(t) {
			in.ahead = fetched * x.slab
		}
		c.in = append(c.in, in)
	}
	for n := range code.rows {
		across := b.order.of([3]int{0, n, 0})
		for _, wr := range v.writes {
			x := &w.views[wr.ring]
			out := x.rowOf(p.slabs.lo+across[0], p.rows.lo+across[1], c.columns[0])
			if b.sc.rings[wr.ring].direct && b.jumps(t) {
				out.ahead = max(fetched, b.sc.slabs) * x.slab
			}
			c.out = append(c.out, out)
		}
	}
	a := &c.args
	a.N, c.pitch = c.columns[1]-c.columns[0], b.pitch(t, c)
	a.X = unsafe.Pointer(&b.coords[2][c.columns[0]-b.part.from(2)])
	a.Uniforms = step
	a.In, a.Out = slices.Grow(a.In[:0], len(c.in))[:len(c.in)], slices.Grow(a.Out[:0], len(c.out))[:len(c.out)]
}

// jumps tells whether a field's next row in a tile is not the next one in memory, so that no processor foresees that it is read.
func (b *block[T]) jumps(t *tile) bool {
	return b.part.dims == 3 || t.lo[2] > b.part.lo[2] || t.hi[2] < b.part.hi[2]
}

// pitch is the number of cells from a row of a slab to the next, where a call may make rows and what lies
// between them as if all were one row: ghost cells, which are made afterwards or before they are read.
func (b *block[T]) pitch(t *tile, c *caller) int {
	if !b.whole(t) || c.code.uniforms != nil || c.code.program.Uses(ir.Coord, 2) {
		return 0
	}
	next := c.out[0].next
	for _, rows := range [][]row{c.in, c.out} {
		for k := range rows {
			if rows[k].next != next {
				return 0
			}
		}
	}
	return next / int(unsafe.Sizeof(*new(T)))
}

// surround makes the ghost cells around slab i of a version, and those beyond it, and copies
// it to the field where it is its last version.
func (b *block[T]) surround(p *tilePart, t *tile, i int) {
	inside := i < p.slabs.hi
	for n := range p.writes {
		w := &p.writes[n]
		shifts := b.shifts[w.shifts]
		if inside && w.columns.before+w.columns.after > 0 {
			b.columns(w.to, shifts, w.columns, i, w.rows)
		}
		if inside {
			b.rowsBeyond(w.to, shifts, w.rows, w.columns, i)
		}
		if d := i - p.slabs.lo + 1; inside && p.slabs.before > 0 && d <= w.ghost {
			b.slabBeyond(w.to, b.shift(shifts, 0, 0, d), p.slabs.lo-d, i, w.rows, w.columns)
		}
		if d := i - p.slabs.hi + 1; p.slabs.after > 0 && 1 <= d && d <= w.ghost {
			b.slabBeyond(w.to, b.shift(shifts, 0, 1, d), i, p.slabs.hi-d, w.rows, w.columns)
		}
		if inside && w.copied && t.lo[0] <= i && i < t.hi[0] {
			for j := t.lo[1]; j < t.hi[1]; j++ {
				width := t.hi[2] - t.lo[2]
				copy(cellsFrom[T](&b.results[w.field], i, j, t.lo[2], width), cellsFrom[T](w.to, i, j, t.lo[2], width))
			}
		}
	}
}

// make makes the slabs [lo, hi) of a version, which follow those that it made before.
func (b *block[T]) make(w *scratch[T], p *tilePart, version, lo, hi int) {
	m, i := &p.most, lo
	for ; hi-i >= m.code.rows; i += m.code.rows {
		rows := 1
		if m.pitch > 0 {
			rows = max(1, joined/m.pitch)
		}
		for j := p.rows.lo; j < p.rows.hi; j += rows {
			m.args.N = m.columns[1] - m.columns[0] + (min(rows, p.rows.hi-j)-1)*m.pitch
			b.call(w, p, m, version, i, i-lo, j)
		}
	}
	for ; i < hi; i++ {
		for j := p.rows.lo; j < p.rows.hi; j++ {
			b.call(w, p, &p.rest, version, i, i-p.slabs.lo, j)
		}
	}
	for k := range m.in {
		m.in[k].skip(hi - lo)
	}
	for n := range m.out {
		m.out[n].skip(hi - lo)
	}
}

// call calls a kernel for row j of the slab so many behind where the caller is, and for those after it
// that the kernel makes as well.
func (b *block[T]) call(w *scratch[T], p *tilePart, c *caller, version, i, slab, row int) {
	j := row - p.rows.lo
	a := &c.args
	for k := range c.in {
		r := &c.in[k]
		a.In[k] = r.at(slab, j)
		if r.ahead != 0 {
			for n := range c.code.rows {
				prefetch.Read(uintptr(a.In[k])+uintptr(r.ahead+n*r.slab), a.N*int(unsafe.Sizeof(*new(T))))
			}
		}
	}
	for n := range c.out {
		r := &c.out[n]
		a.Out[n] = r.at(slab, j)
		if r.ahead != 0 {
			prefetch.Write(uintptr(a.Out[n])+uintptr(r.ahead), a.N*int(unsafe.Sizeof(*new(T))))
		}
	}
	if c.code.uniforms != nil {
		v := &b.sc.versions[version]
		var at [3]int
		at[b.order[0]], at[b.order[1]] = i, row
		a.Uniforms = c.code.uniforms.at(&w.uniforms, c.step, at, b.sys.TimeOf(b.step+v.step, b.sys.Passes[v.pass].Time))
	}
	c.code.kernel.Run(a)
}
