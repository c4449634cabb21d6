package ptxsim

import (
	"math/bits"

	"hybrid/gpu/ptx"
)

// bitwise holds the instructions on the bits of a word.
func (c *compiler) bitwise() op {
	switch c.in.Op {
	case "shf":
		return c.funnel()
	case "lop3":
		return c.lop3()
	case "prmt":
		return c.prmt()
	case "bfe":
		return c.extract()
	case "bfi":
		return c.insert()
	case "dp4a", "dp2a":
		return c.dot()
	}
	if c.in.Op == "bfind" && c.has("shiftamt") {
		return c.count(true)
	}
	return c.count(false)
}

// count is popc, clz, brev and bfind.
func (c *compiler) count(amount bool) op {
	t := c.typ()
	a := c.args(2, 2)
	td := u32
	if c.in.Op == "brev" {
		td = t
	}
	d, x := c.dst(a[0], td), c.src(a[1], t)
	if (t.Bits != 32 && t.Bits != 64) || (c.in.Op == "bfind") == (t.Kind == 'b') || t.Kind == 'f' {
		return c.unsupported(t)
	}
	narrow := t.Bits == 32
	switch c.in.Op {
	case "popc":
		return pick(narrow, lanes1(d, x, map1(func(v uint32) uint32 { return uint32(bits.OnesCount32(v)) })),
			lanes1(d, x, map1(func(v uint64) uint32 { return uint32(bits.OnesCount64(v)) })))
	case "clz":
		return pick(narrow, lanes1(d, x, map1(func(v uint32) uint32 { return uint32(bits.LeadingZeros32(v)) })),
			lanes1(d, x, map1(func(v uint64) uint32 { return uint32(bits.LeadingZeros64(v)) })))
	case "brev":
		return pick(narrow, lanes1(d, x, map1(bits.Reverse32)), lanes1(d, x, map1(bits.Reverse64)))
	case "bfind":
		find := func(v uint64, sign bool) uint32 {
			if t.Kind == 's' && sign {
				v = ^v
			}
			if narrow {
				v = uint64(uint32(v))
			}
			n := bits.Len64(v) - 1
			if n >= 0 && amount {
				n = t.Bits - 1 - n
			}
			return uint32(n)
		}
		return pick(narrow, lanes1(d, x, map1(func(v uint32) uint32 { return find(uint64(v), int32(v) < 0) })),
			lanes1(d, x, map1(func(v uint64) uint32 { return find(v, int64(v) < 0) })))
	}
	c.fail("unknown instruction %s", c.in.Op)
	return nil
}

// funnel shifts the 64 bits of two words.
func (c *compiler) funnel() op {
	dir, mode := c.one("l", "r"), c.one("clamp", "wrap")
	t := c.typ()
	a := c.args(4, 4)
	if t != b32 || dir == "" || mode == "" {
		return c.unsupported(t)
	}
	amount := func(n uint32) uint32 {
		if mode == "wrap" {
			return n & 31
		}
		return min(n, 32)
	}
	d, x, y, z := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t), c.src(a[3], t)
	if dir == "l" {
		return lanes3(d, x, y, z, map3(func(lo, hi, n uint32) uint32 {
			return uint32((uint64(hi)<<32 | uint64(lo)) << amount(n) >> 32)
		}))
	}
	return lanes3(d, x, y, z, map3(func(lo, hi, n uint32) uint32 {
		return uint32((uint64(hi)<<32 | uint64(lo)) >> amount(n))
	}))
}

// lop3 is any function of three bits, given as its table.
func (c *compiler) lop3() op {
	t := c.typ()
	a := c.args(5, 5)
	if t != b32 || a[4].Kind != ptx.Int || a[4].Bits > 255 {
		return c.unsupported(t)
	}
	d, x, y, z := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t), c.src(a[3], t)
	table := a[4].Bits
	f := map3(func(a, b, c uint32) uint32 {
		var v uint32
		for i := range 8 {
			if table>>i&1 == 0 {
				continue
			}
			p, q, r := a, b, c
			if i&4 == 0 {
				p = ^p
			}
			if i&2 == 0 {
				q = ^q
			}
			if i&1 == 0 {
				r = ^r
			}
			v |= p & q & r
		}
		return v
	})
	if table == 0x96 {
		f = func(d, a, b, c *[32]uint32) {
			for i := range d {
				d[i] = a[i] ^ b[i] ^ c[i]
			}
		}
	}
	return lanes3(d, x, y, z, f)
}

