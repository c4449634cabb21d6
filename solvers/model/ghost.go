package model

import (
	"unsafe"

	"hybrid/internal/fma"
	"hybrid/solvers/model/ir"
)

// A shift is what is added to the scaled mirror cell beyond a face.
type shift[T Real] struct {
	scale T
	value T
	cells []T // for each cell of the face in memory, along columns in one run; nil: value
}

// shifts are those of a field's boundary at a time: by axis, end, and distance from the face.
type shifts[T Real] [3][2][]shift[T]

// shiftsAt are those of a field at a time.
func (s *Solver[T]) shiftsAt(field int, time float64) *shifts[T] {
	if c := s.constant[field]; c != nil {
		return c
	}
	made := &shifts[T]{}
	timed := false
	for axis := range 3 {
		for side := range 2 {
			if !s.part.open[axis][side] || !s.part.exists(axis) {
				continue
			}
			b := &s.sys.Fields[field].Boundary[axis][side]
			for d, p := range b.Shift {
				timed = timed || p.Uses(ir.Time, 0)
				made[axis][side] = append(made[axis][side], s.shiftOf(p, T(b.Scale[d]), axis, side, time))
			}
		}
	}
	if !timed {
		s.constant[field] = made
	}
	return made
}

// shiftOf evaluates a boundary's program over a face.
func (s *Solver[T]) shiftOf(p *ir.Program, scale T, axis, side int, time float64) shift[T] {
	if p.Levels[p.Outs[0]] == ir.PerStep {
		value := p.Nodes[p.Outs[0]].Imm
		if len(p.Uniforms) > 0 {
			table := []uint64{0}
			p.PutUniforms(table, ir.PerStep, ir.Place{Time: time})
			value = table[0]
		}
		return shift[T]{scale: scale, value: T(s.sys.Type.Float(value))}
	}
	// The face is walked over in runs of cells along its second axis: beyond columns along rows'.
	first, second := s.faceAxes(axis)
	f := s.faceKernel(p, axis)
	x, runs := s.coords[second], s.part.to(first)-s.part.from(first)
	cells := make([]T, runs*len(x), runs*len(x)+ir.Slack/int(unsafe.Sizeof(scale)))
	table := make([]uint64, len(f.program.Uniforms))
	at := ir.Place{Time: time}
	if axis == 2 {
		at.At[1] = s.sys.face(2, side)
	} else {
		at.At[axis] = s.sys.face(axis, side)
	}
	for n := range runs {
		at.At[first] = s.sys.coordinate(first, s.part.from(first)+n)
		f.program.PutUniforms(table, ir.PerStep, at)
		f.program.PutUniforms(table, ir.PerRow, at)
		f.kernel.Run(&ir.Args{N: len(x), X: unsafe.Pointer(&x[0]), Uniforms: table, Out: []unsafe.Pointer{unsafe.Pointer(&cells[n*len(x)])}})
	}
	return shift[T]{scale: scale, cells: cells}
}

// A faceKernel makes a boundary's shifts along the second axis of a face.
type faceKernel struct {
	program *ir.Program
	kernel  ir.Kernel
}

// faceKernel is that of a program for faces across an axis. Where there is no machine code it is the
// interpreter, which gives the same.
func (s *Solver[T]) faceKernel(p *ir.Program, axis int) faceKernel {
	key := faceOf{p, axis == 2}
	f, ok := s.faces[key]
	if !ok {
		f.program = p
		if key.beyondColumns {
			f.program = p.Turned()
		}
		var err error
		if f.kernel, err = s.kernel(f.program); err != nil {
			f.kernel = f.program.Interpreter()
		}
		s.faces[key] = f
	}
	return f
}

// A faceOf is a program for faces beyond columns, or for others.
type faceOf struct {
	program       *ir.Program
	beyondColumns bool
}

// faceAxes are the two axes of a face.
func (s *Solver[T]) faceAxes(axis int) (first, second int) {
	return [3]int{1, 0, 0}[axis], [3]int{2, 2, 1}[axis]
}

// on is the index in shift.cells of a cell beyond a face.
func (s *Solver[T]) on(axis int, at [3]int) int {
	first, second := s.faceAxes(axis)
	return (at[first]-s.part.from(first))*(s.part.to(second)-s.part.from(second)) + at[second] - s.part.from(second)
}

// columns fills the ghost cells at the ends of the cells [lo, hi) of rows j of slab i, so many as far as the
// grid ends there.
func (s *Solver[T]) columns(v *view, h *shifts[T], c span, i int, rows span) {
	if c.before == 0 && c.after == 0 {
		return
	}
	n := c.before + c.hi - c.lo + c.after
	end := n - c.after
	at := v.at(i, rows.lo, c.lo-c.before)
	for j := rows.lo; j < rows.hi; j++ {
		row := unsafe.Slice((*T)(at), n)
		for d := range c.before {
			g := &h[2][0][d]
			row[c.before-1-d] = g.beyond(row[c.before+d], s.shiftAt(g, i, j))
		}
		for d := range c.after {
			g := &h[2][1][d]
			row[end+d] = g.beyond(row[end-1-d], s.shiftAt(g, i, j))
		}
		at = unsafe.Add(at, v.row)
	}
}

