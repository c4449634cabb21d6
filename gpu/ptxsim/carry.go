package ptxsim

import (
	"math/bits"

	"hybrid/gpu/ptx"
)

// carry is add, sub, mad with the carry flag in, out or both.
func (c *compiler) carry(out bool) op {
	in := c.in.Op == "addc" || c.in.Op == "subc"
	minus := c.in.Op == "sub" || c.in.Op == "subc"
	a := c.args(3, 3)
	t := c.typ()
	if t.Kind == 'f' || t.Bits < 32 {
		return c.unsupported(t)
	}
	d, x, y := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t)
	size := t.Size()
	return func(w *warp) {
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			carry := uint64(0)
			if in {
				carry = uint64(w.cc >> i & 1)
			}
			p, q := raw(w.p[x], size, i), raw(w.p[y], size, i)
			v, over := addCarry(p, q, carry, minus, size)
			setRaw(w.p[d], size, i, v)
			if out {
				w.cc = w.cc&^(1<<i) | uint32(over)<<i
			}
		}
	}
}

// addCarry is p + q + carry, or p - q - carry, and the carry or borrow out.
func addCarry(p, q, carry uint64, minus bool, size int) (v, over uint64) {
	if minus {
		v, over = bits.Sub64(p, q, carry)
	} else {
		v, over = bits.Add64(p, q, carry)
	}
	if size == 4 {
		over = v >> 32 & 1
	}
	return v, over
}

// madCarry is mad.cc and madc; slots are those of the result and the operands.
func (c *compiler) madCarry(t ptx.Type, part string, out bool, slots [4]int) op {
	d, x, y, z := slots[0], slots[1], slots[2], slots[3]
	if t.Bits < 32 || part == "wide" {
		return c.unsupported(t)
	}
	in, size, signed, high := c.in.Op == "madc", t.Size(), t.Kind == 's', part == "hi"
	return func(w *warp) {
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			p, q := raw(w.p[x], size, i), raw(w.p[y], size, i)
			v := p * q
			switch {
			case high && size == 4 && signed:
				v = uint64(uint32(int64(int32(p)) * int64(int32(q)) >> 32))
			case high && size == 4:
				v >>= 32
			case high && signed:
				v = uint64(mulHiSigned(int64(p), int64(q)))
			case high:
				v = mulHi(p, q)
			case size == 4:
				v = uint64(uint32(v))
			}
			carry := uint64(0)
			if in {
				carry = uint64(w.cc >> i & 1)
			}
			v, over := addCarry(v, raw(w.p[z], size, i), carry, false, size)
			setRaw(w.p[d], size, i, v)
			if out {
				w.cc = w.cc&^(1<<i) | uint32(over)<<i
			}
		}
	}
}
