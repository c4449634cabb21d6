package ptxsim

import (
	"math"
	"math/bits"

	"hybrid/gpu/ptx"
	"hybrid/internal/warpmath"
)

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

// mul is mul.lo, mul.hi, mul.wide and mul of floats.
func (c *compiler) mul() op {
	a := c.args(3, 3)
	part := c.one("lo", "hi", "wide")
	rnd := c.rounding()
	sat := part == "" && c.has("sat")
	t := c.typ()
	if t.Kind == 'f' {
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
		switch t.Bits {
		case 16:
			return lanes2(d, x, y, mulInt[uint16])
		case 32:
			return lanes2(d, x, y, warpmath.MulU32())
		case 64:
			return lanes2(d, x, y, mulInt[uint64])
		}
	case "wide":
		d := c.dst(a[0], ptx.Type{Kind: t.Kind, Bits: 2 * t.Bits})
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
			return lanes2(d, x, y, warpmath.MulHiU32())
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
	if t.Kind == 'f' && part == "" && !out && c.in.Op != "madc" {
		return c.floatFMA(t, rnd, sat)
	}
	c.noRounding(rnd)
	if c.in.Op == "fma" || t.Kind == 'f' || t.Kind == 'b' || part == "" || sat && (part != "hi" || t != s32) {
		return c.unsupported(t)
	}
	td := t
	if part == "wide" {
		td.Bits *= 2
	}
	d, x, y, z := c.dst(a[0], td), c.src(a[1], t), c.src(a[2], t), c.src(a[3], td)
	if out || c.in.Op == "madc" {
		return c.madCarry(t, part, out, [4]int{d, x, y, z})
	}
	switch {
	case part == "lo" && t.Bits == 16:
		return lanes3(d, x, y, z, madInt[uint16])
	case part == "lo" && t.Bits == 32:
		return lanes3(d, x, y, z, warpmath.MadU32())
	case part == "lo" && t.Bits == 64:
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
	case part == "hi" && t.Bits == 64:
		return lanes3(d, x, y, z, map3(func(a, b, c int64) int64 { return mulHiSigned(a, b) + c }))
	}
	return c.unsupported(t)
}

// mul24 is mul24 and mad24, the low or high part of a 48-bit product.
func (c *compiler) mul24() op {
	part := c.one("lo", "hi")
	t := c.typ()
	n := 3
	if c.in.Op == "mad24" {
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
