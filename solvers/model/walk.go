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
	uniforms [][]uint64   // of each version
	shifts   []*shifts[T] // of each ring's field, at its version's time
	sources  []view       // of the fields before the block
	results  []view       // and after it
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
		table := make([]uint64, len(p.Program.Uniforms))
		p.Program.PutUniforms(table, ir.PerStep, ir.Place{Time: s.sys.TimeOf(s.step+v.step, p.Time)})
		b.uniforms = append(b.uniforms, table)
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
}

// A span is the cells that a version of a tile has along an axis, and the ghost cells
// that are around them.
type span struct{ lo, hi, before, after int }

// A tilePart is what a version is in a tile.
type tilePart struct {
	slabs, rows, columns span // without ghost cells across the walk
	lag                  int
	in, out              []row
	args                 ir.Args
	bytes                int // of a row
	kernel               ir.Kernel
	uniforms             *rowUniforms
	writes               []tileWrite
	ghost                int  // slabs at the ends of the grid that ghost slabs mirror
	across               bool // there are ghost cells beside slabs, or slabs are copied
}

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
	end    int // offset from which on the first slab's place is taken
	back   int // bytes from there
	next   int // bytes to the next row
	ahead  int // bytes to the row that is fetched meanwhile; 0: none is
}

// fetched are the slabs from one that is made to the one that is fetched.
const fetched = 2

// rowOf is that of a view for the cell (i, j, k).
func (v *view) rowOf(i, j, k int) row {
	r := row{data: v.data, offset: v.kept(i)*v.slab + v.offset(j, k), slab: v.slab, end: math.MaxInt, next: v.row}
	if v.slabs > 0 {
		r.back = v.slabs * v.slab
		r.end = r.back
	}
	return r
}

// take is where the row is in this slab; the next call is for the next one.
func (r *row) take() unsafe.Pointer {
	p := unsafe.Add(r.data, r.offset)
	if r.offset += r.slab; r.offset >= r.end {
		r.offset -= r.back
	}
	return p
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
	for i := w.parts[0].slabs.lo; i < last.slabs.hi+last.lag; i++ {
		for v := range w.parts {
			p := &w.parts[v]
			if i := i - p.lag; i >= p.slabs.lo && i < p.slabs.hi+p.slabs.after*p.ghost {
				if i < p.slabs.hi {
					b.make(w, p, v, i)
				}
				if p.across || p.ghost > 0 && (i < p.slabs.lo+p.ghost || i >= p.slabs.hi) {
					b.surround(p, &t, i)
				}
			}
		}
	}
}

