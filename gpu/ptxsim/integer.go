package ptxsim

import (
	"math"
	"math/bits"

	"hybrid/internal/lanes"
)

type integer interface {
	int16 | uint16 | int32 | uint32 | int64 | uint64
}

func addInt[T integer](d, a, b *[32]T) {
	for i := range d {
		d[i] = a[i] + b[i]
	}
}

func subInt[T integer](d, a, b *[32]T) {
	for i := range d {
		d[i] = a[i] - b[i]
	}
}

func mulInt[T integer](d, a, b *[32]T) {
	for i := range d {
		d[i] = a[i] * b[i]
	}
}

func madInt[T integer](d, a, b, c *[32]T) {
	for i := range d {
		d[i] = a[i]*b[i] + c[i]
	}
}

func mulWide[D, T integer](d *[32]D, a, b *[32]T) {
	for i := range d {
		d[i] = D(a[i]) * D(b[i])
	}
}

func madWide[D, T integer](d *[32]D, a, b *[32]T, c *[32]D) {
	for i := range d {
		d[i] = D(a[i])*D(b[i]) + c[i]
	}
}

// addSub is add, sub and their forms with carry.
func (c *compiler) addSub() op {
	carry := c.has("cc")
	name := c.in.op
	if carry || name == "addc" || name == "subc" {
		return c.carry(carry)
	}
	a := c.args(3, 3)
	rnd := c.rounding()
	sat := c.has("sat")
	t := c.typ()
	if t.kind == 'f' {
		return c.floatAdd(t, rnd, sat)
	}
	c.noRounding(rnd)
	d, x, y := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t)
	if sat {
		if t != s32 {
			c.unsupported(t)
		}
		return lanes2(d, x, y, map2(func(a, b int32) int32 {
			s := int64(a) + int64(b)
			if name == "sub" {
				s = int64(a) - int64(b)
			}
			return int32(min(max(s, math.MinInt32), math.MaxInt32))
		}))
	}
	switch t.bits {
	case 16:
		return pick(name == "add", lanes2(d, x, y, addInt[uint16]), lanes2(d, x, y, subInt[uint16]))
	case 32:
		return pick(name == "add", lanes2(d, x, y, lanes.AddU32()), lanes2(d, x, y, subInt[uint32]))
	case 64:
		return pick(name == "add", lanes2(d, x, y, lanes.AddU64()), lanes2(d, x, y, subInt[uint64]))
	}
	return c.unsupported(t)
}

func pick(first bool, a, b op) op {
	if first {
		return a
	}
	return b
}

// carry is add, sub, mad with the carry flag in, out or both.
func (c *compiler) carry(out bool) op {
	in := c.in.op == "addc" || c.in.op == "subc"
	minus := c.in.op == "sub" || c.in.op == "subc"
	a := c.args(3, 3)
	t := c.typ()
	if t.kind == 'f' || t.bits < 32 {
		return c.unsupported(t)
	}
	d, x, y := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t)
	size := t.size()
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

// mul is mul.lo, mul.hi, mul.wide and mul of floats.
func (c *compiler) mul() op {
	a := c.args(3, 3)
	part := c.one("lo", "hi", "wide")
	rnd := c.rounding()
	sat := part == "" && c.has("sat")
	t := c.typ()
	if t.kind == 'f' {
		if part != "" {
			c.fail("mul.%s of type %s", part, t)
		}
		return c.floatMul(t, rnd, sat)
	}
	c.noRounding(rnd)
	x, y := c.src(a[1], t), c.src(a[2], t)
	switch part {
	case "lo":
		d := c.dst(a[0], t)
		switch t.bits {
		case 16:
			return lanes2(d, x, y, mulInt[uint16])
		case 32:
			return lanes2(d, x, y, lanes.MulU32())
		case 64:
			return lanes2(d, x, y, mulInt[uint64])
		}
	case "wide":
		d := c.dst(a[0], typ{t.kind, 2 * t.bits})
		switch t.String() {
		case "u16":
			return lanes2(d, x, y, mulWide[uint32, uint16])
		case "s16":
			return lanes2(d, x, y, mulWide[int32, int16])
		case "u32":
			return lanes2(d, x, y, mulWide[uint64, uint32])
		case "s32":
			return lanes2(d, x, y, mulWide[int64, int32])
		}
	case "hi":
		d := c.dst(a[0], t)
		switch t.String() {
		case "u16":
			return lanes2(d, x, y, map2(func(a, b uint16) uint16 { return uint16(uint32(a) * uint32(b) >> 16) }))
		case "s16":
			return lanes2(d, x, y, map2(func(a, b int16) int16 { return int16(int32(a) * int32(b) >> 16) }))
		case "u32":
			return lanes2(d, x, y, lanes.MulHiU32())
		case "s32":
			return lanes2(d, x, y, map2(func(a, b int32) int32 { return int32(int64(a) * int64(b) >> 32) }))
		case "u64":
			return lanes2(d, x, y, map2(mulHi))
		case "s64":
			return lanes2(d, x, y, map2(mulHiSigned))
		}
	}
	return c.unsupported(t)
}

