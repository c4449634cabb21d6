package ptxsim

import (
	"math"
	"math/big"

	"hybrid/gpu/ptx"
)

// A conversion is what a cvt says.
type conversion struct {
	to, from ptx.Type
	rounding
	whole string // rounding to a whole number: rni, rzi, rmi, rpi
	sat   bool
}

// cvt converts between all types. The registers may be wider than the types.
func (c *compiler) cvt() op {
	v := conversion{whole: c.one("rni", "rzi", "rmi", "rpi")}
	v.rounding = rounding{mode: c.one("rn", "rz", "rm", "rp", "rna"), ftz: c.has("ftz")}
	v.sat = c.has("sat")
	a := c.args(2, 2)
	if v.mode == "rna" {
		return c.toTF32(a)
	}
	v.to, v.from = c.typ(), c.typ()
	td, ts := v.to, v.from
	if td.Bits*ts.Bits == 0 || td == pred || ts == pred || td.Kind == 'b' || ts.Kind == 'b' ||
		td == f16 || ts == f16 || v.ftz && td != f32 && ts != f32 {
		c.fail("cvt.%s.%s is not understood", td, ts)
	}
	f := v.function(c)
	x := c.wide(a[1], ts)
	if a[1].Kind == ptx.Reg {
		c.regBits(a[1], ts.Bits)
	}
	db := c.regBits(a[0], td.Bits)
	if td.Kind == 'f' && db != td.Bits {
		c.fail("cvt.%s.%s to a register of %d bits", td, ts, db)
	}
	d := c.dst(a[0], bitsType(db))
	if db == td.Bits {
		if g := v.common(d, x); g != nil {
			return g
		}
	}
	in, out := max(ts.Size(), 2), db/8
	if a[1].Kind == ptx.Reg {
		in = max(c.regs[a[1].Reg].Type.Size(), 2)
	}
	return func(w *warp) {
		for m := w.mask; m != 0; m &= m - 1 {
			i := firstLane(m)
			setRaw(w.p[d], out, i, f(extend(raw(w.p[x], in, i), ts)))
		}
	}
}

// common has the conversions that kernels are full of, and is nil for others.
func (v conversion) common(d, x int) op {
	if v.whole != "" || !plain(v.rounding, v.sat) {
		return nil
	}
	switch v.to.String() + "." + v.from.String() {
	case "u64.u32", "s64.u32":
		return lanes1(d, x, convertLanes[uint64, uint32])
	case "s64.s32", "u64.s32":
		return lanes1(d, x, convertLanes[int64, int32])
	case "f64.s32":
		return lanes1(d, x, convertLanes[float64, int32])
	case "f64.u32":
		return lanes1(d, x, convertLanes[float64, uint32])
	case "f64.s64":
		return lanes1(d, x, convertLanes[float64, int64])
	case "f32.s32":
		return lanes1(d, x, convertLanes[float32, int32])
	case "f64.f32":
		return lanes1(d, x, convertLanes[float64, float32])
	case "u32.u64", "s32.u64", "u32.s64", "s32.s64":
		return lanes1(d, x, convertLanes[uint32, uint64])
	}
	return nil
}

func convertLanes[D, A integer | float32 | float64](d *[32]D, a *[32]A) {
	for i := range d {
		d[i] = D(a[i])
	}
}

// extend makes the low bits of v, a value of type t, 64 bits.
func extend(v uint64, t ptx.Type) uint64 {
	n := 64 - t.Bits
	if t.Kind == 's' {
		return uint64(int64(v<<n) >> n)
	}
	return v << n >> n
}

// function is cvt of one value, extended to 64 bits on both sides.
func (v conversion) function(c *compiler) func(uint64) uint64 {
	td, ts, whole, r, sat := v.to, v.from, v.whole, v.rounding, v.sat
	intD, intS := td.Kind != 'f', ts.Kind != 'f'
	bad := false
	switch {
	case intD && intS:
		bad = whole != "" || r != (rounding{})
	case intD:
		bad = whole == "" || r.mode != ""
	case intS:
		bad = whole != "" || r.mode == "" || sat && td == f64
	case td.Bits < ts.Bits:
		bad = whole != "" || r.mode == ""
	default:
		bad = r.mode != "" || td.Bits > ts.Bits && whole != ""
	}
	if bad {
		c.fail("cvt.%s.%s with this rounding is not understood", td, ts)
	}
	switch {
	case intD && intS:
		return func(v uint64) uint64 {
			if sat {
				v = saturateInt(v, td, ts)
			}
			return extend(v, td)
		}
	case intD:
		return func(v uint64) uint64 {
			if ts == f32 {
				return toInteger(float64(flushIf(r.ftz, math.Float32frombits(uint32(v)))), whole, td, ts)
			}
			return toInteger(math.Float64frombits(v), whole, td, ts)
		}
	case intS:
		return func(v uint64) uint64 {
			if td == f32 {
				f := fromInteger[float32](v, ts, r.mode)
				if sat {
					f = saturate(f)
				}
				return uint64(math.Float32bits(f))
			}
			return math.Float64bits(fromInteger[float64](v, ts, r.mode))
		}
	}
	return v.floatToFloat
}