// layOut gives the rings of a tile memory.
func (b *block[T]) layOut(w *scratch[T], t *tile) {
	const line = 64 // bytes of the cache's
	size := int(unsafe.Sizeof(*new(T)))
	w.views = w.views[:0]
	need := 0
	for i := range b.sc.rings {
		r := &b.sc.rings[i]
		if r.direct {
			w.views = append(w.views, b.results[r.field])
			continue
		}
		v := &b.sc.versions[r.version]
		rows, columns := b.span(t, v, 1, r.ghost[1]), b.span(t, v, 2, r.ghost[2])
		x := view{slabs: r.slabs, cell: size, first: [3]int{0, rows.lo - rows.before, columns.lo - columns.before}}
		x.row = (columns.hi+columns.after-x.first[2])*size + line - 1
		x.row -= x.row % line
		x.slab = x.row * (rows.hi + rows.after - x.first[1])
		w.views = append(w.views, x)
		need += (x.slab*r.slabs + line) / size
	}
	if need += ir.Slack / size; len(w.cells) < need {
		w.cells = make([]T, need)
	}
	at := 0
	for i := range w.views {
		if r := &b.sc.rings[i]; !r.direct {
			w.views[i].data = unsafe.Pointer(&w.cells[at])
			at += (w.views[i].slab*r.slabs + line) / size
		}
	}
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
		p.lag, p.kernel, p.uniforms = v.lag, b.kernels[v.pass], b.rows[v.pass]
		p.in, p.out, p.writes, p.across, p.ghost = p.in[:0], p.out[:0], p.writes[:0], false, 0
		for k, row := range b.sys.Passes[v.pass].Program.Rows {
			x := &b.sources[row.Field]
			if v.reads[k] != fromField {
				x = &w.views[v.reads[k]]
			}
			d := b.order.of([3]int{row.A, row.B, 0})
			in := x.rowOf(p.slabs.lo+d[0], p.rows.lo+d[1], p.columns.lo)
			if v.reads[k] == fromField && v.furthest[k] {
				in.ahead = fetched * x.slab
			}
			p.in = append(p.in, in)
		}
		for _, wr := range v.writes {
			x, r := &w.views[wr.ring], &b.sc.rings[wr.ring]
			out := x.rowOf(p.slabs.lo, p.rows.lo, p.columns.lo)
			if r.direct {
				out.ahead = fetched * x.slab
			}
			p.out = append(p.out, out)
			to := tileWrite{to: x, ghost: r.ghost[0], rows: b.span(t, v, 1, r.ghost[1]), columns: b.span(t, v, 2, r.ghost[2]), field: wr.field, shifts: wr.ring, copied: wr.final && !r.direct}
			p.writes = append(p.writes, to)
			p.ghost = max(p.ghost, to.ghost)
			p.across = p.across || to.copied || to.rows.before+to.rows.after+to.columns.before+to.columns.after > 0
		}
		a := &p.args
		a.N = p.columns.hi - p.columns.lo
		p.bytes = a.N * int(unsafe.Sizeof(*new(T)))
		a.X = unsafe.Pointer(&b.coords[2][p.columns.lo-b.part.from(2)])
		a.Uniforms = b.uniforms[n]
		a.In, a.Out = slices.Grow(a.In[:0], len(p.in))[:len(p.in)], slices.Grow(a.Out[:0], len(p.out))[:len(p.out)]
	}
}

// surround makes the ghost cells around slab i of a version, and those beyond it, and copies
// it to the field where it is its last version.
func (b *block[T]) surround(p *tilePart, t *tile, i int) {
	inside := i < p.slabs.hi
	for n := range p.writes {
		w := &p.writes[n]
		shifts := b.shifts[w.shifts]
		if inside && w.columns.before+w.columns.after > 0 {
			for j := w.rows.lo; j < w.rows.hi; j++ {
				b.columns(w.to, shifts, w.columns, i, j)
			}
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

// make makes slab i of a version.
func (b *block[T]) make(w *scratch[T], p *tilePart, version, i int) {
	a := &p.args
	for k := range p.in {
		a.In[k] = p.in[k].take()
	}
	for n := range p.out {
		a.Out[n] = p.out[n].take()
	}
	for j := p.rows.lo; ; {
		for k := range p.in {
			if d := p.in[k].ahead; d != 0 {
				prefetch.Read(uintptr(a.In[k])+uintptr(d), p.bytes)
			}
		}
		for n := range p.out {
			if d := p.out[n].ahead; d != 0 {
				prefetch.Write(uintptr(a.Out[n])+uintptr(d), p.bytes)
			}
		}
		if p.uniforms != nil {
			v := &b.sc.versions[version]
			var at [3]int
			at[b.order[0]], at[b.order[1]] = i, j
			a.Uniforms = p.uniforms.at(&w.uniforms, b.uniforms[version], at, b.sys.TimeOf(b.step+v.step, b.sys.Passes[v.pass].Time))
		}
		p.kernel.Run(a)
		if j++; j == p.rows.hi {
			return
		}
		for k := range p.in {
			a.In[k] = unsafe.Add(a.In[k], p.in[k].next)
		}
		for n := range p.out {
			a.Out[n] = unsafe.Add(a.Out[n], p.out[n].next)
		}
	}
}
