package ptxcode

import (
	"fmt"
	"maps"
	"slices"

	"hybrid/solvers/model/ir"
)

// A Walk is several passes over fields that one kernel makes, without memory between them. A
// block of threads has a tile of columns, and of rows where it walks along planes, and walks
// over a chunk of slabs along the first of Order's axes. Its turn i makes slab i-Lag of each
// version: of a version a ring in shared memory has the last slabs, from which later ones
// are made. At its edges a tile has so much of a version as later ones reach, which its
// neighbours make too.
//
//	turn 9        version 0: slab 9        from fields, as they are: slab 10 is fetched
//	              version 1: slab 7        from slabs 6, 7, 8 of version 0
//	              version 2: slab 5        from slabs 4, 5, 6 of version 1, to fields
//	     barrier
//
// The first version copies fields, so that a turn waits for no memory but its multiprocessor's.
type Walk struct {
	Order    [3]int // axes: walked along, rows of threads, columns of threads
	Block    [2]int // threads along rows and columns
	Versions []Version
	Slots    []int // of each ring: how many slabs it holds, a power of two
}

// A Version is a pass at a time. The program of the first one has loads of the cell itself
// as outputs, no two of them the same field.
type Version struct {
	Program *ir.Program
	Left    [3]int // cells around the tile that are made of it, by axis
	Beyond  [3]int // cells beyond walls that are made as those inside are; its writes then have no Ghost
	Lag     int
	Reads   []int // by the program's Rows: a ring, or -1: the field
	Writes  []Write
}

// A Write is where an output goes.
type Write struct {
	Ring  int // -1: none
	Final int // the argument of kind Out that it is; -1: none
	Walls Walls
	Ghost [3]int // how many ghost cells later versions reach, by axis
}

// Shared is the bytes of shared memory that a block needs.
func (w *Walk) Shared(t ir.Type) int {
	slots := 0
	for _, n := range w.Slots {
		slots += n
	}
	return slots * w.Block[0] * w.Block[1] * t.Bytes()
}

// Tile is how many rows and columns a block makes.
func (w *Walk) Tile() (rows, columns int) {
	left := w.Versions[0].Left
	return w.Block[0] - 2*left[w.Order[1]], w.Block[1] - 2*left[w.Order[2]]
}

// walk is such a kernel while it is written.
type walk struct {
	ghosts
	Walk
	in, out      map[int]string
	lo, hi       [3]string // of the tile and its chunk, by axis
	rings        []int     // where they begin in shared memory
	here, mirror string    // the thread's place in a slab, in bytes of shared memory, and that of the cell that it mirrors
	fields       string    // the number in fields of the mirrored cell, but for the slab
	own          string    // and that of the thread's, where a version goes beyond walls
	turn         string
	fetched      []string // by output of the first version: what its next turn stores
	within       []string // whether the thread's cell is made of a version
}

// Walk writes a kernel of several passes. Block x, y, z of the grid makes the tile of columns
// x and rows z, and the chunk y. Its arguments are the fields that versions read, those that
// they write at last, from the first cell in memory on, the tables of coordinates, likewise,
// the ends of the box, by axis, the slabs of a chunk, and uniforms.
func (m *Module) Walk(name string, part Part, w Walk) *Entry {
	b := m.body(name)
	k := walk{ghosts: ghosts{body: b, part: part}, Walk: w, in: map[int]string{}, out: map[int]string{}}
	k.take()
	k.place()
	k.turns()
	b.do("ret")
	b.shared = max(w.Shared(m.typ), 1) // a name that place reads, without rings too
	return b.close(w.Block[0] * w.Block[1])
}

