package machine

import (
	"slices"
	"unsafe"

	"hybrid/solvers/model/ir"
)

// doARM emits the instructions of a step. No instruction but a load reads memory.
func (a *allocator) doARM(s step) {
	a.fold(s.args)
	var in [3]register
	for n, v := range s.args {
		in[n] = a.in[v]
	}
	switch s.verb {
	case put:
		a.emit(instruction{form: armStore, r: in[0], mem: a.through(a.frame.outputPointer(s.how), 0)})
		a.release(s.args)
	case sqrt:
		a.finishARM(s, instruction{form: a.armSqrt(), v: in[0]})
	case floor:
		a.finishARM(s, instruction{form: a.armFloor(), v: in[0]})
	case shiftL, shiftR:
		switch {
		case s.how >= a.typ.Width(): // no bit is left
			a.finishARM(s, instruction{form: a.armBinary(xor), v: in[0], m: in[0]})
		case s.how == 0:
			a.finishARM(s, instruction{form: armMove, v: in[0]})
		default:
			a.finishARM(s, instruction{form: a.armShift(s.verb == shiftL, s.how), v: in[0], imm: int32(s.how)})
		}
	case compare:
		f, v, m := a.armEqual(), in[0], in[1]
		switch s.how &^ 4 {
		case 0x11:
			f, v, m = a.armGreater(), m, v
		case 0x12:
			f, v, m = a.armNotLess(), m, v
		}
		a.finishARM(s, instruction{form: f, v: v, m: m})
		if to := a.in[s.to]; s.how&4 != 0 {
			a.emit(instruction{form: armNot, r: to, v: to})
		}
	case least, most:
		v, m := in[1], in[0] // m < v
		if s.verb == most {
			v, m = m, v
		}
		to := a.free(s.to)
		a.emit(instruction{form: a.armGreater(), r: to, v: v, m: m})
		a.emit(instruction{form: armBSL, r: to, v: in[0], m: in[1]})
		a.release(s.args)
		a.hold(to, s.to)
	case blend:
		a.blendARM(s, in)
	case fma:
		a.fusedARM(s, in)
	case andNot:
		a.finishARM(s, instruction{form: a.armBinary(andNot), v: in[1], m: in[0]})
	default:
		a.finishARM(s, instruction{form: a.armBinary(s.verb), v: in[0], m: in[1]})
	}
}

// finishARM emits the only instruction of a step, or the first.
func (a *allocator) finishARM(s step, i instruction) {
	a.release(s.args)
	i.r = a.free(s.to)
	a.hold(i.r, s.to)
	a.emit(i)
}

// dies tells whether an operand's register may be written over.
func (a *allocator) dies(v int) bool { return !a.again(v) && a.banks[0][a.in[v]] == v }

// blendARM emits a choice by the mask: over the mask, over what is where it is not set, or over what is where it is.
func (a *allocator) blendARM(s step, in [3]register) {
	i := instruction{form: armBSL, r: in[0], v: in[2], m: in[1]}
	switch {
	case a.dies(s.args[0]):
	case a.dies(s.args[1]):
		i = instruction{form: armBIT, r: in[1], v: in[2], m: in[0]}
	case a.dies(s.args[2]):
		i = instruction{form: armBIF, r: in[2], v: in[1], m: in[0]}
	default:
		i = instruction{form: armBIT, r: a.free(s.to), v: in[2], m: in[0]}
		a.emit(instruction{form: armMove, r: i.r, v: in[1]})
	}
	a.release(s.args)
	a.hold(i.r, s.to)
	a.emit(i)
}

// fusedARM emits x*y + z with signs, over z or a copy. With -z the copy has another sign: that of the result would
// be wrong where it is zero.
func (a *allocator) fusedARM(s step, in [3]register) {
	i := instruction{form: a.armFused(s.how & 1), r: in[2], v: in[0], m: in[1]}
	if s.how&2 != 0 || !a.dies(s.args[2]) {
		i.r = a.free(s.to)
		f := armMove
		if s.how&2 != 0 {
			f = a.armNegate()
		}
		a.emit(instruction{form: f, r: i.r, v: in[2]})
	}
	a.release(s.args)
	a.hold(i.r, s.to)
	a.emit(i)
}