func mulHi(a, b uint64) uint64 { hi, _ := bits.Mul64(a, b); return hi }

func mulHiSigned(a, b int64) int64 {
	hi := mulHi(uint64(a), uint64(b))
	return int64(hi) - a>>63&b - b>>63&a
}

// mad is mad and madc of integers, and fma.
func (c *compiler) mad() op {
	a := c.args(4, 4)
	part := c.one("lo", "hi", "wide")
	out := c.has("cc")
	rnd := c.rounding()
	sat := c.has("sat")
	t := c.typ()
	if t.kind == 'f' && part == "" && !out && c.in.op != "madc" {
		return c.floatFMA(t, rnd, sat)
	}
	c.noRounding(rnd)
	if c.in.op == "fma" || t.kind == 'f' || t.kind == 'b' || part == "" || sat && (part != "hi" || t != s32) {
		return c.unsupported(t)
	}
	td := t
	if part == "wide" {
		td.bits *= 2
	}
	d, x, y, z := c.dst(a[0], td), c.src(a[1], t), c.src(a[2], t), c.src(a[3], td)
	if out || c.in.op == "madc" {
		return c.madCarry(t, part, out, d, x, y, z)
	}
	switch {
	case part == "lo" && t.bits == 16:
		return lanes3(d, x, y, z, madInt[uint16])
	case part == "lo" && t.bits == 32:
		return lanes3(d, x, y, z, lanes.MadU32())
	case part == "lo" && t.bits == 64:
		return lanes3(d, x, y, z, madInt[uint64])
	case part == "wide" && t.String() == "u16":
		return lanes3(d, x, y, z, madWide[uint32, uint16])
	case part == "wide" && t.String() == "s16":
		return lanes3(d, x, y, z, madWide[int32, int16])
	case part == "wide" && t == u32:
		return lanes3(d, x, y, z, madWide[uint64, uint32])
	case part == "wide" && t == s32:
		return lanes3(d, x, y, z, madWide[int64, int32])
	case part == "hi" && t == u32:
		return lanes3(d, x, y, z, map3(func(a, b, c uint32) uint32 { return uint32(uint64(a)*uint64(b)>>32) + c }))
	case part == "hi" && t == s32 && sat:
		return lanes3(d, x, y, z, map3(func(a, b, c int32) int32 {
			return int32(min(max(int64(a)*int64(b)>>32+int64(c), math.MinInt32), math.MaxInt32))
		}))
	case part == "hi" && t == s32:
		return lanes3(d, x, y, z, map3(func(a, b, c int32) int32 { return int32(int64(a)*int64(b)>>32) + c }))
	case part == "hi" && t == u64:
		return lanes3(d, x, y, z, map3(func(a, b, c uint64) uint64 { return mulHi(a, b) + c }))
	case part == "hi" && t.bits == 64:
		return lanes3(d, x, y, z, map3(func(a, b, c int64) int64 { return mulHiSigned(a, b) + c }))
	}
	return c.unsupported(t)
}

// madCarry is mad.cc and madc.
func (c *compiler) madCarry(t typ, part string, out bool, d, x, y, z int) op {
	if t.bits < 32 || part == "wide" {
		return c.unsupported(t)
	}
	in, size, signed, high := c.in.op == "madc", t.size(), t.kind == 's', part == "hi"
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

// mul24 is mul24 and mad24, the low or high part of a 48-bit product.
func (c *compiler) mul24() op {
	part := c.one("lo", "hi")
	t := c.typ()
	n := 3
	if c.in.op == "mad24" {
		n = 4
	}
	a := c.args(n, n)
	if t != u32 && t != s32 || part == "" {
		return c.unsupported(t)
	}
	z := c.constant(0, 32)
	if n == 4 {
		z = c.src(a[3], t)
	}
	return lanes3(c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t), z, map3(func(a, b, c uint32) uint32 {
		p := uint64(a&0xffffff) * uint64(b&0xffffff)
		if t == s32 {
			p = uint64(int64(int32(a<<8)>>8) * int64(int32(b<<8)>>8))
		}
		if part == "hi" {
			p >>= 16
		}
		return uint32(p) + c
	}))
}

