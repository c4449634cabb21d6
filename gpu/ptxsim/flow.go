package ptxsim

import (
	"sort"

	"hybrid/gpu/ptx"
)

// destinations is how many of the first operands an instruction writes.
func destinations(in *ptx.Instruction) int {
	switch in.Op {
	case "st", "red", "bra", "brx", "ret", "exit", "trap", "brkpt", "membar", "fence", "prefetch", "prefetchu",
		"cp", "nanosleep", "pmevent", "discard", "applypriority":
		return 0
	case "bar", "barrier":
		for _, m := range in.Modifiers {
			if m == "red" {
				return 1
			}
		}
		return 0
	}
	return 1
}

// refs calls f for every register that an instruction reads or writes, its guard
// included.
func refs(in *ptx.Instruction, f func(reg int, write bool)) {
	if in.Guard >= 0 {
		f(in.Guard, false)
	}
	d := destinations(in)
	for i, a := range in.Args {
		operandRefs(a, i < d, f)
	}
}

func operandRefs(o ptx.Operand, write bool, f func(reg int, write bool)) {
	if o.Kind == ptx.Reg {
		f(o.Reg, write)
	}
	for _, v := range o.Parts {
		operandRefs(v, write && o.Kind != ptx.Address, f)
	}
}

// plainMove reports whether in copies one register: what was never written may
// be copied, as compilers do where a value is not needed on some path.
func plainMove(in *ptx.Instruction) bool {
	return in.Op == "mov" && len(in.Args) == 2 && in.Args[0].Kind == ptx.Reg && in.Args[1].Kind == ptx.Reg
}

// lifetime is the range of positions in which a register holds a value.
type lifetime struct{ reg, from, to int }

// lifetimes finds the live range of every register, as one interval over the
// instructions in the order of the file.
func lifetimes(nodes []*node, nregs int) []lifetime {
	type sets struct{ use, def, in, out bitset }
	at := make([]sets, len(nodes))
	for i, n := range nodes {
		s := sets{newBitset(nregs), newBitset(nregs), newBitset(nregs), newBitset(nregs)}
		for _, in := range n.ins {
			refs(in, func(r int, write bool) {
				if (!write || in.Guard >= 0) && !s.def.has(r) {
					s.use.add(r)
				}
			})
			refs(in, func(r int, write bool) {
				if write && in.Guard < 0 {
					s.def.add(r)
				}
			})
		}
		at[i] = s
	}
	for changed := true; changed; {
		changed = false
		for i := len(nodes) - 1; i >= 0; i-- {
			s := at[i]
			for _, t := range nodes[i].succ {
				for j, w := range at[t].in {
					s.out[j] |= w
				}
			}
			for j := range s.in {
				v := s.use[j] | s.out[j]&^s.def[j]
				if v != s.in[j] {
					s.in[j] = v
					changed = true
				}
			}
		}
	}
	live := make([]lifetime, nregs)
	for r := range live {
		live[r] = lifetime{r, -1, -1}
	}
	touch := func(r, pos int) {
		if l := &live[r]; l.from < 0 {
			l.from, l.to = pos, pos
		} else {
			l.from, l.to = min(l.from, pos), max(l.to, pos)
		}
	}
	pos := 1
	for i, n := range nodes {
		first := pos
		for _, in := range n.ins {
			refs(in, func(r int, _ bool) { touch(r, pos) })
			pos++
		}
		for r := range nregs {
			if at[i].in.has(r) {
				touch(r, first-1)
			}
			if at[i].out.has(r) {
				touch(r, pos)
			}
		}
		pos++
	}
	return live
}

// allocate gives every register a slot of its class, so that a warp's registers
// stay few and near each other: linear scan (Poletto & Sarkar, 1999) without
// spilling. A result never shares its slot with an operand of its instruction.
func allocate(live []lifetime, class func(reg int) int) (slot []int, count [3]int) {
	slot = make([]int, len(live))
	order := make([]lifetime, 0, len(live))
	for _, l := range live {
		if l.from >= 0 {
			order = append(order, l)
		}
	}
	sort.Slice(order, func(i, j int) bool {
		if order[i].from != order[j].from {
			return order[i].from < order[j].from
		}
		return order[i].reg < order[j].reg
	})
	var ends [3][]int // by class and slot: the last position at which it is taken
	for _, l := range order {
		c := class(l.reg)
		s := -1
		for i, end := range ends[c] {
			if end < l.from {
				s = i
				break
			}
		}
		if s < 0 {
			s = len(ends[c])
			ends[c] = append(ends[c], 0)
		}
		ends[c][s] = l.to
		slot[l.reg] = s
	}
	for c := range ends {
		count[c] = len(ends[c])
	}
	return slot, count
}

// uninitialized returns the registers that may be read before they are written. Only
// these are followed while a kernel runs.
func uninitialized(nodes []*node, nregs int) bitset {
	out := newBitset(nregs)
	after := make([]bitset, len(nodes)) // nil: not reached yet
	walk := func(i int, note bool) bitset {
		n := nodes[i]
		var set bitset
		if i == 0 {
			set = newBitset(nregs)
		}
		for _, p := range n.pred {
			switch {
			case after[p] == nil || i == 0:
			case set == nil:
				set = append(bitset(nil), after[p]...)
			default:
				for j := range set {
					set[j] &= after[p][j]
				}
			}
		}
		if set == nil {
			return nil
		}
		for _, in := range n.ins {
			refs(in, func(r int, write bool) {
				if note && !write && !set.has(r) {
					out.add(r)
				}
			})
			if in.Guard >= 0 {
				continue
			}
			if plainMove(in) && !set.has(in.Args[1].Reg) {
				set.remove(in.Args[0].Reg)
				continue
			}
			refs(in, func(r int, write bool) {
				if write {
					set.add(r)
				}
			})
		}
		return set
	}
	for changed := true; changed; {
		changed = false
		for i := range nodes {
			set := walk(i, false)
			if set == nil {
				continue
			}
			if after[i] == nil {
				after[i], changed = set, true
				continue
			}
			for j := range set {
				if set[j] != after[i][j] {
					after[i], changed = set, true
					break
				}
			}
		}
	}
	for i := range nodes {
		if after[i] != nil {
			walk(i, true)
		}
	}
	return out
}
