package machine

import (
	"encoding/binary"
	"fmt"
	"strings"

	"hybrid/solvers/model/ir"
)

// The forms of arm64. Their words have the operands r, v, m at bits 0, 5 and 16; immediates are in the word.

// armFloat is an operation on floats, by its word for four of 32 bits; of two of 64 one bit is set.
func (t target) armFloat(name, args string, word uint32) form {
	if t.typ == ir.F64 {
		word |= 1 << 22
	}
	return form{name: name, args: args, class: arm, word: word}
}

// armBits is an operation on the bits of whole vectors.
func armBits(name, args string, word uint32) form {
	return form{name: name, args: args, class: armBytes, word: word}
}

// armBinary is the form of a verb with two operands.
func (t target) armBinary(v verb) form {
	switch v {
	case add:
		return t.armFloat("fadd", "rvm", 0x4e20d400)
	case sub:
		return t.armFloat("fsub", "rvm", 0x4ea0d400)
	case mul:
		return t.armFloat("fmul", "rvm", 0x6e20dc00)
	case div:
		return t.armFloat("fdiv", "rvm", 0x6e20fc00)
	case and, intAnd:
		return armBits("and", "rvm", 0x4e201c00)
	case andNot:
		return armBits("bic", "rvm", 0x4e601c00)
	case or, intOr:
		return armBits("orr", "rvm", 0x4ea01c00)
	case xor, intXor:
		return armBits("eor", "rvm", 0x6e201c00)
	case intAdd:
		return t.armFloat("add", "rvm", 0x4ea08400)
	case intSub:
		return t.armFloat("sub", "rvm", 0x6ea08400)
	}
	panic("machine: no instruction for a step")
}

// armShift is the form of a shift, by less than the width of an element.
func (t target) armShift(left bool, n int) form {
	if left {
		return form{name: "shl", args: "rvi", class: arm, word: 0x4f005400 | uint32(t.typ.Width()+n)<<16}
	}
	return form{name: "ushr", args: "rvi", class: arm, word: 0x6f000400 | uint32(2*t.typ.Width()-n)<<16}
}

func (t target) armSqrt() form    { return t.armFloat("fsqrt", "rv", 0x6ea1f800) }
func (t target) armFloor() form   { return t.armFloat("frintm", "rv", 0x4e219800) }
func (t target) armNegate() form  { return t.armFloat("fneg", "rv", 0x6ea0f800) }
func (t target) armEqual() form   { return t.armFloat("fcmeq", "rvm", 0x4e20e400) }
func (t target) armGreater() form { return t.armFloat("fcmgt", "rvm", 0x6ea0e400) }
func (t target) armNotLess() form { return t.armFloat("fcmge", "rvm", 0x6e20e400) }

// armFused adds v*m to r, or takes it away.
func (t target) armFused(minus int) form {
	if minus == 1 {
		return t.armFloat("fmls", "rvm", 0x4ea0cc00)
	}
	return t.armFloat("fmla", "rvm", 0x4e20cc00)
}

// armSpread loads one element, for all lanes.
func (t target) armSpread() form {
	f := form{name: "ld1r", args: "rm", class: arm, word: 0x4d40c800}
	if t.typ == ir.F64 {
		f.word |= 1 << 10
	}
	return f
}

var (
	armMove  = armBits("mov", "rv", 0x4ea01c00) // orr, with v as m too
	armNot   = armBits("mvn", "rv", 0x6e205800)
	armBSL   = armBits("bsl", "rvm", 0x6e601c00) // v where r is set, else m
	armBIT   = armBits("bit", "rvm", 0x6ea01c00) // v where m is set, else r
	armBIF   = armBits("bif", "rvm", 0x6ee01c00) // r where m is set, else v
	armLoad  = form{name: "ldr", args: "rm", class: arm}
	armStore = form{name: "str", args: "mr", class: arm}

	armLoadX  = form{name: "ldr", args: "rm", class: armGeneral}
	armStoreX = form{name: "str", args: "mr", class: armGeneral}
	armAdd    = form{name: "add", args: "rvm", class: armGeneral, word: 0x8b000000}
	armSub    = form{name: "sub", args: "rvm", class: armGeneral, word: 0xcb000000}
	armNegX   = form{name: "neg", args: "rm", class: armGeneral, word: 0xcb0003e0}
	armZero   = form{name: "mov", args: "ri", class: armGeneral, word: 0xd2800000}
	armRet    = form{name: "ret", class: armGeneral, word: 0xd65f03c0}
	armJump   = form{name: "b", args: "l", class: armGeneral, word: 0x14000000}
	armJumpLE = form{name: "b.le", args: "l", class: armGeneral, word: 0x5400000d}
	armJumpEQ = form{name: "b.eq", args: "l", class: armGeneral, word: 0x54000000}
)