// take declares the arguments.
func (k *walk) take() {
	var programs []*ir.Program
	var uses []use
	add := func(p *ir.Program, at int) {
		if u := (use{p, at}); !slices.Contains(uses, u) {
			programs, uses = append(programs, p), append(uses, u)
		}
	}
	read, final := map[int]bool{}, map[int]bool{}
	for i := range k.Versions {
		v := &k.Versions[i]
		add(v.Program, i)
		for n, r := range v.Program.Rows {
			if v.Reads[n] < 0 {
				read[r.Field] = true
			}
		}
		for _, wr := range v.Writes {
			if wr.Final >= 0 {
				final[wr.Final] = true
			}
			for _, p := range wr.Walls.shifts(k.part) {
				add(p, len(k.Versions)+i)
			}
		}
	}
	for _, f := range slices.Sorted(maps.Keys(read)) {
		k.in[f] = k.param(Param{Kind: In, Field: f})
	}
	for _, f := range slices.Sorted(maps.Keys(final)) {
		k.out[f] = k.param(Param{Kind: Out, Field: f})
	}
	k.tables = k.body.tables(programs...)
	for axis := range 3 {
		k.lo[axis], k.hi[axis] = k.param(Param{Kind: From, Axis: axis}), k.param(Param{Kind: To, Axis: axis})
	}
	chunk := k.param(Param{Kind: Chunk})
	k.given = k.takeUniforms(uses)

	rows, columns := k.Tile()
	for n, block := range []string{"%ctaid.y", "%ctaid.z", "%ctaid.x"} {
		axis := k.Order[n]
		size := []any{chunk, rows, columns}[n]
		k.lo[axis] = k.set("%r", "mad.lo.s32", k.set("%r", "mov.u32", block), size, k.lo[axis])
		k.hi[axis] = k.set("%r", "min.s32", k.hi[axis], k.set("%r", "add.s32", k.lo[axis], size))
	}
}

// place writes what finds the thread's cell, and the versions that have it.
func (k *walk) place() {
	walked, left := k.Order[0], k.Versions[0].Left
	for n, tid := range []string{1: "%tid.y", 2: "%tid.x"} {
		if n > 0 {
			axis := k.Order[n]
			x := k.set("%r", "sub.s32", k.set("%r", "add.s32", k.lo[axis], k.set("%r", "mov.u32", tid)), left[axis])
			k.cell[axis], k.ghosts.mirror[axis] = x, k.mirrored(axis, x)
		}
	}
	at := func(cell [3]string) string {
		var in [3]string
		for _, axis := range k.Order[1:] {
			in[axis] = k.set("%r", "add.s32", k.set("%r", "sub.s32", cell[axis], k.lo[axis]), left[axis])
		}
		n := k.set("%r", "mad.lo.s32", in[k.Order[1]], k.Block[1], in[k.Order[2]])
		return k.set("%r", "mad.lo.s32", n, k.typ.Bytes(), k.set("%r", "mov.u32", k.memory()))
	}
	k.here, k.mirror = at(k.cell), at(k.ghosts.mirror)
	first := k.ghosts.mirror
	first[walked] = k.set("%r", "mov.u32", 0)
	k.fields = k.number(first)
	if slices.ContainsFunc(k.Versions, func(v Version) bool { return v.Beyond != [3]int{} }) {
		own := k.cell
		own[walked] = first[walked]
		k.own = k.number(own)
	}

	bytes := 0
	for _, slots := range k.Slots {
		k.rings = append(k.rings, bytes)
		bytes += slots * k.slab()
	}
	for i := range k.Versions {
		within := ""
		for _, axis := range k.Order[1:] {
			lo, hi := k.span(i, axis, true)
			for _, p := range []string{k.set("%p", "setp.ge.s32", k.cell[axis], lo), k.set("%p", "setp.lt.s32", k.cell[axis], hi)} {
				if within == "" {
					within = p
				} else {
					within = k.set("%p", "and.pred", within, p)
				}
			}
		}
		k.within = append(k.within, within)
	}
}

// slab is the bytes of one in a ring.
func (k *walk) slab() int { return k.Block[0] * k.Block[1] * k.typ.Bytes() }

// ghost is how many ghost cells of a version are reached beyond a wall.
func (v *Version) ghost(axis int) (most int) {
	for _, w := range v.Writes {
		most = max(most, w.Ghost[axis])
	}
	return most
}

// span is where the cells of a version begin and end along an axis, with ghost cells or
// without.
func (k *walk) span(version, axis int, ghosts bool) (lo, hi string) {
	v := &k.Versions[version]
	lo = k.set("%r", "sub.s32", k.lo[axis], v.Left[axis])
	hi = k.set("%r", "add.s32", k.hi[axis], v.Left[axis])
	n := v.Beyond[axis]
	if ghosts {
		n += v.ghost(axis)
	}
	if k.part.Open[axis][0] {
		lo = k.set("%r", "max.s32", lo, k.part.Lo[axis]-n)
	}
	if k.part.Open[axis][1] {
		hi = k.set("%r", "min.s32", hi, k.part.Hi[axis]+n)
	}
	return lo, hi
}