// The general registers of arm64: x0 is the counter.
const (
	armCounter register = 0
	armArgs    register = 1
	armScratch register = 2
	armTable   register = 3
	armFar     register = 17
)

var (
	armPointers  = []register{8, 9, 10, 11, 12, 13, 14, 15, 16, 19, 20, 21, 22, 23, 24, 25, 26}
	armAddresses = []register{4, 5, 6, 7} // of rows, at the counter
)

// throughARM is memory that a pointer points to, at the counter.
func (a *allocator) throughARM(pointer, disp int) *memory {
	r := a.frame.register[pointer]
	n := slices.Index(a.pointers, pointer)
	if n < 0 && r >= 0 && disp == 0 {
		return &memory{base: r, index: armCounter}
	}
	if n < 0 {
		n = a.turn
		a.turn = (a.turn + 1) % len(armAddresses)
		a.pointers[n] = pointer
		to := armAddresses[n]
		if r < 0 {
			a.emit(instruction{form: armLoadX, r: to, mem: a.frame.scratchAt(a.frame.place[pointer])})
			r = to
		}
		a.emit(instruction{form: armAdd, r: to, v: r, m: armCounter})
	}
	m := &memory{base: armAddresses[n], index: noRegister, disp: int32(disp)}
	switch {
	case disp < -256:
		a.emit(armImmediate("sub", armFar, m.base, -disp))
		m.base, m.disp = armFar, 0
	case disp > 255:
		a.emit(armImmediate("add", armFar, m.base, disp))
		m.base, m.disp = armFar, 0
	}
	return m
}

// prologueARM is prologue for arm64.
func (f *frame) prologueARM(pinned []int, registers map[int]register) (out []instruction) {
	emit := func(i instruction) { out = append(out, i) }
	arg := func(to register, offset uintptr) {
		emit(instruction{form: armLoadX, r: to, mem: &memory{base: armArgs, index: noRegister, disp: int32(offset)}})
	}
	spread := func(to register, n int) {
		emit(armImmediate("add", armFar, armTable, 8*n))
		emit(instruction{form: f.armSpread(), r: to, mem: &memory{base: armFar, index: noRegister}})
	}
	arg(armTable, unsafe.Offsetof(ir.Args{}.Uniforms))
	for _, n := range f.uniformsInScratch() {
		spread(0, n)
		emit(instruction{form: armStore, r: 0, mem: f.scratchAt(f.uniform[n])})
	}
	for _, v := range pinned {
		if value := &f.values[v]; value.origin == uniform {
			spread(registers[v], value.index)
		} else {
			emit(instruction{form: armLoad, r: registers[v], mem: f.constantMemory(value.bits)})
		}
	}
	arg(armCounter, unsafe.Offsetof(ir.Args{}.N))
	shift := 3
	if f.typ == ir.F32 {
		shift = 2
	}
	emit(armImmediate("lsl", armCounter, armCounter, shift))
	emit(instruction{form: armNegX, r: armCounter, m: armCounter})
	emit(armImmediate("add", armCounter, armCounter, f.bytes()))
	table := uintptr(0)
	for p := range f.pointers {
		to := f.register[p]
		if to < 0 {
			to = armFar
		}
		if f.register[p] < 0 && f.place[p] < 0 {
			continue // it is not used
		}
		rows := len(f.p.Rows)
		offset, entry := unsafe.Offsetof(ir.Args{}.In), p
		if p > rows {
			offset, entry = unsafe.Offsetof(ir.Args{}.Out), p-rows-1
		}
		if p == rows {
			arg(to, unsafe.Offsetof(ir.Args{}.X))
		} else {
			if table != offset {
				arg(armTable, offset)
				table = offset
			}
			emit(instruction{form: armLoadX, r: to, mem: &memory{base: armTable, index: noRegister, disp: int32(8 * entry)}})
		}
		emit(instruction{form: armSub, r: to, v: to, m: armCounter})
		if f.place[p] >= 0 {
			emit(instruction{form: armStoreX, r: to, mem: f.scratchAt(f.place[p])})
		}
	}
	return out
}
