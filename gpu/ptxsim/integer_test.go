package ptxsim

import (
	"fmt"
	"math/big"
	"testing"

	"hybrid/gpu/ptx"
)

// number is the value of bits as type t.
func value(v uint64, t ptx.Type) *big.Int {
	x := new(big.Int).SetUint64(v)
	if t.Kind == 's' && v>>(t.Bits-1)&1 != 0 {
		x.Sub(x, new(big.Int).Lsh(big.NewInt(1), uint(t.Bits)))
	}
	return x
}

// bitsOf is x modulo 2^64.
func bitsOf(x *big.Int) uint64 {
	return new(big.Int).And(x, new(big.Int).SetUint64(^uint64(0))).Uint64()
}

func ty(s string) ptx.Type {
	t, ok := ptx.ParseType(s)
	if !ok {
		panic(s)
	}
	return t
}

// TestInteger compares integer arithmetic with math/big.
func TestInteger(t *testing.T) {
	for _, name := range []string{"u16", "s16", "u32", "s32", "u64", "s64"} {
		ts := ty(name)
		n := uint(ts.Bits)
		two := []ptx.Type{ts, ts}
		bin := func(text string, d ptx.Type, f func(z, x, y *big.Int) *big.Int) {
			holds(t, text, d, two, func(x []uint64) uint64 {
				return bitsOf(f(new(big.Int), value(x[0], ts), value(x[1], ts)))
			})
		}
		bin("add."+name+" %d, %a, %b;", ts, (*big.Int).Add)
		bin("sub."+name+" %d, %a, %b;", ts, (*big.Int).Sub)
		bin("mul.lo."+name+" %d, %a, %b;", ts, (*big.Int).Mul)
		bin("mul.hi."+name+" %d, %a, %b;", ts, func(z, x, y *big.Int) *big.Int { return z.Rsh(z.Mul(x, y), n) })
		smaller := func(first bool) func(z, x, y *big.Int) *big.Int {
			return func(z, x, y *big.Int) *big.Int {
				if (x.Cmp(y) < 0) == first {
					return x
				}
				return y
			}
		}
		bin("min."+name+" %d, %a, %b;", ts, smaller(true))
		bin("max."+name+" %d, %a, %b;", ts, smaller(false))
		for _, op := range []string{"div", "rem"} {
			bin(op+"."+name+" %d, %a, %b;", ts, func(z, x, y *big.Int) *big.Int {
				switch {
				case y.Sign() == 0 && op == "div":
					return big.NewInt(-1)
				case y.Sign() == 0:
					return x
				case op == "div":
					return z.Quo(x, y)
				}
				return z.Rem(x, y)
			})
		}
		mad := func(text string, d ptx.Type, f func(p, z *big.Int) *big.Int) {
			holds(t, text, d, []ptx.Type{ts, ts, d}, func(x []uint64) uint64 {
				p := new(big.Int).Mul(value(x[0], ts), value(x[1], ts))
				return bitsOf(f(p, value(x[2], ptx.Type{Kind: ts.Kind, Bits: d.Bits})))
			})
		}
		mad("mad.lo."+name+" %d, %a, %b, %c;", ts, func(p, z *big.Int) *big.Int { return p.Add(p, z) })
		if n < 64 {
			wide := ptx.Type{Kind: ts.Kind, Bits: 2 * ts.Bits}
			bin("mul.wide."+name+" %d, %a, %b;", wide, (*big.Int).Mul)
			mad("mad.wide."+name+" %d, %a, %b, %c;", wide, func(p, z *big.Int) *big.Int { return p.Add(p, z) })
		}
		if n > 16 {
			mad("mad.hi."+name+" %d, %a, %b, %c;", ts, func(p, z *big.Int) *big.Int { return z.Add(p.Rsh(p, n), z) })
			holds(t, "sad."+name+" %d, %a, %b, %c;", ts, []ptx.Type{ts, ts, ts}, func(x []uint64) uint64 {
				d := new(big.Int).Sub(value(x[0], ts), value(x[1], ts))
				return bitsOf(d.Add(d.Abs(d), value(x[2], ts)))
			})
		}
		if ts.Kind == 's' {
			holds(t, "neg."+name+" %d, %a;", ts, two[:1], func(x []uint64) uint64 { return -x[0] })
			holds(t, "abs."+name+" %d, %a;", ts, two[:1], func(x []uint64) uint64 {
				return bitsOf(new(big.Int).Abs(value(x[0], ts)))
			})
		}
		for cmp, yes := range map[string]func(c int) bool{
			"eq": func(c int) bool { return c == 0 }, "ne": func(c int) bool { return c != 0 },
			"lt": func(c int) bool { return c < 0 }, "le": func(c int) bool { return c <= 0 },
			"gt": func(c int) bool { return c > 0 }, "ge": func(c int) bool { return c >= 0 },
		} {
			holds(t, fmt.Sprintf("setp.%s.%s %%d, %%a, %%b;", cmp, name), pred, two, func(x []uint64) uint64 {
				return uint64(one(yes(value(x[0], ts).Cmp(value(x[1], ts)))))
			})
		}
		shr := func(x []uint64) uint64 { return bitsOf(new(big.Int).Rsh(value(x[0], ts), uint(x[1]))) }
		holds(t, "shr."+name+" %d, %a, %b;", ts, []ptx.Type{ts, u32}, func(x []uint64) uint64 {
			return shr([]uint64{x[0], min(x[1], 64)})
		})
	}
	sat := func(v int64) uint64 { return uint64(uint32(int32(min(max(v, -1<<31), 1<<31-1)))) }
	s2 := []ptx.Type{s32, s32}
	holds(t, "add.sat.s32 %d, %a, %b;", s32, s2, func(x []uint64) uint64 {
		return sat(int64(int32(x[0])) + int64(int32(x[1])))
	})
	holds(t, "sub.sat.s32 %d, %a, %b;", s32, s2, func(x []uint64) uint64 {
		return sat(int64(int32(x[0])) - int64(int32(x[1])))
	})
	low := func(v uint64) int64 { return int64(int32(v<<8)) >> 8 }
	holds(t, "mul24.lo.s32 %d, %a, %b;", s32, s2, func(x []uint64) uint64 { return uint64(low(x[0]) * low(x[1])) })
	holds(t, "mul24.hi.u32 %d, %a, %b;", u32, s2, func(x []uint64) uint64 { return (x[0] & 0xffffff) * (x[1] & 0xffffff) >> 16 })
	holds(t, "mad24.lo.u32 %d, %a, %b, %c;", u32, []ptx.Type{u32, u32, u32}, func(x []uint64) uint64 {
		return (x[0]&0xffffff)*(x[1]&0xffffff) + x[2]
	})
}

