package model

import (
	"math"

	"hybrid/internal/ir/ptxcode"
)

// A deviceWalk is some steps that one kernel takes.
type deviceWalk struct {
	*ptxcode.Entry
	ptxcode.Walk
	steps  int
	passes []int // of the versions
}

// What a walk may have at most. With more of it few blocks of threads fit on a
// multiprocessor, or the threads' registers do not suffice.
const (
	mostShared     = 32 << 10 // bytes of a block: several fit on a multiprocessor
	mostOperations = 1200     // operations of all versions
)

// newDeviceWalk is that of as many steps, up to a number, as suit a device; nil where passes one
// by one do.
func (s *System) newDeviceWalk(p *devicePart, steps int) *deviceWalk {
	if s.Dims < 2 || p.hi[1]-p.lo[1] < 1 {
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
		if w.Shared(s.Type) <= mostShared && 2*rows*columns >= w.Block[0]*w.Block[1] && rows > 0 && columns > 0 {
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

// walkOf is that of so many steps, but for its block: the schedule of the processor, with
// lags at which versions of one turn need nothing of each other.
func (s *System) walkOf(steps int) *deviceWalk {
	sc := s.newSchedule(steps)
	w := &deviceWalk{steps: steps, Walk: ptxcode.Walk{Order: orderOf(s.Dims), Slots: make([]int, len(sc.rings))}}
	for i := range sc.versions {
		v := &sc.versions[i]
		to := ptxcode.Version{Program: s.Passes[v.pass].Program, Reads: v.reads}
		for d, axis := range w.Order {
			to.Left[axis] = v.left[d]
		}
		if i > 0 {
			to.Lag = w.Versions[i-1].Lag + v.reach[0] + 1
		}
		for n, ring := range v.reads {
			if ring != fromField {
				reach := s.reachAlong(v.pass, to.Program.Rows[n].Field, w.Order[0])
				w.Slots[ring] = max(w.Slots[ring], to.Lag-w.Versions[sc.rings[ring].version].Lag+reach+1)
			}
		}
		for _, wr := range v.writes {
			to.Writes = append(to.Writes, s.walkWrite(wr, &sc.rings[wr.ring], w.Order))
		}
		w.Versions, w.passes = append(w.Versions, to), append(w.passes, v.pass)
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
			w.Slots[ring] = 1 << int(math.Ceil(math.Log2(float64(n))))
		}
	}
	return w
}

// reachAlong is how far a pass reads a field along an axis.
func (s *System) reachAlong(pass, field, axis int) int {
	reach, _ := s.Passes[pass].Program.Reach(field)
	return reach[axis]
}

// walkWrite is where an output of a walk goes, with the ghost cells that its readers reach.
func (s *System) walkWrite(wr write, r *ring, order [3]int) ptxcode.Write {
	to := ptxcode.Write{Ring: wr.ring, Final: -1, Walls: ptxcode.Walls{Field: wr.field}}
	if wr.final {
		to.Final = wr.field
	}
	for d, axis := range order {
		to.Ghost[axis] = r.ghost[d]
		for side := range 2 {
			if b := &s.Fields[wr.field].Boundary[axis][side]; !b.Periodic {
				n := min(r.ghost[d], len(b.Scale))
				to.Walls.At[axis][side] = ptxcode.Wall{Scale: b.Scale[:n], Shift: b.Shift[:n]}
			}
		}
	}
	return to
}

// times are those of the uniforms, where the walk's first step is the one numbered step.
func (w *deviceWalk) times(s *System, step int) []float64 {
	all := make([]float64, 2*len(w.passes))
	for i, pass := range w.passes {
		p := &s.Passes[pass]
		all[i] = s.TimeOf(step+i/len(s.Passes), p.Time)
		all[len(w.passes)+i] = s.TimeOf(step+i/len(s.Passes), p.After)
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
