package ptxsim

import (
	"math/bits"
)

func firstLane(mask uint32) int { return bits.TrailingZeros32(mask) }

// has asks for a modifier.
func (c *compiler) has(name string) bool {
	for i, m := range c.in.mods {
		if m == name && c.used>>i&1 == 0 {
			c.used |= 1 << i
			return true
		}
	}
	return false
}

func (c *compiler) must(name string) {
	if !c.has(name) {
		c.fail("%s without .%s is not understood", c.in.op, name)
	}
}

// one asks for one of several modifiers and returns "" where there is none.
func (c *compiler) one(names ...string) string {
	for _, n := range names {
		if c.has(n) {
			return n
		}
	}
	return ""
}

// typ takes the next modifier that is a type.
func (c *compiler) typ() typ {
	for i, m := range c.in.mods {
		if c.used>>i&1 == 0 {
			if t, ok := parseType(m); ok {
				c.used |= 1 << i
				return t
			}
		}
	}
	c.fail("%s without a type", c.in.op)
	return typ{}
}

// args checks the number of operands.
func (c *compiler) args(lo, hi int) []operand {
	if n := len(c.in.args); n < lo || n > hi {
		c.fail("%s with %d operands", c.in.op, n)
	}
	return c.in.args
}

func (c *compiler) unsupported(t typ) op {
	c.fail("%s of type %s is not understood", c.in.op, t)
	return nil
}

// entry appends to the pointer table.
func (c *compiler) entry(s slot) int {
	c.k.table = append(c.k.table, s)
	return len(c.k.table) - 1
}

// reg is the pointer slot of a register that is no predicate.
func (c *compiler) reg(r int) int {
	switch c.class(r) {
	case class32:
		return c.slots[r]
	case class64:
		return c.k.n32 + c.slots[r]
	}
	c.fail("predicate %s where a number is wanted", c.regs[r].name)
	return 0
}

// width checks that an operand is a register of bits, or no register.
func (c *compiler) width(o operand, bits int) {
	if o.kind == opReg && c.regs[o.reg].typ.bits != bits {
		c.fail("register %s of %d bits where %s wants %d", c.regs[o.reg].name, c.regs[o.reg].typ.bits, c.in.op, bits)
	}
}

// src is the pointer slot of a source operand of type t.
func (c *compiler) src(o operand, t typ) int {
	c.width(o, t.bits)
	return c.wide(o, t)
}

// wide is src for instructions whose registers may be wider than the type.
func (c *compiler) wide(o operand, t typ) int {
	if o.neg {
		c.fail("%s does not take a negated operand", c.in.op)
	}
	switch o.kind {
	case opReg:
		return c.reg(o.reg)
	case opInt, opFloat32, opFloat64:
		v, ok := literal(o, t)
		if !ok {
			c.fail("literal does not fit type %s of %s", t, c.in.op)
		}
		return c.constant(v, t.bits)
	case opSymbol:
		return c.address(o.at, t.bits)
	case opSpecial:
		if n := specialBits(o.sym); n != t.bits || ticking(o.sym) {
			c.fail("%s cannot be an operand of type %s of %s", o.sym, t, c.in.op)
		}
		return c.special(o.sym)
	}
	c.fail("operand of %s is no register, number or variable", c.in.op)
	return 0
}

// constant is the pointer slot of 32 copies of v.
func (c *compiler) constant(v uint64, bits int) int {
	if bits < 64 {
		v &= 1<<bits - 1
	}
	narrow := bits <= 32
	key := v
	if narrow {
		if bits == 16 {
			v |= v<<16 | v<<32 | v<<48
		} else {
			v |= v << 32
		}
		key = v
	}
	if i, ok := c.consts[key]; ok {
		return i
	}
	value := new([32]uint64)
	for i := range value {
		value[i] = v
	}
	i := c.entry(slot{kind: slotConst, value: value})
	c.consts[key] = i
	return i
}

// address is the pointer slot of a variable's address in its state space.
func (c *compiler) address(p place, bits int) int {
	switch p.space {
	case "global":
		if bits != 64 {
			c.fail("the address of a global variable has 64 bits")
		}
		return c.entry(slot{kind: slotGlobal, index: p.offset})
	case "dynamic":
		if bits == 64 || bits == 32 {
			return c.entry(slot{kind: slotDynamic, index: p.offset, narrow: bits == 32})
		}
	}
	return c.constant(uint64(p.offset), bits)
}

func (c *compiler) special(name string) int {
	if i, ok := c.named[name]; ok {
		return i
	}
	i := c.entry(slot{kind: slotSpecial, name: name})
	c.named[name] = i
	return i
}

// dst is the pointer slot of a result of type t.
func (c *compiler) dst(o operand, t typ) int {
	if o.kind == opSink {
		return c.entry(slot{kind: slotJunk})
	}
	if o.kind != opReg || o.neg {
		c.fail("result of %s is no register", c.in.op)
	}
	c.width(o, t.bits)
	return c.reg(o.reg)
}

// regBits is the width of a result that may be wider than the type.
func (c *compiler) regBits(o operand, atLeast int) int {
	if o.kind == opSink {
		return max(atLeast, 16)
	}
	if o.kind != opReg {
		c.fail("operand of %s is no register", c.in.op)
	}
	n := c.regs[o.reg].typ.bits
	if n < atLeast {
		c.fail("register %s of %d bits where %s wants %d", c.regs[o.reg].name, n, c.in.op, atLeast)
	}
	return n
}

func (c *compiler) predReg(r int) int {
	if c.class(r) != classPred {
		c.fail("%s is no predicate", c.regs[r].name)
	}
	return c.slots[r] + predFirst
}

// pred is the slot of a predicate operand, and what flips it.
func (c *compiler) pred(o operand) (slot int, flip uint32) {
	if o.neg {
		flip = full
	}
	switch o.kind {
	case opReg:
		return c.predReg(o.reg), flip
	case opInt:
		if o.imm != 0 {
			return predTrue, flip
		}
		return predFalse, flip
	}
	c.fail("operand of %s is no predicate", c.in.op)
	return 0, 0
}

// predDst is the slot of a predicate result, -1 for none.
func (c *compiler) predDst(o operand) int {
	if o.kind == opSink {
		return -1
	}
	if o.kind != opReg || o.neg {
		c.fail("result of %s is no predicate", c.in.op)
	}
	return c.predReg(o.reg)
}

// setPred writes the lanes of mask.
func (w *warp) setPred(p int, v uint32) { w.pred[p] = w.pred[p]&^w.mask | v&w.mask }
