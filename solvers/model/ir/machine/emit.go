package machine

// do emits the instructions of a step.
func (a *allocator) do(s step) {
	a.locked = s.args
	if a.arm {
		a.doARM(s)
		return
	}
	switch s.verb {
	case put:
		r := a.load(s.args[0])
		a.emit(instruction{form: a.store(), r: r, mem: a.frame.output(s.how, a)})
		a.release(s.args)
	case carry:
		r := a.load(s.args[0])
		a.emit(instruction{form: a.move(), r: a.in[s.how], m: r})
		a.carries++
		a.release(s.args)
	case fma:
		a.fused(s)
	case compare:
		a.compareStep(s)
	case blend:
		p := a.fold(s.args, 2)
		a.finish(s, instruction{form: a.choice.blend(), v: a.in[s.args[1]], mask: a.in[s.args[0]]}, 2, p)
	case sqrt:
		p := a.fold(s.args, 0)
		a.finish(s, instruction{form: a.float("vsqrt", "rm", 0x51)}, 0, p)
	case floor:
		p := a.fold(s.args, 0)
		a.finish(s, instruction{form: a.choice.floor(), imm: 9}, 0, p)
	case shiftL, shiftR:
		a.fold(s.args)
		f := a.shift("vpsll", 6)
		if s.verb == shiftR {
			f = a.shift("vpsrl", 2)
		}
		a.shifted(s, f)
	case align:
		p := a.fold(s.args, 1)
		a.finish(s, instruction{form: a.choice.align(), v: a.in[s.args[0]], imm: int32(s.how)}, 1, p)
	case maskNOT:
		a.fold(s.args)
		a.finish(s, instruction{form: maskNot}, 0, -1)
	case maskMake:
		a.fold(s.args)
		a.finish(s, instruction{form: a.maskOf()}, 0, -1)
	default:
		a.binary(s)
	}
}

// binary emits a step of two operands.
func (a *allocator) binary(s step) {
	f, commutes := a.binaryForm(s.verb)
	places := []int{1}
	switch {
	case f.class == ofMasks:
		places = nil
	case commutes:
		places = []int{0, 1}
	}
	p := a.fold(s.args, places...)
	first, second := 0, 1
	if p == 0 {
		first, second = 1, 0
	}
	a.finish(s, instruction{form: f, v: a.in[s.args[first]]}, second, p)
}

// binaryForm is the form of a verb with two operands, and whether they may be exchanged.
// vminpd and vmaxpd are a < b ? a : b and a > b ? a : b, with zeros and NaN too.
func (t target) binaryForm(v verb) (form, bool) {
	switch v {
	case add:
		return t.float("vadd", "rvm", 0x58), true
	case sub:
		return t.float("vsub", "rvm", 0x5c), false
	case mul:
		return t.float("vmul", "rvm", 0x59), true
	case div:
		return t.float("vdiv", "rvm", 0x5e), false
	case least:
		return t.float("vmin", "rvm", 0x5d), false
	case most:
		return t.float("vmax", "rvm", 0x5f), false
	case and:
		return t.float("vand", "rvm", 0x54), true
	case andNot:
		return t.float("vandn", "rvm", 0x55), false
	case or:
		return t.float("vor", "rvm", 0x56), true
	case xor:
		return t.float("vxor", "rvm", 0x57), true
	case intAdd:
		return t.integer("vpadd", "rvm", 0xfe, 0xd4), true
	case intSub:
		return t.integer("vpsub", "rvm", 0xfa, 0xfb), false
	case intAnd:
		return t.logic("vpand", 0xdb), true
	case intOr:
		return t.logic("vpor", 0xeb), true
	case intXor:
		return t.logic("vpxor", 0xef), true
	case maskAND:
		return maskAnd, true
	case maskANDNOT:
		return maskAndNot, false
	case maskOR:
		return maskOr, true
	}
	panic("machine: no instruction for a step")
}

// finish emits the instruction of a step, whose last operand is that at place last of args, read
// from memory where that is folded.
func (a *allocator) finish(s step, i instruction, last, folded int) {
	if folded == last {
		i.mem = a.address(s.args[last])
	} else {
		i.m = a.in[s.args[last]]
	}
	a.release(s.args)
	i.r = a.free(s.to)
	a.hold(i.r, s.to)
	a.emit(i)
}

// shifted emits a shift, whose result is in the place of VEX.vvvv.
func (a *allocator) shifted(s step, f form) {
	i := instruction{form: f, r: noRegister, m: a.in[s.args[0]], imm: int32(s.how)}
	a.release(s.args)
	i.v = a.free(s.to)
	a.hold(i.v, s.to)
	a.emit(i)
}

// compareStep emits a comparison; of an exchanged one the operands are b and a.
func (a *allocator) compareStep(s step) {
	p := a.fold(s.args, 0, 1)
	first, second, predicate := 0, 1, s.how
	if p == 0 {
		first, second, predicate = 1, 0, exchanged[s.how]
	}
	a.finish(s, instruction{form: a.choice.compare(), v: a.in[s.args[first]], imm: int32(predicate)}, second, p)
}

// fused emits x*y + z with signs. The instruction writes over one of its operands: one
// that is not needed again, or a copy.
func (a *allocator) fused(s step) {
	args := [3]int{s.args[0], s.args[1], s.args[2]}
	folded := a.fold(s.args, 2, 0, 1)
	if folded == 0 { // the operands of the product may be exchanged
		args[0], args[1], folded = args[1], args[0], 1
	}
	over, to := -1, noRegister
	for _, n := range []int{2, 0, 1} {
		v := args[n]
		if r := a.in[v]; n != folded && !a.again(v) && a.banks[0][r] == v {
			over, to = n, r
			break
		}
	}
	var regs [3]register
	for n, v := range args {
		regs[n] = a.in[v]
	}
	if over < 0 {
		to = a.free(s.to)
		if over = 2; folded >= 0 {
			over = folded
			a.loadInto(to, args[folded])
			folded = -1
		} else {
			a.emit(instruction{form: a.move(), r: to, m: regs[2]})
		}
	}
	order, v, last := "213", 1-over, 2 // to = v*to + last
	switch {
	case over == 2:
		order, v, last = "231", 0, 1 // to = v*last + to
	case folded == 1:
		order, v, last = "132", 2, 1 // to = to*last + v
	}
	i := instruction{form: a.choice.fused(order, s.how), r: to, v: regs[v], m: regs[last]}
	if folded >= 0 {
		i.mem = a.address(args[folded])
	}
	a.release(s.args)
	a.hold(to, s.to)
	a.emit(i)
}
