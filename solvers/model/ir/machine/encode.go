package machine

import "encoding/binary"

// A code is instructions on their way to bytes.
type code struct {
	target
	instructions []instruction
	constants    [][]byte // behind the code
	offset       int      // bytes that lie in front, from a multiple of 64
}

// encode makes the bytes, and of each instruction the place where it begins. Lengths do not depend on distances, apart
// from those of jumps, which are settled by repeating.
func (c *code) encode() (text []byte, at []int) {
	at = make([]int, len(c.instructions)+1)
	for pass := 0; ; pass++ {
		text = text[:0]
		moved := false
		for i := range c.instructions {
			if at[i] != len(text) {
				at[i], moved = len(text), true
			}
			text = c.instructions[i].encode(text, c, at)
		}
		n := len(c.instructions)
		if at[n] != len(text) {
			at[n], moved = len(text), true
		}
		if !moved && pass > 0 {
			return text, at
		}
	}
}

// data is where the constants begin, behind so many bytes of instructions: aligned to 64 bytes.
func (c *code) data(text int) int { return (c.offset+text+63)&^63 - c.offset }

// encode appends one instruction.
func (i *instruction) encode(to []byte, c *code, at []int) []byte {
	switch i.class {
	case arm, armBytes, armGeneral:
		return i.encodeARM(to, c, at)
	case bare:
		if i.op == 0x77 {
			return append(to, 0xc5, 0xf8, 0x77)
		}
		return append(to, i.op)
	case jump:
		return i.encodeJump(to, at)
	case general:
		to = append(to, 0x48|high(i.r, 4)|high(i.rm(), 1)|i.indexBit(2), i.op)
		return i.modRM(to, c, at, 1)
	case vector, toMask:
		if c.wide {
			to = i.evex(to)
			to = append(to, i.op)
			scale := 64
			if i.one || i.mem != nil && i.mem.spread {
				scale = c.size()
			}
			return i.modRM(to, c, at, scale)
		}
	}
	to = i.vex(to)
	to = append(to, i.op)
	return i.modRM(to, c, at, 1)
}

// high is the bit if a register's number is 8 or more, of its lower 16.
func high(r register, bit byte) byte {
	if r >= 0 && r&8 != 0 {
		return bit
	}
	return 0
}

// upper is the bit if a register's number is 16 or more.
func upper(r register, bit byte) byte {
	if r >= 16 {
		return bit
	}
	return 0
}

// rm is the register whose number ModRM.rm, or the base in SIB, takes.
func (i *instruction) rm() register {
	if i.mem != nil {
		return i.mem.base
	}
	return i.m
}

func (i *instruction) indexBit(bit byte) byte {
	if i.mem != nil {
		return high(i.mem.index, bit)
	}
	return 0
}

// vvvv is the number of v, inverted.
func (i *instruction) vvvv() byte {
	if i.v < 0 {
		return 0x78
	}
	return byte(^i.v&15) << 3
}

func (i *instruction) vex(to []byte) []byte {
	l := byte(4)
	if i.class == ofMasks128 {
		l = 0
	}
	r, x, b := 0x80&^high(i.r, 0x80), 0x40&^i.indexBit(0x40), 0x20&^high(i.rm(), 0x20)
	last := i.vvvv() | l | i.pp
	if i.table == 1 && x != 0 && b != 0 && !i.vexW {
		return append(to, 0xc5, r|last)
	}
	if i.vexW {
		last |= 0x80
	}
	return append(to, 0xc4, r|x|b|i.table, last)
}

func (i *instruction) evex(to []byte) []byte {
	x := i.indexBit(0x40)
	if i.mem == nil {
		x = upper(i.m, 0x40)
	}
	p0 := 0xf0&^(high(i.r, 0x80)|x|high(i.rm(), 0x20)|upper(i.r, 0x10)) | i.table
	p1 := i.vvvv() | 4 | i.pp
	if i.w {
		p1 |= 0x80
	}
	p2 := byte(0x48) // L'L = 2: 512 bits
	if upper(i.v, 1) != 0 {
		p2 &^= 8
	}
	if i.mem != nil && i.mem.spread {
		p2 |= 0x10
	}
	if i.mask > 0 {
		p2 |= byte(i.mask)
	}
	return append(to, 0x62, p0, p1, p2)
}

// modRM appends the operands. A displacement of one byte counts in units of scale.
func (i *instruction) modRM(to []byte, c *code, at []int, scale int) []byte {
	reg := i.ext << 3
	if i.r >= 0 {
		reg = byte(i.r&7) << 3
	}
	var tail []byte
	for _, a := range i.args {
		switch a {
		case 'i':
			tail = append(tail, byte(i.imm))
		case 's':
			if i.class == vector && !c.wide {
				tail = append(tail, byte(i.mask)<<4)
			}
		}
	}
	m := i.mem
	switch {
	case m == nil:
		return append(append(to, 0xc0|reg|byte(i.m&7)), tail...)
	case m.base < 0:
		end := len(to) + 5 + len(tail)
		to = append(to, reg|5)
		to = binary.LittleEndian.AppendUint32(to, uint32(c.constantAt(m.constant, at)-end))
		return append(to, tail...)
	}
	mod, disp := byte(0x80), binary.LittleEndian.AppendUint32(nil, uint32(m.disp))
	if d := int(m.disp) / scale; m.disp == 0 && m.base&7 != rbp {
		mod, disp = 0, nil
	} else if d*scale == int(m.disp) && d >= -128 && d < 128 {
		mod, disp = 0x40, []byte{byte(d)}
	}
	if m.index < 0 && m.base&7 != rsp {
		to = append(to, mod|reg|byte(m.base&7))
	} else {
		index := byte(4)
		if m.index >= 0 {
			index = byte(m.index & 7)
		}
		to = append(to, mod|reg|4, index<<3|byte(m.base&7))
	}
	return append(append(to, disp...), tail...)
}

// constantAt is where a constant lies.
func (c *code) constantAt(n int, at []int) int {
	place := c.data(at[len(at)-1])
	for _, b := range c.constants[:n] {
		place += len(b)
	}
	return place
}

// encodeJump appends a jump: op is that with a distance of one byte.
func (i *instruction) encodeJump(to []byte, at []int) []byte {
	far := at[i.target] - len(to)
	if near := far - 2; near >= -128 && near < 128 {
		return append(to, i.op, byte(near))
	}
	if i.op == 0xeb {
		return binary.LittleEndian.AppendUint32(append(to, 0xe9), uint32(far-5))
	}
	return binary.LittleEndian.AppendUint32(append(to, 0x0f, i.op+0x10), uint32(far-6))
}
