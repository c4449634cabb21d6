package machine

import "slices"

// An allocator gives registers to the values of a body of code, step by step: what is
// needed again latest makes room (Belady, 1966). Values from outside and spilled ones are
// read again from memory, by the instruction that uses them where it can.
type allocator struct {
	*choice
	steps    []step
	uses     [][]int
	in       []register       // by value: where it is
	slot     []int            // by value: in the scratch area, -1: none
	banks    [2]bank          // vector registers, k registers
	pinned   map[int]register // values that stay in registers
	carried  []int            // values that turns of the loop hand on
	carries  int              // instructions for that
	frame    *frame
	at       int // the step
	locked   []int
	out      []instruction
	reads    int   // instructions that read memory
	pointers []int // in the registers for those that are read again and again, -1: none
	turn     int   // the one of these to use next
}

// A bank is registers of a class, by number: the value in each, -1: free, -2: not given out.
type bank []int

// bankOf is the bank of a value.
func (a *allocator) bankOf(v int) bank {
	if a.values[v].mask {
		return a.banks[1]
	}
	return a.banks[0]
}

// next is the step that uses a value next, after this one.
func (a *allocator) next(v int) int {
	for _, u := range a.uses[v] {
		if u > a.at {
			return u
		}
	}
	return len(a.steps)
}

func (a *allocator) again(v int) bool { return a.next(v) < len(a.steps) }

// inMemory tells whether a value can be read from memory.
func (a *allocator) inMemory(v int) bool { return a.values[v].origin != made || a.slot[v] >= 0 }

// free is a register for v, from which another value has gone if it must.
func (a *allocator) free(v int) register {
	b := a.bankOf(v)
	if r := slices.Index(b, -1); r >= 0 {
		return register(r)
	}
	worst, most := -1, -1
	for r, o := range b {
		if o < 0 || slices.Contains(a.locked, o) {
			continue
		}
		distance := 2 * (a.next(o) - a.at)
		if a.inMemory(o) {
			distance = 3*distance + 1
		}
		if distance > most {
			worst, most = r, distance
		}
	}
	if worst < 0 {
		panic("machine: a step has more operands than there are registers")
	}
	a.evict(register(worst), b)
	return register(worst)
}

// evict takes a value out of a register.
func (a *allocator) evict(r register, b bank) {
	o := b[r]
	if !a.inMemory(o) {
		a.slot[o] = a.frame.newSlot()
		a.emit(instruction{form: a.storeForm(o), r: r, mem: a.frame.scratchAt(a.slot[o])})
	}
	b[r] = -1
	a.in[o] = noRegister
}

// hold says that a register has a value.
func (a *allocator) hold(r register, v int) {
	a.bankOf(v)[r] = v
	a.in[v] = r
}

// release gives back the registers of operands that are not needed again.
func (a *allocator) release(args []int) {
	for _, v := range args {
		if r, b := a.in[v], a.bankOf(v); r >= 0 && b[r] == v && !a.again(v) {
			b[r] = -1
			a.in[v] = noRegister
		}
	}
}

// releaseSlots gives back the places in memory of operands that are not needed again: after the step,
// for the value that its result puts out of a register must not go to where it still reads.
func (a *allocator) releaseSlots(args []int) {
	for _, v := range args {
		if s := a.slot[v]; s >= 0 && !a.again(v) {
			a.frame.oldSlot(s)
			a.slot[v] = -1
		}
	}
}

// load brings a value into a register.
func (a *allocator) load(v int) register {
	if r := a.in[v]; r >= 0 {
		return r
	}
	r := a.free(v)
	a.loadInto(r, v)
	a.hold(r, v)
	return r
}

func (a *allocator) loadInto(r register, v int) {
	f := a.choice.load()
	if a.values[v].mask {
		f = maskLoad
	}
	m := a.address(v)
	if m.spread {
		f = a.spread()
		m.spread = false
	}
	a.emit(instruction{form: f, r: r, mem: m})
}

func (a *allocator) storeForm(v int) form {
	if a.values[v].mask {
		return maskStore
	}
	return a.store()
}

func (a *allocator) emit(i instruction) {
	if i.mem != nil && i.args != "mr" {
		a.reads++
	}
	a.out = append(a.out, i)
}

// hasFree tells whether a vector register can be had without another read or write: it is free,
// or what is in it can be read again and is needed later than v.
func (a *allocator) hasFree(v int) bool {
	for _, o := range a.banks[0] {
		if o == -1 || o >= 0 && a.inMemory(o) && a.next(o) > a.next(v) && !slices.Contains(a.locked, o) {
			return true
		}
	}
	return false
}

// fold chooses, of operands that may be read by the instruction itself, the one to read so: its
// place in args, -1 none. All others are in registers afterwards.
func (a *allocator) fold(args []int, places ...int) int {
	folded := -1
	for _, p := range places {
		v := args[p]
		alone := slices.Index(args, v) == p && !slices.Contains(args[p+1:], v)
		if a.in[v] >= 0 || !a.inMemory(v) || a.values[v].mask || !alone {
			continue
		}
		if folded < 0 || a.again(args[folded]) && !a.again(v) {
			folded = p
		}
	}
	if folded >= 0 && a.again(args[folded]) && a.hasFree(args[folded]) {
		folded = -1
	}
	for p, v := range args {
		if p != folded {
			a.load(v)
		}
	}
	return folded
}
