package machine

import (
	"encoding/binary"
	"maps"
	"slices"
	"unsafe"

	"hybrid/solvers/model/ir"
)

// A frame is what stands around the body of a loop: the registers of pointers, the scratch
// area and the constants.
type frame struct {
	*choice
	pointers int        // the rows, the coordinates, the outputs
	register []register // by pointer: where it stays, none: in the scratch area
	place    []int      // by pointer: its place in the scratch area, -1: none

	scratch  int   // bytes
	slots    []int // places of vectors that are free again
	spills   int   // places of vectors, all of them
	uniform  map[int]int
	constant map[uint64]int
	data     [][]byte
}

// The registers of a frame. The counter is rax.
const (
	scratchBase = rsi
	argsBase    = rdi // until all of them are read
	tableBase   = rcx // of what is read of them, until all is
)

// forPointers are registers for pointers. The last three are for rows alone, which are read last of
// all arguments. Where registers do not suffice, the last two are for pointers that are read again and again.
var forPointers = []register{rbx, r8, r9, r10, r11, r12, r13, r14, r15, rdi, rdx, rcx}

func newFrame(c *choice) *frame {
	f := &frame{choice: c, pointers: len(c.p.Rows) + 1 + c.outs, uniform: map[int]int{}, constant: map[uint64]int{}}
	uses := make([]int, f.pointers)
	for _, s := range c.steps {
		for _, v := range s.args {
			if v := &c.values[v]; v.origin == loaded {
				uses[v.index]++
			}
		}
		if s.verb == put {
			uses[f.outputPointer(s.how)]++
		}
	}
	f.register = slices.Repeat([]register{noRegister}, f.pointers)
	f.place = slices.Repeat([]int{-1}, f.pointers)
	var order []int
	others := 0 // that are no rows
	for p, n := range uses {
		if n > 0 {
			order = append(order, p)
			if p >= len(c.p.Rows) {
				others++
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return uses[b] - uses[a] })
	have := forPointers
	switch {
	case f.arm:
		have = armPointers
	case others > 9:
		have = have[:9]
	case len(order) > len(have):
		have = have[:10]
	}
	n := min(len(order), len(have))
	for _, p := range order[n:] {
		f.place[p] = f.grow(8)
	}
	slices.Sort(order[:n])
	slices.Reverse(order[:n]) // rows are last
	for i, p := range order[:n] {
		f.register[p] = have[i]
	}
	return f
}

func (f *frame) outputPointer(n int) int { return len(f.p.Rows) + 1 + n }

// grow gives out bytes of the scratch area; those of vectors come in whole ones.
func (f *frame) grow(bytes int) int {
	at := (f.scratch + bytes - 1) / bytes * bytes
	f.scratch = at + bytes
	return at
}

func (f *frame) newSlot() int {
	if n := len(f.slots); n > 0 {
		s := f.slots[n-1]
		f.slots = f.slots[:n-1]
		return s
	}
	f.spills++
	return f.grow(f.bytes())
}

func (f *frame) oldSlot(s int) { f.slots = append(f.slots, s) }

func (f *frame) scratchAt(place int) *memory {
	base := scratchBase
	if f.arm {
		base = armScratch
	}
	return &memory{base: base, index: noRegister, disp: int32(place)}
}

// uniformPlace is where in the scratch area a uniform lies, in all lanes.
func (f *frame) uniformPlace(n int) int {
	at, ok := f.uniform[n]
	if !ok {
		at = f.grow(f.bytes())
		f.uniform[n] = at
	}
	return at
}

// constantMemory is where a constant lies: a whole vector, with AVX-512 one element.
func (f *frame) constantMemory(bits uint64) *memory {
	n, ok := f.constant[bits]
	if !ok {
		var b []byte
		if b = binary.LittleEndian.AppendUint64(nil, bits)[:f.size()]; !f.wide {
			b = slices.Repeat(b, f.lanes())
		}
		n = len(f.data)
		f.data = append(f.data, b)
		f.constant[bits] = n
	}
	return &memory{base: noRegister, constant: n, spread: f.wide}
}

// address is where a value lies.
func (a *allocator) address(v int) *memory {
	if s := a.slot[v]; s >= 0 {
		return a.frame.scratchAt(s)
	}
	switch v := &a.values[v]; v.origin {
	case constant:
		return a.frame.constantMemory(v.bits)
	case uniform:
		return a.frame.scratchAt(a.frame.uniformPlace(v.index))
	case loaded:
		return a.through(v.index, v.offset*a.size())
	}
	panic("machine: a value that is not in memory")
}

// output is where an output goes.
func (f *frame) output(n int, a *allocator) *memory { return a.through(f.outputPointer(n), 0) }

// through is memory that a pointer points to, at the counter.
func (a *allocator) through(pointer, disp int) *memory {
	if a.arm {
		return a.throughARM(pointer, disp)
	}
	r := a.frame.register[pointer]
	if r < 0 {
		two := forPointers[len(forPointers)-2:]
		n := slices.Index(a.pointers, pointer)
		if n < 0 {
			n = a.turn
			a.turn = 1 - a.turn
			a.pointers[n] = pointer
			a.emit(instruction{form: movLoad, r: two[n], mem: a.frame.scratchAt(a.frame.place[pointer])})
		}
		r = two[n]
	}
	return &memory{base: r, index: rax, disp: int32(disp)}
}

// prologue reads the arguments, and puts values into the registers that they stay in.
func (f *frame) prologue(pinned map[int]register) []instruction {
	var out []instruction
	emit := func(i instruction) { out = append(out, i) }
	arg := func(to register, offset uintptr) {
		emit(instruction{form: movLoad, r: to, mem: &memory{base: argsBase, index: noRegister, disp: int32(offset)}})
	}
	entry := func(n int) *memory { return &memory{base: tableBase, index: noRegister, disp: int32(8 * n)} }

	var values []int // pinned, in the order of their registers
	for v := range pinned {
		values = append(values, v)
	}
	slices.SortFunc(values, func(a, b int) int { return int(pinned[b] - pinned[a]) })
	if f.arm {
		return f.prologueARM(values, pinned)
	}
	places := f.uniformsInScratch()
	if len(places) > 0 || slices.ContainsFunc(values, func(v int) bool { return f.values[v].origin == uniform }) {
		arg(tableBase, unsafe.Offsetof(ir.Args{}.Uniforms))
	}
	for _, n := range places {
		emit(instruction{form: f.spread(), mem: entry(n)})
		emit(instruction{form: f.store(), mem: f.scratchAt(f.uniform[n])})
	}
	for _, v := range values {
		i := instruction{form: f.spread(), r: pinned[v]}
		if value := &f.values[v]; value.origin == uniform {
			i.mem = entry(value.index)
		} else if i.mem = f.constantMemory(value.bits); f.wide {
			i.mem.spread = false
		} else {
			i.form = f.load()
		}
		emit(i)
	}

	arg(rax, unsafe.Offsetof(ir.Args{}.N))
	shift := 3
	if f.typ == ir.F32 {
		shift = 2
	}
	emit(instruction{form: shiftLeft, r: noRegister, m: rax, imm: int32(shift)})
	emit(instruction{form: negate, r: noRegister, m: rax})
	emit(addTo(rax, f.bytes()))
	toPlace := func(p int, r register) {
		emit(instruction{form: subtract, m: r, r: rax})
		if f.place[p] >= 0 {
			emit(instruction{form: movStore, r: r, mem: f.scratchAt(f.place[p])})
		}
	}
	in := func(p int) register {
		if f.place[p] >= 0 {
			return rdx
		}
		return f.register[p]
	}
	rows := len(f.p.Rows)
	if p := rows; in(p) >= 0 {
		arg(in(p), unsafe.Offsetof(ir.Args{}.X))
		toPlace(p, in(p))
	}
	arg(tableBase, unsafe.Offsetof(ir.Args{}.Out))
	for n := range f.outs {
		p := f.outputPointer(n)
		emit(instruction{form: movLoad, r: in(p), mem: entry(n)})
		toPlace(p, in(p))
	}
	// Registers that are read until here come last.
	var order []int
	for p := range rows {
		if in(p) >= 0 {
			order = append(order, p)
		}
	}
	late := func(p int) int {
		if f.place[p] >= 0 {
			return -1
		}
		return slices.Index([]register{rdi, rdx, rcx}, in(p))
	}
	slices.SortStableFunc(order, func(a, b int) int { return late(a) - late(b) })
	if len(order) > 0 {
		arg(tableBase, unsafe.Offsetof(ir.Args{}.In))
	}
	for _, p := range order {
		emit(instruction{form: movLoad, r: in(p), mem: entry(p)})
		toPlace(p, in(p))
	}
	return out
}

// uniformsInScratch are the uniforms that the scratch area has.
func (f *frame) uniformsInScratch() []int { return slices.Sorted(maps.Keys(f.uniform)) }

// addTo adds a number of bytes.
func addTo(r register, bytes int) instruction {
	if bytes == 128 { // what one byte with a sign holds is -128
		return instruction{form: subByte, r: noRegister, m: r, imm: -128}
	}
	return instruction{form: addByte, r: noRegister, m: r, imm: int32(bytes)}
}
