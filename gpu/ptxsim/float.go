package ptxsim

import (
	"math"

	"hybrid/gpu/ptx"
	"hybrid/internal/fma"
	"hybrid/internal/warpmath"
)

// rounding is what a floating-point instruction says about its result.
type rounding struct {
	mode string // rn, rz, rm, rp, or "" where nothing is said
	ftz  bool   // subnormal operands and results become zero
}

func (c *compiler) rounding() rounding {
	return rounding{mode: c.one("rn", "rz", "rm", "rp"), ftz: c.has("ftz")}
}

func (c *compiler) noRounding(r rounding) {
	if r != (rounding{}) {
		c.fail("%s of integers takes no rounding", c.in.Op)
	}
}

// canonical is the one NaN that f32 arithmetic returns.
var canonical = math.Float32frombits(0x7fffffff)

func flush(x float32) float32 {
	if b := math.Float32bits(x); b&0x7f800000 == 0 {
		return math.Float32frombits(b & 0x80000000)
	}
	return x
}

func saturate[T float32 | float64](x T) T {
	if x > 0 { // NaN and -0 become +0
		return min(x, 1)
	}
	return 0
}

// floats wraps what rounding, .ftz and .sat add around a function of up to three
// operands that rounds to nearest.
func floats[T float32 | float64](r rounding, sat bool, near func(a, b, c T) T, exact func(a, b, c T, mode string) T) func(a, b, c T) T {
	return func(a, b, c T) T {
		if r.ftz {
			a, b, c = T(flush(float32(a))), T(flush(float32(b))), T(flush(float32(c)))
		}
		var v T
		if r.mode == "" || r.mode == "rn" {
			v = near(a, b, c)
		} else {
			v = exact(a, b, c, r.mode)
		}
		if sat {
			v = saturate(v)
		}
		if r.ftz {
			v = T(flush(float32(v)))
		}
		if v != v {
			v = nan[T](v)
		}
		return v
	}
}

// nan is the NaN that arithmetic of type T returns for v.
func nan[T float32 | float64](v T) T {
	if p, ok := any(&v).(*float32); ok {
		*p = canonical
	}
	return v
}

func plain(r rounding, sat bool) bool {
	return !r.ftz && !sat && (r.mode == "" || r.mode == "rn")
}

func (c *compiler) floatType(t ptx.Type, r rounding, sat bool) {
	if t != f32 && t != f64 || t == f64 && (r.ftz || sat) {
		c.unsupported(t)
	}
}

func (c *compiler) floatAdd(t ptx.Type, r rounding, sat bool) op {
	c.floatType(t, r, sat)
	a := c.in.Args
	d, x, y := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t)
	add := c.in.Op == "add"
	switch {
	case plain(r, sat) && t == f32:
		return pick(add, lanes2(d, x, y, warpmath.AddF32()), lanes2(d, x, y, warpmath.SubF32()))
	case plain(r, sat):
		return pick(add, lanes2(d, x, y, warpmath.AddF64()), lanes2(d, x, y, warpmath.SubF64()))
	case t == f32:
		return addRounded[float32](r, sat, add, d, x, y)
	}
	return addRounded[float64](r, sat, add, d, x, y)
}

func addRounded[T float32 | float64](r rounding, sat, add bool, d, x, y int) op {
	f := floats(r, sat, func(a, b, _ T) T { return a + b }, exactAdd[T])
	return lanes2(d, x, y, map2(func(a, b T) T {
		if !add {
			b = -b
		}
		return f(a, b, 0)
	}))
}

func (c *compiler) floatMul(t ptx.Type, r rounding, sat bool) op {
	c.floatType(t, r, sat)
	a := c.in.Args
	d, x, y := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t)
	switch {
	case plain(r, sat) && t == f32:
		return lanes2(d, x, y, warpmath.MulF32())
	case plain(r, sat):
		return lanes2(d, x, y, warpmath.MulF64())
	case t == f32:
		return mulRounded[float32](r, sat, d, x, y)
	}
	return mulRounded[float64](r, sat, d, x, y)
}