// turns writes the loop over turns.
func (k *walk) turns() {
	walked, last := k.Order[0], len(k.Versions)-1
	var lo, hi []string
	for i := range k.Versions {
		l, h := k.span(i, walked, false)
		lo, hi = append(lo, l), append(hi, h)
	}
	k.turn = k.set("%r", "add.s32", lo[0], 0)
	for range k.Versions[0].Writes {
		k.fetched = append(k.fetched, k.reg(k.float()))
	}
	begun := k.label()
	k.do("@!"+k.within[0]+" bra", begun)
	k.fetch(k.turn)
	k.mark(begun)
	end := k.set("%r", "add.s32", hi[last], k.Versions[last].Lag)
	loop, done := k.label(), k.label()
	k.mark(loop)
	k.do("@"+k.set("%p", "setp.ge.s32", k.turn, end)+" bra", done)
	for i := range k.Versions {
		v := &k.Versions[i]
		skip, below := k.label(), k.label()
		k.do("@!"+k.within[i]+" bra", skip)
		k.at = len(k.Versions) + i
		s := k.set("%r", "sub.s32", k.turn, v.Lag)
		k.cell[walked], k.ghosts.mirror[walked] = s, s
		k.do("@"+k.set("%p", "setp.lt.s32", s, lo[i])+" bra", skip)
		k.do("@"+k.set("%p", "setp.ge.s32", s, hi[i])+" bra", below)
		if i == 0 {
			k.copy(s, hi[0])
		} else {
			k.make(v, i, s)
		}
		k.do("bra", skip)
		k.mark(below)
		k.below(v, s, hi[i])
		k.mark(skip)
	}
	k.do("bar.sync", 0)
	k.do("add.s32", k.turn, k.turn, 1)
	k.do("bra", loop)
	k.mark(done)
}

// fetch reads a slab of the fields that the first version copies.
func (k *walk) fetch(s string) {
	p := k.Versions[0].Program
	at := k.slabOfFields(s, k.fields)
	for i, v := range p.Outs {
		from := k.behind(k.in[int(p.Nodes[v].Field)], at)
		k.do("ld.global.nc.F", k.fetched[i], k.bytes(from, 0))
	}
}

// slabOfFields is the number in fields of a cell in a slab, from that without its slab.
func (k *walk) slabOfFields(s, cell string) string {
	stride := [3]int{k.layout.Plane, k.layout.Row, 1}[k.Order[0]]
	return k.set("%rd", "mad.lo.s64", k.set("%rd", "cvt.s64.s32", s), stride, cell)
}

// copy writes what makes the first version of the thread's cell: it stores what was fetched
// and fetches the next slab, or the last one again.
func (k *walk) copy(s, hi string) {
	var now []string
	for _, r := range k.fetched {
		now = append(now, k.set(k.float(), "mov.F", r))
	}
	k.fetch(k.set("%r", "min.s32", k.set("%r", "add.s32", s, 1), k.set("%r", "sub.s32", hi, 1)))
	for i, r := range now {
		k.keep(&k.Versions[0].Writes[i], s, r)
	}
}

// ring is the address of a place in a slab of a ring, the ring's begin apart.
func (k *walk) ring(place, slab string, slots int) string {
	return k.set("%r", "mad.lo.s32", k.set("%r", "and.b32", slab, slots-1), k.slab(), place)
}

// store puts a value where the thread's cell is in a slab of a ring.
func (k *walk) store(ring int, slab, v string) {
	k.do("st.shared.F", fmt.Sprintf("[%s+%d]", k.ring(k.here, slab, k.Slots[ring]), k.rings[ring]), v)
}

