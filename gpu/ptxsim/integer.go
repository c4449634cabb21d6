package ptxsim

import (
	"math"

	"hybrid/internal/warpmath"
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

// addSub is add, sub and their forms with carry.
func (c *compiler) addSub() op {
	carry := c.has("cc")
	name := c.in.Op
	if carry || name == "addc" || name == "subc" {
		return c.carry(carry)
	}
	a := c.args(3, 3)
	rnd := c.rounding()
	sat := c.has("sat")
	t := c.typ()
	if t.Kind == 'f' {
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
	switch t.Bits {
	case 16:
		return pick(name == "add", lanes2(d, x, y, addInt[uint16]), lanes2(d, x, y, subInt[uint16]))
	case 32:
		return pick(name == "add", lanes2(d, x, y, warpmath.AddU32()), lanes2(d, x, y, subInt[uint32]))
	case 64:
		return pick(name == "add", lanes2(d, x, y, warpmath.AddU64()), lanes2(d, x, y, subInt[uint64]))
	}
	return c.unsupported(t)
}

func pick(first bool, a, b op) op {
	if first {
		return a
	}
	return b
}

func (c *compiler) div() op {
	if c.in.Op == "div" {
		if f := c.floatDiv(); f != nil {
			return f
		}
	}
	a := c.args(3, 3)
	t := c.typ()
	d, x, y := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t)
	quo := c.in.Op == "div"
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
	low := c.in.Op == "min"
	if t.Kind == 'f' {
		return c.floatMinMax(t, ftz, nan, d, x, y)
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
	neg := c.in.Op == "neg"
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
