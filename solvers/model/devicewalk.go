package model

import (
	"math"
	"math/bits"

	"hybrid/solvers/model/ir"
	"hybrid/solvers/model/ir/ptxcode"
)

// A deviceWalk is some steps that one kernel takes.
type deviceWalk struct {
	*ptxcode.Entry
	ptxcode.Walk
	steps int
}

// What a walk may have at most. With more of it few blocks of threads fit on a
// multiprocessor, or the threads' registers do not suffice.
const (
	mostShared     = 32 << 10 // bytes of a block
	allShared      = 48 << 10 // that every device has, for one step of many passes
	mostOperations = 1200     // of all versions
)

// newDeviceWalk is that of as many steps, up to a number, as suit a device; nil where passes one
// by one do.
func (s *System) newDeviceWalk(p *devicePart, steps int) *deviceWalk {
	if s.Dims < 2 {
		return nil
	}
	nodes := 0
	for i := range s.Passes {
		nodes += len(s.Passes[i].Program.Nodes)
	}
	for n := 8; n >= 1; n /= 2 {
		if n > steps || n*nodes > mostOperations || n*len(s.Passes) < 2 {
			continue
		}
		w := s.walkOf(n)
		w.Block = s.walkBlock(p.hi[2]-p.lo[2], n*nodes)
		rows, columns := w.Tile()
		room := mostShared
		if n == 1 {
			room = allShared
		}
		if w.Shared(s.Type) <= room && 2*rows*columns >= w.Block[0]*w.Block[1] && rows > 0 && columns > 0 {
			return w
		}
	}
	return nil
}

// walkBlock is the threads of a block along rows and columns: of many only where few registers
// suffice, for a block's threads share those of a multiprocessor.
func (s *System) walkBlock(columns, operations int) [2]int {
	switch {
	case s.Dims == 3 && operations <= 160:
		return [2]int{16, 32}
	case s.Dims == 3:
		return [2]int{8, 32}
	}
	if columns <= 64 {
		return [2]int{1, 32}
	}
	return [2]int{1, 128}
}

// walkOf is that of so many steps, but for its block: the schedule of the processor behind a
// copy of the fields that are read beside the cell, with lags at which versions of one turn need
// nothing of each other.
func (s *System) walkOf(steps int) *deviceWalk {
	sc := s.newSchedule(steps, 1, false)
	w := &deviceWalk{steps: steps, Walk: ptxcode.Walk{Order: orderOf(s.Dims), Slots: make([]int, len(sc.rings))}}
	copies := w.copy(s, sc)
	for i := range sc.versions {
		v := &sc.versions[i]
		last := &w.Versions[len(w.Versions)-1]
		to := ptxcode.Version{Program: s.Passes[v.pass].Program, Lag: last.Lag + v.reach[0] + v.wait() + 1, Beyond: s.beyond(v.pass)}
		for d, axis := range w.Order {
			to.Left[axis] = v.left[d]
		}
		for _, row := range to.Program.Rows {
			ring, from := v.reads[row.Field], 0
			reach, _ := to.Program.Reach(row.Field)
			if ring != fromField {
				from = sc.rings[ring].version + 1
			} else if c, ok := copies[row.Field]; ok && (reach != [3]int{} || to.Beyond != [3]int{}) {
				ring = c
			}
			if ring != fromField {
				w.Slots[ring] = max(w.Slots[ring], to.Lag-w.Versions[from].Lag+reach[w.Order[0]]+1)
			}
			to.Reads = append(to.Reads, ring)
		}
		for _, wr := range v.writes {
			to.Writes = append(to.Writes, s.walkWrite(wr, sc.rings[wr.ring].ghost, w.Order))
		}
		w.Versions = append(w.Versions, to)
	}
	for i := range w.Versions {
		for n := range w.Versions[i].Writes {
			if wr := &w.Versions[i].Writes[n]; w.Slots[wr.Ring] == 0 {
				wr.Ring = -1
			}
		}
	}
	for ring, n := range w.Slots {
		if n > 0 {
			w.Slots[ring] = 1 << bits.Len(uint(n-1))
		}
	}
	return w
}