func flushIf(ftz bool, f float32) float32 {
	if ftz {
		return flush(f)
	}
	return f
}

// saturateInt clamps v, of type ts, to the range of td.
func saturateInt(v uint64, td, ts ptx.Type) uint64 {
	if ts.Kind == 's' && int64(v) < 0 {
		if td.Kind != 's' {
			return 0
		}
		return uint64(max(int64(v), -1<<(td.Bits-1)))
	}
	top := uint64(1)<<(td.Bits-1) - 1
	if td.Kind != 's' {
		top = top<<1 | 1
	}
	return min(v, top)
}

func roundWhole(x float64, mode string) float64 {
	switch mode {
	case "rni":
		return math.RoundToEven(x)
	case "rmi":
		return math.Floor(x)
	case "rpi":
		return math.Ceil(x)
	}
	return math.Trunc(x)
}

// toInteger rounds and clamps. NaN is 0, or the sign bit where a 64-bit type takes
// part.
func toInteger(x float64, mode string, td, ts ptx.Type) uint64 {
	if x != x {
		if ts != f64 && td.Bits != 64 {
			return 0
		}
		return extend(1<<(td.Bits-1), td)
	}
	x = roundWhole(x, mode)
	if td.Kind == 's' {
		limit := math.Ldexp(1, td.Bits-1)
		switch {
		case x >= limit:
			return 1<<(td.Bits-1) - 1
		case x < -limit:
			return extend(1<<(td.Bits-1), td)
		}
		return uint64(int64(x))
	}
	switch {
	case x >= math.Ldexp(1, td.Bits):
		return extend(^uint64(0), td)
	case x <= 0:
		return 0
	case x >= 1<<63:
		return uint64(int64(x-1<<63)) + 1<<63
	}
	return uint64(int64(x))
}

// fromInteger rounds an integer of type ts in any mode.
func fromInteger[T float32 | float64](v uint64, ts ptx.Type, mode string) T {
	var near T
	if ts.Kind == 's' {
		near = T(int64(v))
	} else {
		near = fromUnsigned[T](v)
	}
	if mode == "rn" {
		return near
	}
	x := new(big.Rat).SetUint64(v)
	if ts.Kind == 's' {
		x.SetInt64(int64(v))
	}
	return directed(x, mode, T(0))
}

// fromUnsigned is T(v), by way of an odd rounding of the lowest bits, so that it
// is the same on every architecture.
func fromUnsigned[T float32 | float64](v uint64) T {
	if int64(v) >= 0 {
		return T(int64(v))
	}
	return 2 * T(int64(v>>1|v&1))
}

// floatToFloat converts between f32 and f64, or rounds to a whole number.
func (v conversion) floatToFloat(bits uint64) uint64 {
	x := math.Float64frombits(bits)
	if v.from == f32 {
		x = float64(flushIf(v.ftz, math.Float32frombits(uint32(bits))))
	}
	if v.whole != "" {
		x = roundWhole(x, v.whole)
	}
	if v.sat {
		x = saturate(x)
	}
	if v.to == f64 {
		return math.Float64bits(x)
	}
	y := float32(x)
	if v.mode != "" && v.mode != "rn" && finite(x) {
		y = directed(rat(x), v.mode, y)
	}
	if v.ftz {
		y = flush(y)
	}
	if y != y {
		y = canonical
	}
	return uint64(math.Float32bits(y))
}

// toTF32 is cvt.rna.tf32.f32: ten bits of fraction, ties away from zero. The
// lower bits become zero.
func (c *compiler) toTF32(a []ptx.Operand) op {
	c.must("tf32")
	if t := c.typ(); t != f32 {
		return c.unsupported(t)
	}
	return lanes1(c.dst(a[0], b32), c.src(a[1], f32), map1(roundTF32))
}

func roundTF32(v uint32) uint32 {
	if v&0x7f800000 == 0x7f800000 {
		if v&0x7fffff != 0 {
			return 0x7fffffff
		}
		return v
	}
	return (v + 1<<12) &^ (1<<13 - 1)
}
