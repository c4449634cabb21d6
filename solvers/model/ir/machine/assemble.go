package machine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hybrid/simd"
	"hybrid/solvers/model/ir"
)

// An Object is the machine code of a program.
type Object struct {
	target
	rows, outs int
	scratch    int // bytes that a call needs, aligned to 64
	spills     int // vectors among them that registers have no room for
	loop       int // the instruction that it begins with
	copies     int // vectors that a turn of it makes
	text       []byte
	at         []int
	code       *code
}

// Assemble makes the code of a program for AVX2 with FMA, for AVX-512 or for NEON, on any machine.
func Assemble(p *ir.Program, isa simd.ISA) (*Object, error) {
	t, err := targetOf(p, isa)
	if err != nil {
		return nil, err
	}
	return assemble(p, t)
}

// targetOf is what Assemble makes code for.
func targetOf(p *ir.Program, isa simd.ISA) (target, error) {
	if isa != simd.AVX2 && isa != simd.AVX512 && isa != simd.NEON {
		return target{}, fmt.Errorf("machine: no code for instruction set %v, want %v, %v or %v", isa, simd.AVX2, simd.AVX512, simd.NEON)
	}
	return target{wide: isa == simd.AVX512, arm: isa == simd.NEON, whole: isa == simd.AVX512 && amd(), typ: p.Type}, nil
}

func assemble(p *ir.Program, t target) (*Object, error) {
	c := choose(p, t)
	best := c.best()
	out := &Object{target: c.target, rows: len(p.Rows), outs: len(p.Outs), scratch: best.frame.scratch, spills: best.frame.spills, copies: 1}
	head := best.frame.prologue(best.pinned)
	if c.arm && (out.scratch > 65520 || len(p.Uniforms) > 511) {
		return nil, fmt.Errorf("machine: %w: a program of %d steps is more than instructions of arm64 reach", ErrUnavailable, len(c.steps))
	}
	again := len(head)
	head = append(head, best.begin()...)
	out.loop = len(head)
	body := append(head, best.out...)
	body = append(body, c.turn(len(body), out.loop, again)...)
	out.code = &code{target: c.target, instructions: body, constants: best.frame.data}
	_, at := out.code.encode()
	out.code.offset = -at[out.loop] & 63
	out.text, out.at = out.code.encode()
	return out, nil
}

// turn is the end of the loop, from instruction at on; it begins at loop, or where the next vector is not the one behind the
// last at again.
func (t target) turn(at, loop, again int) []instruction {
	jump := func(f form, to int) instruction { return instruction{form: f, r: noRegister, target: to} }
	if t.arm {
		return []instruction{
			armImmediate("adds", armCounter, armCounter, t.bytes()), jump(armJumpLE, loop),
			armImmediate("cmp", 0, armCounter, t.bytes()), jump(armJumpEQ, at+6),
			{form: armZero, r: armCounter}, jump(armJump, again),
			{form: armRet},
		}
	}
	return []instruction{
		addTo(rax, t.bytes()), jump(jumpLE, loop),
		{form: cmpByte, r: noRegister, m: rax, imm: int32(t.bytes())}, jump(jumpE, at+6),
		{form: clear, r: rax, m: rax}, jump(jumpTo, again),
		{form: zeroUpper}, {form: ret},
	}
}

// best is the cheapest of a few ways to order the steps and to share the registers between values
// of the loop, those from outside and those that turns hand on.
func (c *choice) best() *allocator {
	var best *allocator
	handed := [][]int{nil}
	if carried := c.carried(); len(carried) > 0 {
		handed = append(handed, carried)
	}
	for _, steps := range c.orders()[:2] {
		for _, carried := range handed {
			room := c.registers() - c.alive(steps) - len(carried)
			if len(carried) > 0 && room < 4 {
				continue
			}
			for _, pins := range []int{room - 1, room - 3, room - 6, 0} {
				a := c.allocate(c.withCarries(steps, carried), pins, carried)
				if best == nil || a.cost() < best.cost() {
					best = a
				}
				if pins <= 0 {
					break
				}
			}
		}
	}
	return best
}

// cost is for comparison only: instructions, and half of one for each that reads memory. Where the loop reads whole vectors reads are
// what it waits for, and moves between registers, which AMD's processors do by other names, are half of one.
func (a *allocator) cost() int {
	if a.whole {
		return 2*(len(a.out)+a.reads) - a.carries
	}
	return 2*len(a.out) + a.reads
}

// allocate makes the body of the loop, with at most so many values from outside in registers
// for good, and some that turns hand on.
func (c *choice) allocate(steps []step, pins int, carried []int) *allocator {
	a := &allocator{choice: c, steps: steps, carried: carried, frame: newFrame(c), pinned: map[int]register{}, pointers: []int{-1, -1, -1, -1}}
	a.uses = make([][]int, len(c.values))
	for i, s := range steps {
		for _, v := range s.args {
			a.uses[v] = append(a.uses[v], i)
		}
	}
	a.in = slices.Repeat([]register{noRegister}, len(c.values))
	a.slot = slices.Repeat([]int{-1}, len(c.values))
	a.banks = [2]bank{slices.Repeat(bank{-1}, c.registers()), slices.Repeat(bank{-1}, 8)}
	a.banks[1][0] = -2 // k0 means that there is no mask
	a.pin(pins)
	for i, s := range steps {
		a.at = i
		a.do(s)
		a.releaseSlots(s.args)
	}
	return a
}

// pin gives the most used constants and uniforms, and what turns hand on, registers for good, from the last down.
func (a *allocator) pin(most int) {
	var from []int
	for v := range a.values {
		if o := a.values[v].origin; (o == constant || o == uniform) && len(a.uses[v]) > 0 {
			from = append(from, v)
		}
	}
	slices.SortStableFunc(from, func(x, y int) int { return cmp.Compare(len(a.uses[y]), len(a.uses[x])) })
	r := register(a.registers())
	keep := func(v int) {
		r--
		a.in[v] = r
		a.banks[0][r] = -2
	}
	for _, v := range from[:max(0, min(most, len(from), a.registers()-len(a.carried)-4))] {
		keep(v)
		a.pinned[v] = r
	}
	for _, v := range a.carried {
		keep(v)
	}
}

// Code is the instructions and the constants behind them.
func (c *Object) Code() []byte {
	out := slices.Clone(c.text)
	if len(c.code.constants) > 0 {
		out = append(out, make([]byte, c.code.data(len(out))-len(out))...)
	}
	for _, b := range c.code.constants {
		out = append(out, b...)
	}
	return out
}

// String lists the code: address, bytes and instruction, in Intel's syntax.
func (c *Object) String() string {
	var b strings.Builder
	for i := range c.code.instructions {
		at, next := c.at[i], c.at[i+1]
		fmt.Fprintf(&b, "%4x: %-24x %s\n", at, c.text[at:next], c.code.instructions[i].text(c.code, c.at, next))
	}
	at := c.code.data(len(c.text))
	for _, k := range c.code.constants {
		var bits uint64
		for i, x := range k[:c.size()] {
			bits |= uint64(x) << (8 * i)
		}
		fmt.Fprintf(&b, "%4x: %-24x ; %v\n", at, k[:c.size()], c.typ.Float(bits))
		at += len(k)
	}
	return b.String()
}
