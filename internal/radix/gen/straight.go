package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// straight is code without jumps on more values than there are registers of AVX2.
// Steps are recorded, then written with the values in registers: when none is free,
// the value whose next use is the farthest goes to the stack (Belady, "A study of
// replacement algorithms for a virtual-storage computer", 1966).
type straight struct {
	steps []step
	uses  [][]int // of every value: the steps that take it, in order
}

// A value is what a step makes.
type value int

const none value = -1

type step struct {
	emit func(dst reg.VecPhysical, from []Op)
	from []value
	to   value
}

// value records a step that makes one. The first of from may be in memory when emit
// gets it, or none, the others are in registers.
func (s *straight) value(emit func(dst reg.VecPhysical, from []Op), from ...value) value {
	v := value(len(s.uses))
	s.uses = append(s.uses, nil)
	s.record(emit, from, v)
	return v
}

// do records a step that makes none, and takes registers.
func (s *straight) do(emit func(from []Op), from ...value) {
	s.record(func(_ reg.VecPhysical, from []Op) { emit(from) }, from, none)
}

func (s *straight) record(emit func(reg.VecPhysical, []Op), from []value, to value) {
	for _, v := range from {
		if v == none {
			continue
		}
		s.uses[v] = append(s.uses[v], len(s.steps))
	}
	s.steps = append(s.steps, step{emit, from, to})
}

// write writes the steps.
func (s *straight) write() {
	files := []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
		reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15}
	holds := make([]value, len(files)) // what every register holds
	for i := range holds {
		holds[i] = none
	}
	where := make([]int, len(s.uses)) // the register of every value, -1 for none
	saved := make([]*Mem, len(s.uses))
	var slots []Mem
	next := func(v value, now int) int { // step that takes v from now on
		for _, u := range s.uses[v] {
			if u >= now {
				return u
			}
		}
		return len(s.steps)
	}
	drop := func(v value) {
		if where[v] >= 0 {
			holds[where[v]] = none
		}
		where[v] = -1
		if saved[v] != nil {
			slots = append(slots, *saved[v])
			saved[v] = nil
		}
	}
	// take returns a free register, and makes it so if it must.
	take := func(now int, keep []value) int {
		victim, farthest := -1, -1
		for i, v := range holds {
			if v == none {
				return i
			}
			kept := false
			for _, k := range keep {
				kept = kept || k == v
			}
			if at := next(v, now); !kept && at > farthest {
				victim, farthest = i, at
			}
		}
		v := holds[victim]
		if saved[v] == nil {
			if len(slots) == 0 {
				slots = append(slots, AllocLocal(32))
			}
			slot := slots[len(slots)-1]
			slots = slots[:len(slots)-1]
			VMOVDQU(files[victim], slot)
			saved[v] = &slot
		}
		where[v], holds[victim] = -1, none
		return victim
	}
	for now, st := range s.steps {
		from := make([]Op, len(st.from))
		for i, v := range st.from {
			if v != none && where[v] < 0 && (i > 0 || st.to == none) {
				r := take(now, st.from)
				VMOVDQU(*saved[v], files[r])
				where[v], holds[r] = r, v
			}
		}
		for i, v := range st.from {
			if v == none {
				continue
			}
			if where[v] >= 0 {
				from[i] = files[where[v]]
			} else {
				from[i] = *saved[v]
			}
		}
		for _, v := range st.from {
			if v != none && next(v, now+1) == len(s.steps) {
				drop(v)
			}
		}
		if st.to == none {
			st.emit(nil, from)
			continue
		}
		r := take(now, st.from)
		where[st.to], holds[r] = r, st.to
		st.emit(files[r], from)
	}
}
