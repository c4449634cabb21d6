package model

import (
	"unsafe"

	"hybrid/halo"
	"hybrid/internal/ir"
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
	first [3]int         // in the order of the walk; slabs are numbered from 0 where they go round
	slabs int            // that are kept; 0: all
	slab  int            // bytes to the next
	row   int            // bytes to the next row
	cell  int            // bytes of one
}

// at is where a cell lies.
func (v *view) at(i, j, k int) unsafe.Pointer {
	if v.slabs > 0 {
		if i %= v.slabs; i < 0 {
			i += v.slabs
		}
	} else {
		i -= v.first[0]
	}
	return unsafe.Add(v.data, i*v.slab+(j-v.first[1])*v.row+(k-v.first[2])*v.cell)
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
	args     ir.Args
	uniforms []uint64
}

// A span is the cells that a version of a tile has along an axis, and the ghost cells
// that are around them.
type span struct{ lo, hi, before, after int }

// span is that of a version along axis d of the walk, with so many ghost cells where the grid
// ends.
func (b *block[T]) span(t *tile, v *version, d, ghost int) span {
	axis := b.order[d]
	s := span{lo: t.lo[d] - v.left[d], hi: t.hi[d] + v.left[d]}
	if b.part.open[axis][0] && s.lo <= b.part.lo[axis] {
		s.lo, s.before = b.part.lo[axis], ghost
	}
	if b.part.open[axis][1] && s.hi >= b.part.hi[axis] {
		s.hi, s.after = b.part.hi[axis], ghost
	}
	return s
}

// walk makes all versions of a tile.
func (b *block[T]) walk(w *scratch[T], t tile) {
	b.place(w, &t)
	vs := b.sc.versions
	last := &vs[len(vs)-1]
	for i := b.span(&t, &vs[0], 0, 0).lo; i < b.span(&t, last, 0, 0).hi+last.lag; i++ {
		for v := range vs {
			b.visit(w, &t, v, i-vs[v].lag)
		}
	}
}

// place lays the rings of a tile out.
func (b *block[T]) place(w *scratch[T], t *tile) {
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
		const line = 64 // bytes of the cache's
		x.row = (columns.hi+columns.after-x.first[2])*size + line - 1
		x.row -= x.row % line
		x.slab = x.row * (rows.hi + rows.after - x.first[1])
		w.views = append(w.views, x)
		need += x.slab*x.slabs/size + line/size
	}
	need += ir.Slack / size
	if len(w.cells) < need {
		w.cells = make([]T, need)
	}
	at := 0
	for i := range w.views {
		if x := &w.views[i]; x.slabs > 0 {
			x.data = unsafe.Pointer(&w.cells[at])
			at += x.slab*x.slabs/size + 64/size
		}
	}
}

// visit makes slab i of a version, if it is of the tile, and ghost cells beyond it.
func (b *block[T]) visit(w *scratch[T], t *tile, version, i int) {
	v := &b.sc.versions[version]
	s := b.span(t, v, 0, 1<<30)
	inside := s.lo <= i && i < s.hi
	if inside {
		b.make(w, t, v, version, i)
	}
	for n := range v.writes {
		wr := &v.writes[n]
		r, x := &b.sc.rings[wr.ring], &w.views[wr.ring]
		rows, columns := b.span(t, v, 1, r.ghost[1]), b.span(t, v, 2, r.ghost[2])
		if inside {
			b.rowsBeyond(x, b.shifts[wr.ring], rows, columns, i)
		}
		if d := i - s.lo + 1; inside && s.before > 0 && d <= r.ghost[0] {
			b.slabBeyond(x, b.shifts[wr.ring], 0, d, s.lo-d, i, rows, columns)
		}
		if d := i - s.hi + 1; s.after > 0 && 1 <= d && d <= r.ghost[0] {
			b.slabBeyond(x, b.shifts[wr.ring], 1, d, i, s.hi-d, rows, columns)
		}
		if inside && wr.final && !r.direct && t.lo[0] <= i && i < t.hi[0] {
			for j := t.lo[1]; j < t.hi[1]; j++ {
				width := t.hi[2] - t.lo[2]
				copy(cellsFrom[T](&b.results[wr.field], i, j, t.lo[2], width), cellsFrom[T](x, i, j, t.lo[2], width))
			}
		}
	}
}

// make makes slab i of a version.
func (b *block[T]) make(w *scratch[T], t *tile, v *version, version, i int) {
	p := b.sys.Passes[v.pass].Program
	rows, columns := b.span(t, v, 1, 0), b.span(t, v, 2, 0)
	a := &w.args
	a.N = columns.hi - columns.lo
	a.X = unsafe.Pointer(&b.coords[2][columns.lo-b.part.from(2)])
	a.Uniforms = b.uniforms[version]
	a.In, a.Out = a.In[:0], a.Out[:0]
	for k, row := range p.Rows {
		d := b.order.of([3]int{row.A, row.B, 0})
		a.In = append(a.In, b.viewAt(w, v.reads[k], row.Field).at(i+d[0], rows.lo+d[1], columns.lo))
	}
	for n := range v.writes {
		a.Out = append(a.Out, w.views[v.writes[n].ring].at(i, rows.lo, columns.lo))
	}
	for j := rows.lo; j < rows.hi; j++ {
		if j > rows.lo {
			for k, row := range p.Rows {
				a.In[k] = unsafe.Add(a.In[k], b.viewAt(w, v.reads[k], row.Field).row)
			}
			for n := range v.writes {
				a.Out[n] = unsafe.Add(a.Out[n], w.views[v.writes[n].ring].row)
			}
		}
		if u := b.rows[v.pass]; u != nil {
			var at [3]int
			at[b.order[0]], at[b.order[1]] = i, j
			a.Uniforms = u.at(&w.uniforms, b.uniforms[version], at, b.sys.TimeOf(b.step+v.step, b.sys.Passes[v.pass].Time))
		}
		b.kernels[v.pass].Run(a)
		for _, wr := range v.writes {
			if g := b.sc.rings[wr.ring].ghost[2]; g > 0 {
				b.columns(&w.views[wr.ring], b.shifts[wr.ring], b.span(t, v, 2, g), i, j)
			}
		}
	}
}

// viewAt is that of a ring, or of a field before the block.
func (b *block[T]) viewAt(w *scratch[T], ring, field int) *view {
	if ring == fromField {
		return &b.sources[field]
	}
	return &w.views[ring]
}