func (c *compiler) div() op {
	if c.in.op == "div" {
		if f := c.floatDiv(); f != nil {
			return f
		}
	}
	a := c.args(3, 3)
	t := c.typ()
	d, x, y := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t)
	quo := c.in.op == "div"
	switch t.String() {
	case "u16":
		return lanes2(d, x, y, divUnsigned[uint16](quo))
	case "u32":
		return lanes2(d, x, y, divUnsigned[uint32](quo))
	case "u64":
		return lanes2(d, x, y, divUnsigned[uint64](quo))
	case "s16":
		return lanes2(d, x, y, divSigned[int16](quo))
	case "s32":
		return lanes2(d, x, y, divSigned[int32](quo))
	case "s64":
		return lanes2(d, x, y, divSigned[int64](quo))
	}
	return c.unsupported(t)
}

// Division by zero is undefined in PTX; on the machines it gives all ones, and
// the dividend as remainder.

func divUnsigned[T uint16 | uint32 | uint64](quo bool) func(d, a, b *[32]T) {
	return map2(func(a, b T) T {
		switch {
		case b == 0 && quo:
			return ^T(0)
		case b == 0:
			return a
		case quo:
			return a / b
		}
		return a % b
	})
}

func divSigned[T int16 | int32 | int64](quo bool) func(d, a, b *[32]T) {
	return map2(func(a, b T) T {
		switch {
		case b == 0 && quo:
			return -1
		case b == 0:
			return a
		case quo:
			return a / b
		}
		return a % b
	})
}

func minInt[T integer](d, a, b *[32]T) {
	for i := range d {
		d[i] = min(a[i], b[i])
	}
}

func maxInt[T integer](d, a, b *[32]T) {
	for i := range d {
		d[i] = max(a[i], b[i])
	}
}

func (c *compiler) minMax() op {
	a := c.args(3, 3)
	ftz, nan := c.has("ftz"), c.has("NaN")
	t := c.typ()
	d, x, y := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t)
	low := c.in.op == "min"
	if t.kind == 'f' {
		return c.floatMinMax(t, low, ftz, nan, d, x, y)
	}
	if ftz || nan {
		return c.unsupported(t)
	}
	switch t.String() {
	case "u16":
		return pick(low, lanes2(d, x, y, minInt[uint16]), lanes2(d, x, y, maxInt[uint16]))
	case "s16":
		return pick(low, lanes2(d, x, y, minInt[int16]), lanes2(d, x, y, maxInt[int16]))
	case "u32":
		return pick(low, lanes2(d, x, y, minInt[uint32]), lanes2(d, x, y, maxInt[uint32]))
	case "s32":
		return pick(low, lanes2(d, x, y, minInt[int32]), lanes2(d, x, y, maxInt[int32]))
	case "u64":
		return pick(low, lanes2(d, x, y, minInt[uint64]), lanes2(d, x, y, maxInt[uint64]))
	case "s64":
		return pick(low, lanes2(d, x, y, minInt[int64]), lanes2(d, x, y, maxInt[int64]))
	}
	return c.unsupported(t)
}

func (c *compiler) sign() op {
	a := c.args(2, 2)
	ftz := c.has("ftz")
	t := c.typ()
	d, x := c.dst(a[0], t), c.src(a[1], t)
	neg := c.in.op == "neg"
	switch t.String() {
	case "f32":
		return floatSign32(neg, ftz, d, x)
	case "f64":
		return floatSign64(neg, d, x)
	case "s16":
		return lanes1(d, x, signInt[int16](neg))
	case "s32":
		return lanes1(d, x, signInt[int32](neg))
	case "s64":
		return lanes1(d, x, signInt[int64](neg))
	}
	return c.unsupported(t)
}

func signInt[T int16 | int32 | int64](neg bool) func(d, a *[32]T) {
	return map1(func(a T) T {
		if neg || a < 0 {
			return -a
		}
		return a
	})
}

// sad is c + |a - b|.
func (c *compiler) sad() op {
	a := c.args(4, 4)
	t := c.typ()
	d, x, y, z := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t), c.src(a[3], t)
	switch t.String() {
	case "u32":
		return lanes3(d, x, y, z, sadInt[uint32])
	case "s32":
		return lanes3(d, x, y, z, sadInt[int32])
	case "u64":
		return lanes3(d, x, y, z, sadInt[uint64])
	case "s64":
		return lanes3(d, x, y, z, sadInt[int64])
	}
	return c.unsupported(t)
}

func sadInt[T integer](d, a, b, c *[32]T) {
	for i := range d {
		d[i] = c[i] + max(a[i], b[i]) - min(a[i], b[i])
	}
}