// copy begins the walk with a version that copies the evolving fields that passes read beside the
// cell as they were before the walk. It returns the fields' rings.
func (w *deviceWalk) copy(s *System, sc *schedule) map[int]int {
	g := ir.New(s.Type)
	first := &sc.versions[0]
	v := ptxcode.Version{}
	for d, axis := range w.Order {
		v.Left[axis] = first.left[d] + first.reach[d]
	}
	rings := map[int]int{}
	var outs []ir.Value
	for f := range s.Fields {
		if ghost := s.reach(f); s.Fields[f].Role == Evolved && ghost != [3]int{} && sc.reads(s, f) {
			rings[f] = len(w.Slots)
			w.Slots = append(w.Slots, 0)
			v.Writes = append(v.Writes, s.walkWrite(write{field: f, ring: rings[f]}, order(w.Order).of(ghost), w.Order))
			outs = append(outs, g.Load(f, 0, 0, 0))
		}
	}
	v.Program = g.Program(outs...)
	for range v.Program.Rows {
		v.Reads = append(v.Reads, fromField)
	}
	w.Versions = append(w.Versions, v)
	return rings
}

// reads tells whether a version reads a field beside the cell as it was before the block.
func (sc *schedule) reads(s *System, field int) bool {
	for i := range sc.versions {
		p := s.Passes[sc.versions[i].pass].Program
		reach, ok := p.Reach(field)
		if ok && sc.versions[i].reads[field] == fromField && (reach != [3]int{} || sc.versions[i].beyond != [3]int{}) {
			return true
		}
	}
	return false
}

// walkWrite is where an output of a walk goes, with so many ghost cells, in the walk's order, for
// its readers.
func (s *System) walkWrite(wr write, ghost [3]int, order [3]int) ptxcode.Write {
	to := ptxcode.Write{Ring: wr.ring, Final: -1, Walls: ptxcode.Walls{Field: wr.field}}
	if wr.final {
		to.Final = wr.field
	}
	for d, axis := range order {
		to.Ghost[axis] = ghost[d]
		for side := range 2 {
			if b := &s.Fields[wr.field].Boundary[axis][side]; !b.Periodic {
				n := min(ghost[d], len(b.Scale))
				to.Walls.At[axis][side] = ptxcode.Wall{Scale: b.Scale[:n], Shift: b.Shift[:n]}
			}
		}
	}
	return to
}

// times are those of the uniforms, where the walk's first step is the one numbered step.
func (w *deviceWalk) times(s *System, step int) []float64 {
	n := len(w.Versions)
	all := make([]float64, 2*n)
	all[0], all[n] = s.TimeOf(step, 0), s.TimeOf(step, 0) // of the copy
	for i := range n - 1 {
		p := &s.Passes[i%len(s.Passes)]
		all[1+i] = s.TimeOf(step+i/len(s.Passes), p.Time)
		all[n+1+i] = s.TimeOf(step+i/len(s.Passes), p.After)
	}
	return all
}

// chunk is how many of so many slabs a block of threads should make, where there are so many
// tiles and a device holds so many blocks at once: a short one spends its time on the lag,
// and few long ones leave multiprocessors without work.
func (w *deviceWalk) chunk(slabs, tiles, resident int) int {
	first, last := w.Versions[0], w.Versions[len(w.Versions)-1]
	more := first.Left[w.Order[0]] + last.Lag
	best, least := slabs, math.MaxInt
	for n := 1; n <= slabs && n <= 4096; n++ {
		size := (slabs + n - 1) / n
		waves := ((slabs+size-1)/size*tiles + resident - 1) / resident
		if cost := waves * (size + more); cost < least {
			best, least = size, cost
		}
	}
	return best
}