// prmt picks four of the eight bytes of two words.
func (c *compiler) prmt() op {
	t := c.typ()
	mode := c.one("f4e", "b4e", "rc8", "ecl", "ecr", "rc16")
	a := c.args(4, 4)
	if t != b32 {
		return c.unsupported(t)
	}
	d, x, y, z := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t), c.src(a[3], t)
	return lanes3(d, x, y, z, map3(func(a, b, sel uint32) uint32 {
		all := uint64(b)<<32 | uint64(a)
		var v uint32
		for i := range 4 {
			n := permuted(mode, sel, uint32(i))
			by := uint32(all >> (8 * (n & 7)) & 0xff)
			if n&8 != 0 {
				by = uint32(int32(by<<24)>>31) & 0xff
			}
			v |= by << (8 * i)
		}
		return v
	}))
}

// permuted is which byte prmt puts at place i; 8 is added for its sign only.
func permuted(mode string, sel, i uint32) uint32 {
	s := sel & 3
	switch mode {
	case "f4e":
		return s + i
	case "b4e":
		return (s - i) & 7
	case "rc8":
		return s
	case "ecl":
		return max(i, s)
	case "ecr":
		return min(i, s)
	case "rc16":
		return s&1<<1 | i&1
	}
	return sel >> (4 * i) & 15
}

// extract is bfe.
func (c *compiler) extract() op {
	t := c.typ()
	a := c.args(4, 4)
	if t.Kind != 'u' && t.Kind != 's' || t.Bits < 32 {
		return c.unsupported(t)
	}
	d, x, y, z := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], u32), c.src(a[3], u32)
	field := func(v uint64, pos, n uint32) uint64 {
		pos, n = pos&0xff, n&0xff
		bits := uint32(t.Bits)
		if n == 0 {
			return 0
		}
		var sign uint64
		if t.Kind == 's' {
			sign = -(v >> min(pos+n-1, bits-1) & 1)
		}
		if pos >= bits {
			return sign
		}
		n = min(n, bits-pos)
		return v>>pos&(1<<n-1) | sign<<n
	}
	if t.Bits == 32 {
		return lanes3(d, x, y, z, map3(func(v, pos, n uint32) uint32 { return uint32(field(uint64(v), pos, n)) }))
	}
	return lanes3(d, x, y, z, map3(field))
}

// insert is bfi.
func (c *compiler) insert() op {
	t := c.typ()
	a := c.args(5, 5)
	if t.Kind != 'b' || t.Bits < 32 {
		return c.unsupported(t)
	}
	d, x, y, p, n := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t), c.src(a[3], u32), c.src(a[4], u32)
	size := t.Size()
	return func(w *warp) {
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			pos, n := array[uint32](w, p)[i]&0xff, array[uint32](w, n)[i]&0xff
			v, into := raw(w.p[x], size, i), raw(w.p[y], size, i)
			mask := (uint64(1)<<n - 1) << pos
			setRaw(w.p[d], size, i, into&^mask|v<<pos&mask)
		}
	}
}

// dot is dp4a and dp2a: products of bytes, added.
func (c *compiler) dot() op {
	two := c.in.Op == "dp2a"
	half := ""
	if two {
		half = c.one("lo", "hi")
	}
	ta, tb := c.typ(), c.typ()
	a := c.args(4, 4)
	if ta != u32 && ta != s32 || tb != u32 && tb != s32 || two && half == "" {
		return c.unsupported(ta)
	}
	part := func(v uint32, i, bits int, t ptx.Type) int64 {
		v = v << (32 - bits*(i+1))
		if t == s32 {
			return int64(int32(v) >> (32 - bits))
		}
		return int64(v >> (32 - bits))
	}
	return lanes3(c.dst(a[0], s32), c.src(a[1], b32), c.src(a[2], b32), c.src(a[3], b32), map3(func(x, y, z uint32) uint32 {
		sum := int64(z)
		if two && half == "hi" {
			y >>= 16
			if tb == s32 {
				y = uint32(int32(y<<16) >> 16)
			}
		}
		for i := range 4 {
			if !two {
				sum += part(x, i, 8, ta) * part(y, i, 8, tb)
			} else if i < 2 {
				sum += part(x, i, 16, ta) * part(y, i, 8, tb)
			}
		}
		return uint32(sum)
	}))
}
