package ptxsim

import (
	"math/bits"

	"hybrid/gpu/ptx"
)

func firstLane(mask uint32) int { return bits.TrailingZeros32(mask) }

// has asks for a modifier.
func (c *compiler) has(name string) bool {
	for i, m := range c.in.Modifiers {
		if m == name && c.used>>i&1 == 0 {
			c.used |= 1 << i
			return true
		}
	}
	return false
}

func (c *compiler) must(name string) {
	if !c.has(name) {
		c.fail("%s without .%s is not understood", c.in.Op, name)
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

// space asks for a state space, one of names, and returns "" where there is none. The
// shared memory of the block has two names.
func (c *compiler) space(names ...string) string {
	s := c.one(append(names, "shared::cta")...)
	if s == "shared::cta" {
		s = "shared"
	}
	return s
}

// typ takes the next modifier that is a type.
func (c *compiler) typ() ptx.Type {
	for i, m := range c.in.Modifiers {
		if c.used>>i&1 == 0 {
			if t, ok := ptx.ParseType(m); ok {
				c.used |= 1 << i
				if t.Bits > 64 {
					c.unsupported(t)
				}
				return t
			}
		}
	}
	c.fail("%s without a type", c.in.Op)
	return ptx.Type{}
}

// args checks the number of operands.
func (c *compiler) args(lo, hi int) []ptx.Operand {
	if n := len(c.in.Args); n < lo || n > hi {
		c.fail("%s with %d operands", c.in.Op, n)
	}
	return c.in.Args
}

func (c *compiler) unsupported(t ptx.Type) op {
	c.fail("%s of type %s is not understood", c.in.Op, t)
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
	c.fail("predicate %s where a number is wanted", c.regs[r].Name)
	return 0
}

// width checks that an operand is a register of bits, or no register.
func (c *compiler) width(o ptx.Operand, bits int) {
	if o.Kind == ptx.Reg && c.regs[o.Reg].Type.Bits != bits {
		c.fail("register %s of %d bits where %s wants %d", c.regs[o.Reg].Name, c.regs[o.Reg].Type.Bits, c.in.Op, bits)
	}
}

// src is the pointer slot of a source operand of type t.
func (c *compiler) src(o ptx.Operand, t ptx.Type) int {
	c.width(o, t.Bits)
	return c.wide(o, t)
}

// wide is src for instructions whose registers may be wider than the type.
func (c *compiler) wide(o ptx.Operand, t ptx.Type) int {
	if o.Negated {
		c.fail("%s does not take a negated operand", c.in.Op)
	}
	switch o.Kind {
	case ptx.Reg:
		return c.reg(o.Reg)
	case ptx.Int, ptx.Float32, ptx.Float64:
		v, ok := o.Literal(t)
		if !ok {
			c.fail("literal does not fit type %s of %s", t, c.in.Op)
		}
		return c.constant(v, t.Bits)
	case ptx.Symbol:
		return c.address(c.place(o), t.Bits)
	case ptx.Special:
		if n := ptx.SpecialBits(o.Name); n != t.Bits || ticking(o.Name) {
			c.fail("%s cannot be an operand of type %s of %s", o.Name, t, c.in.Op)
		}
		return c.special(o.Name)
	}
	c.fail("operand of %s is no register, number or variable", c.in.Op)
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
func (c *compiler) dst(o ptx.Operand, t ptx.Type) int {
	if o.Kind == ptx.Sink {
		return c.entry(slot{kind: slotJunk})
	}
	if o.Kind != ptx.Reg || o.Negated {
		c.fail("result of %s is no register", c.in.Op)
	}
	c.width(o, t.Bits)
	return c.reg(o.Reg)
}

// regBits is the width of a result that may be wider than the type.
func (c *compiler) regBits(o ptx.Operand, atLeast int) int {
	if o.Kind == ptx.Sink {
		return max(atLeast, 16)
	}
	if o.Kind != ptx.Reg {
		c.fail("operand of %s is no register", c.in.Op)
	}
	n := c.regs[o.Reg].Type.Bits
	if n < atLeast {
		c.fail("register %s of %d bits where %s wants %d", c.regs[o.Reg].Name, n, c.in.Op, atLeast)
	}
	return n
}

func (c *compiler) predReg(r int) int {
	if c.class(r) != classPred {
		c.fail("%s is no predicate", c.regs[r].Name)
	}
	return c.slots[r] + predFirst
}

// pred is the slot of a predicate operand, and what flips it.
func (c *compiler) pred(o ptx.Operand) (slot int, flip uint32) {
	if o.Negated {
		flip = full
	}
	switch o.Kind {
	case ptx.Reg:
		return c.predReg(o.Reg), flip
	case ptx.Int:
		if o.Bits != 0 {
			return predTrue, flip
		}
		return predFalse, flip
	}
	c.fail("operand of %s is no predicate", c.in.Op)
	return 0, 0
}

// predDst is the slot of a predicate result, -1 for none.
func (c *compiler) predDst(o ptx.Operand) int {
	if o.Kind == ptx.Sink {
		return -1
	}
	if o.Kind != ptx.Reg || o.Negated {
		c.fail("result of %s is no predicate", c.in.Op)
	}
	return c.predReg(o.Reg)
}

// setPred writes the lanes of mask, if there is a result.
func (w *warp) setPred(p int, v uint32) {
	if p >= 0 {
		w.pred[p] = w.pred[p]&^w.mask | v&w.mask
	}
}