// TestCarry adds, subtracts and multiplies in several words.
func TestCarry(t *testing.T) {
	w := func(x []uint64, i int) *big.Int { return value(x[i], u64) }
	holds(t, `mov.b64 {%x0, %x1}, %a; mov.b64 {%x2, %x3}, %b;
		add.cc.u32 %x0, %x0, %x2; addc.u32 %x1, %x1, %x3; mov.b64 %d, {%x0, %x1};`,
		u64, []ptx.Type{u64, u64}, func(x []uint64) uint64 { return x[0] + x[1] })
	holds(t, `mov.b64 {%x0, %x1}, %a; mov.b64 {%x2, %x3}, %b;
		sub.cc.u32 %x0, %x0, %x2; subc.cc.u32 %x1, %x1, %x3; mov.b64 %d, {%x0, %x1};`,
		u64, []ptx.Type{u64, u64}, func(x []uint64) uint64 { return x[0] - x[1] })
	// The high word of the sum of two products of 64 bits.
	holds(t, `mad.lo.cc.u64 %y0, %a, %b, %c; madc.hi.u64 %d, %a, %b, %e;`,
		u64, []ptx.Type{u64, u64, u64, u64}, func(x []uint64) uint64 {
			v := new(big.Int).Mul(w(x, 0), w(x, 1))
			v.Add(v, w(x, 2))
			v.Add(v, new(big.Int).Lsh(w(x, 3), 64))
			return bitsOf(v.Rsh(v, 64))
		})
	holds(t, `mad.lo.cc.u32 %x0, %a, %b, %c; madc.hi.cc.u32 %x1, %a, %b, %e; addc.u32 %d, 0, 0;`,
		u32, []ptx.Type{u32, u32, u32, u32}, func(x []uint64) uint64 {
			v := new(big.Int).Mul(w(x, 0), w(x, 1))
			v.Add(v, w(x, 2))
			v.Add(v, new(big.Int).Lsh(w(x, 3), 32))
			return bitsOf(v.Rsh(v, 64))
		})
	holds(t, `add.cc.u64 %y0, %a, %b; addc.u64 %d, 0, 0;`, u64, []ptx.Type{u64, u64}, func(x []uint64) uint64 {
		return uint64(one(x[0]+x[1] < x[0]))
	})
}