// beyond is the ghost cell of a mirror cell and the shift there: fma(scale, mirror, shift). Scales of 1 and -1 round nothing.
func (g *shift[T]) beyond(mirror, shift T) T {
	if g.scale == 1 || g.scale == -1 {
		return T(g.scale*mirror) + shift
	}
	return fma.FMA(g.scale, mirror, shift)
}

// shiftAt is that beyond columns of a row.
func (s *Solver[T]) shiftAt(g *shift[T], i, j int) T {
	if g.cells == nil {
		return g.value
	}
	return s.shiftOn(g, i, j)
}

func (s *Solver[T]) shiftOn(g *shift[T], i, j int) T {
	var at [3]int
	at[s.order[0]], at[s.order[1]] = i, j
	return g.cells[s.on(2, at)]
}

// shift is that of the ghost cells at a distance of d from a face across loop dim.
func (s *Solver[T]) shift(h *shifts[T], dim, side, d int) *shift[T] {
	return &h[s.order[dim]][side][d-1]
}

// mirror fills the ghost cells [k, k+n) of a row beyond a face across loop dim by their shift.
func (s *Solver[T]) mirror(v *view, g *shift[T], dim int, to, from [2]int, k, n int) {
	dst, src := cellsFrom[T](v, to[0], to[1], k, n), cellsFrom[T](v, from[0], from[1], k, n)
	if g.cells == nil {
		for c := range dst {
			dst[c] = g.beyond(src[c], g.value)
		}
		return
	}
	var at [3]int
	at[s.order[0]], at[s.order[1]] = to[0], to[1]
	for c := range dst {
		at[2] = k + c
		dst[c] = g.beyond(src[c], g.cells[s.on(s.order[dim], at)])
	}
}

// rowsBeyond fills the ghost rows of slab i beyond the ends of the rows r, for the columns
// of c and its ghost cells.
func (s *Solver[T]) rowsBeyond(v *view, h *shifts[T], r, c span, i int) {
	k, n := c.lo-c.before, c.before+c.hi-c.lo+c.after
	for d := 1; d <= r.before; d++ {
		s.mirror(v, s.shift(h, 1, 0, d), 1, [2]int{i, r.lo - d}, [2]int{i, r.lo + d - 1}, k, n)
	}
	for d := 1; d <= r.after; d++ {
		s.mirror(v, s.shift(h, 1, 1, d), 1, [2]int{i, r.hi - 1 + d}, [2]int{i, r.hi - d}, k, n)
	}
}

// slabBeyond fills ghost slab to, by its shift, from slab from.
func (s *Solver[T]) slabBeyond(v *view, g *shift[T], to, from int, r, c span) {
	k, n := c.lo-c.before, c.before+c.hi-c.lo+c.after
	for j := r.lo - r.before; j < r.hi+r.after; j++ {
		s.mirror(v, g, 0, [2]int{to, j}, [2]int{from, j}, k, n)
	}
}

// ghosts fills all ghost cells of a field, those beyond its halo too.
func (s *Solver[T]) ghosts(field int, h *shifts[T]) {
	reach := s.order.of(s.sys.reach(field))
	var of [3]span
	for d, axis := range s.order {
		of[d] = span{lo: s.part.from(axis), hi: s.part.to(axis)}
		if s.part.open[axis][0] {
			of[d].lo, of[d].before = s.part.lo[axis], reach[d]
		}
		if s.part.open[axis][1] {
			of[d].hi, of[d].after = s.part.hi[axis], reach[d]
		}
	}
	v := s.viewOf(s.current[field])
	n := len(s.scratch)
	s.threads(func(thread int) {
		for i := of[0].lo + thread*(of[0].hi-of[0].lo)/n; i < of[0].lo+(thread+1)*(of[0].hi-of[0].lo)/n; i++ {
			s.columns(&v, h, of[2], i, of[1])
			s.rowsBeyond(&v, h, of[1], of[2], i)
		}
	})
	for d := 1; d <= of[0].before; d++ {
		s.slabBeyond(&v, s.shift(h, 0, 0, d), of[0].lo-d, of[0].lo+d-1, of[1], of[2])
	}
	for d := 1; d <= of[0].after; d++ {
		s.slabBeyond(&v, s.shift(h, 0, 1, d), of[0].hi-1+d, of[0].hi-d, of[1], of[2])
	}
}
