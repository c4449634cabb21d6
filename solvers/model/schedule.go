package model

import (
	"slices"

	"hybrid/solvers/model/ir"
)

// A schedule is what a block of steps does to a tile: versions of fields, one after the
// other, each from those before.
type schedule struct {
	steps    int
	slabs    int // that a version makes before the next one's turn
	versions []version
	rings    []ring
	buffers  []buffer
}

// order are the axes as a tile is walked over: along the first, slab by slab, a slab row by
// row along the second, and the third is along rows.
type order [3]int

// orderOf is that of a model: the first axis that it has is the one walked along. Of one
// dimension, whose cells are all one row, nothing is.
func orderOf(dims int) order {
	if dims == 2 {
		return order{1, 0, 2}
	}
	return order{0, 1, 2}
}

// of puts what is by axis in the order of the walk.
func (o order) of(x [3]int) [3]int { return [3]int{x[o[0]], x[o[1]], x[o[2]]} }

// slice is the way to a row, in the order of the walk.
func (o order) slice(r ir.Row) []int {
	way := o.of([3]int{r.A, r.B, 0})
	return way[:]
}

// A version is what one pass of one step makes.
type version struct {
	step, pass int
	reach      [3]int // of the pass, by the order of the walk
	left       [3]int // that of all versions after it: so far beyond the tile it has to be made
	beyond     [3]int // of the pass, likewise
	lag        int    // slabs that it is behind the first version
	reads      []int  // by field: the ring it is in, or fromField
	writes     []write
	sources    []int // by field: the one that is read as it was before the block, where reads says so
	renames    bool  // outputs that are copies are left out: see System.copies
}

// wait is how many slabs a version is behind more than it reaches: before its first slab, beyond
// the grid, its source has ghost slabs there, which mirror as many inside.
func (v *version) wait() int { return max(0, 2*v.beyond[0]-1) }

// fromField is the field as it was before the block, where a ring is expected.
const fromField = -1

// A write is where an output goes.
type write struct {
	field int
	ring  int  // where later versions find it
	final bool // it is the field after the block
}

// A ring is a version of a field as later ones find it. Where direct is set it is the field itself,
// as the block leaves it.
type ring struct {
	version, field int
	buffer         int    // that it lies in, where it is not direct
	ghost          [3]int // how far readers reach, by the order of the walk
	direct         bool
	until          int // lag of the slabs behind which nobody reads it
	lastReader     int // version
}

// A buffer holds as many slabs of a field as versions need, one version's behind another's: where the
// slabs of one are needed no more, the slabs of a later one take their place while it is in the cache.
type buffer struct {
	slabs int
	rings []int
}

// reachOf is how far a pass reads any field, by axis.
func (s *System) reachOf(pass int) (most [3]int) {
	for f := range s.Fields {
		r, _ := s.Passes[pass].Program.Reach(f)
		for d := range r {
			most[d] = max(most[d], r[d])
		}
	}
	return most
}

// stepReach is how far a whole step reads, by axis.
func (s *System) stepReach() (sum [3]int) {
	for p := range s.Passes {
		for d, r := range s.reachOf(p) {
			sum[d] += r
		}
	}
	return sum
}

// copies are the fields that outputs of a pass are copies of, as the step before is in leapfrog; -1: it is none,
// or someone reads it beside the cell, where the two have boundaries of their own. Where another pass of the
// block makes the field again, readers find the other field in its place.
func (s *System) copies(pass int) (of []int) {
	p := &s.Passes[pass]
	others := len(p.Writes)
	for n, f := range p.Writes {
		node, from := &p.Program.Nodes[p.Program.Outs[n]], -1
		if node.Op == ir.Load && node.Offset == [3]int8{} && s.Fields[f].Role == Evolved && s.reach(f) == [3]int{} {
			from = int(node.Field)
			others--
		}
		of = append(of, from)
	}
	if others == 0 {
		return slices.Repeat([]int{-1}, len(of))
	}
	return of
}

// newSchedule is that of so many steps, whose versions make so many slabs at a time. Where rename is set,
// they make no copies that are not for after the block.
func (s *System) newSchedule(steps, slabs int, rename bool) *schedule {
	o := orderOf(s.Dims)
	sc := &schedule{steps: steps, slabs: slabs}
	current, source := make([]int, len(s.Fields)), make([]int, len(s.Fields)) // the ring in which a field is, or where it is else
	for f := range current {
		current[f], source[f] = fromField, f
	}
	lastWriter := make([]int, len(s.Fields))
	for v := range steps * len(s.Passes) {
		for _, f := range s.Passes[v%len(s.Passes)].Writes {
			lastWriter[f] = v
		}
	}
	for v := range steps * len(s.Passes) {
		ver := version{step: v / len(s.Passes), pass: v % len(s.Passes)}
		p := &s.Passes[ver.pass]
		ver.reach, ver.beyond = o.of(s.reachOf(ver.pass)), o.of(s.beyond(ver.pass))
		if v > 0 {
			ver.lag = sc.versions[v-1].lag + ver.reach[0] + ver.wait()
		}
		ver.reads, ver.sources = slices.Clone(current), slices.Clone(source)
		for f, r := range current {
			reach, ok := p.Program.Reach(f)
			if r == fromField || !ok {
				continue
			}
			ghost, _ := p.reach(f)
			own := &sc.rings[r]
			for d, n := range o.of(ghost) {
				if !s.Fields[f].Auxiliary {
					own.ghost[d] = max(own.ghost[d], n)
				}
			}
			own.until, own.lastReader = max(own.until, ver.lag+o.of(reach)[0]), v
		}
		copies := s.copies(ver.pass)
		for n, f := range p.Writes {
			if from := copies[n]; rename && from >= 0 && ver.step < steps-1 {
				current[f], source[f], ver.renames = ver.reads[from], ver.sources[from], true
				continue
			}
			current[f] = len(sc.rings)
			ver.writes = append(ver.writes, write{field: f, ring: len(sc.rings), final: lastWriter[f] == v && s.Fields[f].Role == Evolved})
			sc.rings = append(sc.rings, ring{version: v, field: f, until: ver.lag, lastReader: v})
		}
		sc.versions = append(sc.versions, ver)
	}
	for v := len(sc.versions) - 2; v >= 0; v-- {
		for d := range 3 {
			sc.versions[v].left[d] = sc.versions[v+1].left[d] + sc.versions[v+1].reach[d]
		}
	}
	for v := range sc.versions {
		for i := range sc.versions[v].writes {
			w := &sc.versions[v].writes[i]
			r := &sc.rings[w.ring]
			r.direct = w.final && sc.versions[v].left == [3]int{}
			if !r.direct {
				sc.place(w.ring)
			}
		}
	}
	return sc
}

// place gives a ring a buffer: one whose rings nobody reads beyond the slabs that the ring's version
// makes, if there is one.
func (sc *schedule) place(ring int) {
	r := &sc.rings[ring]
	lag := sc.versions[r.version].lag
	r.buffer = slices.IndexFunc(sc.buffers, func(b buffer) bool {
		return !slices.ContainsFunc(b.rings, func(o int) bool {
			o2 := &sc.rings[o]
			return o2.field != r.field || o2.until > lag || o2.lastReader >= r.version
		})
	})
	if r.buffer < 0 {
		r.buffer = len(sc.buffers)
		sc.buffers = append(sc.buffers, buffer{})
	}
	b := &sc.buffers[r.buffer]
	b.rings = append(b.rings, ring)
	first := sc.versions[sc.rings[b.rings[0]].version].lag
	b.slabs = max(b.slabs, r.until-first+sc.slabs)
}