// make writes what makes a version of the thread's cell: from the cells around that which it
// mirrors, or beyond walls too from those around itself.
func (k *walk) make(v *Version, version int, s string) {
	walked := k.Order[0]
	place, inFields, cell := k.mirror, k.fields, k.ghosts.mirror
	if v.Beyond != [3]int{} {
		place, inFields, cell = k.here, k.own, k.cell
	}
	slabs := map[[2]int]string{} // by slots and distance
	fields := map[int]string{}
	at := ""
	load := func(n *ir.Node) string {
		ring := v.Reads[v.Program.RowOf(n)]
		if ring < 0 {
			f := int(n.Field)
			if at == "" {
				at = k.slabOfFields(s, inFields)
			}
			if fields[f] == "" {
				fields[f] = k.behind(k.in[f], at)
			}
			return k.set(k.float(), "ld.global.nc.F", k.bytes(fields[f], k.layout.distance(n)))
		}
		slots, far := k.Slots[ring], int(n.Offset[walked])
		if slabs[[2]int{slots, far}] == "" {
			slabs[[2]int{slots, far}] = k.ring(place, k.set("%r", "add.s32", s, far), slots)
		}
		across := int(n.Offset[k.Order[1]])*k.Block[1] + int(n.Offset[k.Order[2]])
		return k.set(k.float(), "ld.shared.F", fmt.Sprintf("[%s+%d]", slabs[[2]int{slots, far}], k.rings[ring]+across*k.typ.Bytes()))
	}
	coord := func(axis int) string { return k.lookUp(k.tables[axis], cell[axis]) }
	own := k.ofTile(s)
	for i, value := range k.program(use{v.Program, version}, k.given, load, coord) {
		w := &v.Writes[i]
		r := k.set(k.float(), "mov.F", value)
		if w.Final >= 0 {
			skip := k.label()
			k.do("@!"+own+" bra", skip)
			k.do("st.global.F", k.bytes(k.behind(k.out[w.Final], k.number(k.cell)), 0), r)
			k.mark(skip)
		}
		k.keep(w, s, r)
	}
}

// keep writes what puts a value into its ring, and ghost cells that mirror it.
func (k *walk) keep(w *Write, s, r string) {
	if w.Ring < 0 {
		return
	}
	walked := k.Order[0]
	for _, axis := range []int{2, 1} {
		if axis != walked {
			k.walls(r, w, axis)
		}
	}
	k.store(w.Ring, s, r)
	if n := w.Ghost[walked]; n > 0 && k.part.Open[walked][0] {
		skip := k.label()
		k.do("@"+k.set("%p", "setp.ge.s32", s, k.part.Lo[walked]+n)+" bra", skip)
		k.cell[walked] = k.set("%r", "sub.s32", 2*k.part.Lo[walked]-1, s)
		k.wall(r, &w.Walls.At[walked][0], walked, 0)
		k.store(w.Ring, k.cell[walked], r)
		k.cell[walked] = s
		k.mark(skip)
	}
}

// walls writes what the walls of an axis make of a value.
func (k *walk) walls(r string, w *Write, axis int) {
	for side := range 2 {
		if k.part.Open[axis][side] && w.Ghost[axis] > 0 {
			k.wall(r, &w.Walls.At[axis][side], axis, side)
		}
	}
}

// ofTile is whether the thread's cell is of its tile and chunk.
func (k *walk) ofTile(s string) string {
	var all string
	for axis, x := range k.cell {
		for _, p := range []string{k.set("%p", "setp.ge.s32", x, k.lo[axis]), k.set("%p", "setp.lt.s32", x, k.hi[axis])} {
			if all == "" {
				all = p
			} else {
				all = k.set("%p", "and.pred", all, p)
			}
		}
	}
	return all
}

// below writes what makes ghost cells beyond the high end of the walk.
func (k *walk) below(v *Version, s, hi string) {
	walked := k.Order[0]
	if !k.part.Open[walked][1] {
		return
	}
	end := k.part.Hi[walked]
	done := k.label()
	k.do("@"+k.set("%p", "setp.lt.s32", hi, end)+" bra", done)
	for i := range v.Writes {
		w := &v.Writes[i]
		n := w.Ghost[walked]
		if w.Ring < 0 || n == 0 {
			continue
		}
		skip := k.label()
		outside := k.set("%p", "or.pred", k.set("%p", "setp.lt.s32", s, end), k.set("%p", "setp.ge.s32", s, end+n))
		k.do("@"+outside+" bra", skip)
		from := k.ring(k.here, k.set("%r", "sub.s32", 2*end-1, s), k.Slots[w.Ring])
		r := k.set(k.float(), "ld.shared.F", fmt.Sprintf("[%s+%d]", from, k.rings[w.Ring]))
		k.wall(r, &w.Walls.At[walked][1], walked, 1)
		k.store(w.Ring, s, r)
		k.mark(skip)
	}
	k.mark(done)
}