// armImmediate is an instruction on general registers with a number from 0 to 4095.
func armImmediate(name string, to, from register, n int) instruction {
	f := form{name: name, args: "rvi", class: armGeneral}
	switch name {
	case "add":
		f.word = 0x91000000 | uint32(n)<<10
	case "adds":
		f.word = 0xb1000000 | uint32(n)<<10
	case "sub":
		f.word = 0xd1000000 | uint32(n)<<10
	case "lsl":
		f.word = 0xd3400000 | uint32(64-n)%64<<16 | uint32(63-n)<<10
	case "cmp":
		f.args = "vi"
		f.word = 0xf100001f | uint32(n)<<10
	}
	return instruction{form: f, r: to, v: from, imm: int32(n)}
}

// encodeARM appends one instruction.
func (i *instruction) encodeARM(to []byte, c *code, at []int) []byte {
	w := i.word
	for _, a := range i.args {
		switch {
		case a == 'r':
			w |= uint32(i.r)
		case a == 'v':
			w |= uint32(i.v) << 5
		case a == 'm' && i.mem != nil:
			w |= i.armAddress(c, at, len(to))
		case a == 'm':
			w |= uint32(i.m) << 16
		case a == 'l' && i.word == armJump.word:
			w |= uint32((at[i.target]-len(to))/4) & 0x3ffffff
		case a == 'l':
			w |= uint32((at[i.target]-len(to))/4) & 0x7ffff << 5
		}
	}
	if i.name == "mov" && i.class == armBytes {
		w |= uint32(i.v) << 16
	}
	return binary.LittleEndian.AppendUint32(to, w)
}

// armAddress are the bits of an address, with those that say how it is meant.
func (i *instruction) armAddress(c *code, at []int, here int) uint32 {
	m, store := i.mem, i.args == "mr"
	choose := func(load, stored uint32) uint32 {
		if store {
			return stored
		}
		return load
	}
	base := uint32(m.base) << 5
	switch {
	case i.name == "ld1r":
		return base
	case m.base < 0:
		return 0x9c000000 | uint32((c.constantAt(m.constant, at)-here)/4)&0x7ffff<<5
	case i.class == armGeneral:
		return choose(0xf9400000, 0xf9000000) | base | uint32(m.disp/8)<<10
	case m.index >= 0:
		return choose(0x3ce06800, 0x3ca06800) | base | uint32(m.index)<<16
	case i.unscaled():
		return choose(0x3cc00000, 0x3c800000) | base | uint32(m.disp)&0x1ff<<12
	}
	return choose(0x3dc00000, 0x3d800000) | base | uint32(m.disp/16)<<10
}

// unscaled tells whether a distance is one of bytes, from -256 to 255; others count in vectors.
func (i *instruction) unscaled() bool {
	return i.class == arm && i.mem != nil && i.mem.base >= 0 && i.mem.index < 0 && (i.mem.disp < 0 || i.mem.disp%16 != 0)
}

// textARM is an instruction as assemblers for arm64 read it.
func (i *instruction) textARM(c *code, at []int, here int) string {
	vector := func(r register) string {
		switch {
		case i.class == armGeneral:
			return fmt.Sprintf("x%d", r)
		case i.class == armBytes:
			return fmt.Sprintf("v%d.16b", r)
		case i.mem != nil && i.name != "ld1r":
			return fmt.Sprintf("q%d", r)
		case c.typ == ir.F64:
			return fmt.Sprintf("v%d.2d", r)
		}
		return fmt.Sprintf("v%d.4s", r)
	}
	name := i.name
	if i.unscaled() {
		name = strings.Replace(name, "r", "ur", 1)
	}
	order := i.args
	if order == "mr" {
		order = "rm"
	}
	var args []string
	for _, a := range order {
		var s string
		switch {
		case a == 'r' && i.name == "ld1r":
			s = "{" + vector(i.r) + "}"
		case a == 'r':
			s = vector(i.r)
		case a == 'v':
			s = vector(i.v)
		case a == 'i':
			s = fmt.Sprintf("#%d", i.imm)
		case a == 'l':
			s = fmt.Sprintf("#%d", at[i.target]-here)
		case i.mem == nil:
			s = vector(i.m)
		case i.mem.base < 0:
			s = fmt.Sprintf("#%d", c.constantAt(i.mem.constant, at)-here)
		case i.mem.index >= 0:
			s = fmt.Sprintf("[x%d, x%d]", i.mem.base, i.mem.index)
		case i.mem.disp != 0:
			s = fmt.Sprintf("[x%d, #%d]", i.mem.base, i.mem.disp)
		default:
			s = fmt.Sprintf("[x%d]", i.mem.base)
		}
		args = append(args, s)
	}
	return strings.TrimSpace(name + " " + strings.Join(args, ", "))
}