func mulRounded[T float32 | float64](r rounding, sat bool, d, x, y int) op {
	f := floats(r, sat, func(a, b, _ T) T { return a * b }, exactMul[T])
	return lanes2(d, x, y, map2(func(a, b T) T { return f(a, b, 0) }))
}

func (c *compiler) floatFMA(t ptx.Type, r rounding, sat bool) op {
	c.floatType(t, r, sat)
	if r.mode == "" {
		c.fail("%s of type %s without a rounding", c.in.Op, t)
	}
	a := c.in.Args
	d, x, y, z := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t), c.src(a[3], t)
	switch {
	case plain(r, sat) && t == f32:
		return lanes3(d, x, y, z, warpmath.FMAF32())
	case plain(r, sat):
		return lanes3(d, x, y, z, warpmath.FMAF64())
	case t == f32:
		return lanes3(d, x, y, z, map3(floats(r, sat, fma.FMA[float32], exactFMA[float32])))
	}
	return lanes3(d, x, y, z, map3(floats(r, sat, fma.FMA[float64], exactFMA[float64])))
}

// floatDiv is div of floats, nil for div of integers.
func (c *compiler) floatDiv() op {
	t := ptx.Type{}
	for _, m := range c.in.Modifiers {
		if m == "f32" || m == "f64" {
			t, _ = ptx.ParseType(m)
		}
	}
	if t.Bits == 0 {
		return nil
	}
	r := c.rounding()
	if c.one("approx", "full") == "" && r.mode == "" {
		c.fail("div of type %s without a rounding", t)
	}
	c.typ()
	c.floatType(t, r, false)
	a := c.args(3, 3)
	d, x, y := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t)
	if t == f32 {
		return divRounded[float32](r, d, x, y)
	}
	return divRounded[float64](r, d, x, y)
}

func divRounded[T float32 | float64](r rounding, d, x, y int) op {
	f := floats(r, false, func(a, b, _ T) T { return a / b }, exactDiv[T])
	return lanes2(d, x, y, map2(func(a, b T) T { return f(a, b, 1) }))
}

// floatMinMax takes the number of a number and a NaN, unless .NaN is given; -0 is
// less than +0.
func (c *compiler) floatMinMax(t ptx.Type, ftz, both bool, d, x, y int) op {
	low := c.in.Op == "min"
	c.floatType(t, rounding{ftz: ftz}, both)
	if t == f32 {
		return lanes2(d, x, y, map2(func(a, b float32) float32 {
			if ftz {
				a, b = flush(a), flush(b)
			}
			return choose(a, b, low, both)
		}))
	}
	return lanes2(d, x, y, map2(func(a, b float64) float64 { return choose(a, b, low, both) }))
}

func choose[T float32 | float64](a, b T, low, both bool) T {
	switch {
	case a != a && b != b || both && (a != a || b != b):
		return nan(a + b)
	case a != a:
		return b
	case b != b:
		return a
	case low:
		return min(a, b)
	}
	return max(a, b)
}

func floatSign32(neg, ftz bool, d, x int) op {
	return lanes1(d, x, map1(func(a uint32) uint32 {
		if ftz {
			a = math.Float32bits(flush(math.Float32frombits(a)))
		}
		if a&0x7fffffff > 0x7f800000 {
			return 0x7fffffff
		}
		if neg {
			return a ^ 1<<31
		}
		return a &^ (1 << 31)
	}))
}

func floatSign64(neg bool, d, x int) op {
	return lanes1(d, x, map1(func(a uint64) uint64 {
		if neg {
			return a ^ 1<<63
		}
		return a &^ (1 << 63)
	}))
}

func (c *compiler) copysign() op {
	t := c.typ()
	a := c.args(3, 3)
	d, x, y := c.dst(a[0], t), c.src(a[1], t), c.src(a[2], t)
	switch t {
	case f32:
		return lanes2(d, x, y, map2(func(a, b uint32) uint32 { return a&(1<<31) | b&^(1<<31) }))
	case f64:
		return lanes2(d, x, y, map2(func(a, b uint64) uint64 { return a&(1<<63) | b&^(1<<63) }))
	}
	return c.unsupported(t)
}
