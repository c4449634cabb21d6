package ptxsim

import (
	"fmt"
	"math/bits"
	"testing"

	"hybrid/gpu/ptx"
)

// TestLogic compares the instructions on bits with a loop over the bits.
func TestLogic(t *testing.T) {
	for _, name := range []string{"b16", "b32", "b64"} {
		ts := ty(name)
		two := []ptx.Type{ts, ts}
		holds(t, "and."+name+" %d, %a, %b;", ts, two, func(x []uint64) uint64 { return x[0] & x[1] })
		holds(t, "or."+name+" %d, %a, %b;", ts, two, func(x []uint64) uint64 { return x[0] | x[1] })
		holds(t, "xor."+name+" %d, %a, %b;", ts, two, func(x []uint64) uint64 { return x[0] ^ x[1] })
		holds(t, "not."+name+" %d, %a;", ts, two[:1], func(x []uint64) uint64 { return ^x[0] })
		holds(t, "cnot."+name+" %d, %a;", ts, two[:1], func(x []uint64) uint64 { return uint64(one(x[0] == 0)) })
		holds(t, "shl."+name+" %d, %a, %b;", ts, []ptx.Type{ts, u32}, func(x []uint64) uint64 {
			if x[1] >= uint64(ts.Bits) {
				return 0
			}
			return x[0] << x[1]
		})
		holds(t, "selp."+name+" %d, %a, %b, %c;", ts, []ptx.Type{ts, ts, pred}, func(x []uint64) uint64 {
			if x[2] != 0 {
				return x[0]
			}
			return x[1]
		})
		holds(t, "slct."+name+".s32 %d, %a, %b, %c;", ts, []ptx.Type{ts, ts, s32}, func(x []uint64) uint64 {
			if int32(x[2]) >= 0 {
				return x[0]
			}
			return x[1]
		})
	}
	for _, name := range []string{"b32", "b64"} {
		ts := ty(name)
		a := []ptx.Type{ts}
		count := func(v uint64) (ones, zeros, reverse uint64) {
			for i := range ts.Bits {
				if v>>i&1 != 0 {
					ones++
					zeros = uint64(ts.Bits - 1 - i)
					reverse |= 1 << (ts.Bits - 1 - i)
				}
			}
			if v == 0 {
				zeros = uint64(ts.Bits)
			}
			return ones, zeros, reverse
		}
		holds(t, "popc."+name+" %d, %a;", u32, a, func(x []uint64) uint64 { n, _, _ := count(x[0]); return n })
		holds(t, "clz."+name+" %d, %a;", u32, a, func(x []uint64) uint64 { _, n, _ := count(x[0]); return n })
		holds(t, "brev."+name+" %d, %a;", ts, a, func(x []uint64) uint64 { _, _, n := count(x[0]); return n })
		holds(t, "bfi."+name+" %d, %a, %b, %c, %e;", ts, []ptx.Type{ts, ts, u32, u32}, func(x []uint64) uint64 {
			pos, n, v := int(x[2]&255), int(x[3]&255), x[1]
			for i := 0; i < n && pos+i < ts.Bits; i++ {
				v = v&^(1<<(pos+i)) | x[0]>>i&1<<(pos+i)
			}
			return v
		})
	}
	for _, name := range []string{"u32", "s32", "u64", "s64"} {
		ts := ty(name)
		holds(t, "bfe."+name+" %d, %a, %b, %c;", ts, []ptx.Type{ts, u32, u32}, func(x []uint64) uint64 {
			// The manual's own loop.
			pos, n, msb := int(x[1]&255), int(x[2]&255), ts.Bits-1
			var sign, d uint64
			if ts.Kind == 's' && n > 0 {
				sign = x[0] >> min(pos+n-1, msb) & 1
			}
			for i := range ts.Bits {
				if i < n && pos+i <= msb {
					d |= x[0] >> (pos + i) & 1 << i
				} else {
					d |= sign << i
				}
			}
			return d
		})
		holds(t, "bfind."+name+" %d, %a;", u32, []ptx.Type{ts}, func(x []uint64) uint64 {
			v := x[0]
			if ts.Kind == 's' && v>>(ts.Bits-1) != 0 {
				v = ^v
			}
			if ts.Bits == 32 {
				v = uint64(uint32(v))
			}
			return uint64(bits.Len64(v) - 1)
		})
	}
	for table := range 256 {
		holds(t, fmt.Sprintf("lop3.b32 %%d, %%a, %%b, %%c, %d;", table), u32, []ptx.Type{u32, u32, u32}, func(x []uint64) uint64 {
			var v uint64
			for i := range 32 {
				v |= uint64(table) >> (x[0]>>i&1<<2 | x[1]>>i&1<<1 | x[2]>>i&1) & 1 << i
			}
			return v
		})
		if testing.Short() && table > 8 {
			break
		}
	}
	three := []ptx.Type{u32, u32, u32}
	for _, mode := range []string{"clamp", "wrap"} {
		amount := func(n uint64) uint64 {
			if mode == "wrap" {
				return n % 32
			}
			return min(n, 32)
		}
		holds(t, "shf.l."+mode+".b32 %d, %a, %b, %c;", u32, three, func(x []uint64) uint64 {
			if n := amount(x[2]); n > 0 {
				return x[1]<<n | x[0]>>(32-n)
			}
			return x[1]
		})
		holds(t, "shf.r."+mode+".b32 %d, %a, %b, %c;", u32, three, func(x []uint64) uint64 {
			n := amount(x[2])
			return x[1]<<(32-n) | x[0]>>n
		})
	}
	pick := func(x []uint64, i uint64) uint64 { return (x[1]<<32 | x[0]) >> (8 * i) & 255 }
	holds(t, "prmt.b32 %d, %a, %b, %c;", u32, three, func(x []uint64) (v uint64) {
		for i := range 4 {
			n := x[2] >> (4 * i) & 15
			b := pick(x, n&7)
			if n&8 != 0 {
				b = b >> 7 * 255
			}
			v |= b << (8 * i)
		}
		return v
	})
	for mode, order := range map[string][4][4]uint64{
		"f4e":  {{0, 1, 2, 3}, {1, 2, 3, 4}, {2, 3, 4, 5}, {3, 4, 5, 6}},
		"b4e":  {{0, 7, 6, 5}, {1, 0, 7, 6}, {2, 1, 0, 7}, {3, 2, 1, 0}},
		"rc8":  {{0, 0, 0, 0}, {1, 1, 1, 1}, {2, 2, 2, 2}, {3, 3, 3, 3}},
		"ecl":  {{0, 1, 2, 3}, {1, 1, 2, 3}, {2, 2, 2, 3}, {3, 3, 3, 3}},
		"ecr":  {{0, 0, 0, 0}, {0, 1, 1, 1}, {0, 1, 2, 2}, {0, 1, 2, 3}},
		"rc16": {{0, 1, 0, 1}, {2, 3, 2, 3}, {0, 1, 0, 1}, {2, 3, 2, 3}},
	} {
		holds(t, "prmt.b32."+mode+" %d, %a, %b, %c;", u32, three, func(x []uint64) (v uint64) {
			for i, n := range order[x[2]&3] {
				v |= pick(x, n) << (8 * i)
			}
			return v
		})
	}
	holds(t, "dp4a.s32.u32 %d, %a, %b, %c;", u32, three, func(x []uint64) uint64 {
		s := int64(x[2])
		for i := range 4 {
			s += int64(int8(x[0]>>(8*i))) * int64(uint8(x[1]>>(8*i)))
		}
		return uint64(s)
	})
	holds(t, "dp2a.hi.s32.s32 %d, %a, %b, %c;", u32, three, func(x []uint64) uint64 {
		return uint64(int64(x[2]) + int64(int16(x[0]))*int64(int8(x[1]>>16)) + int64(int16(x[0]>>16))*int64(int8(x[1]>>24)))
	})
}

// TestPredicates tries logic on predicates and the forms of setp that use them.
func TestPredicates(t *testing.T) {
	p3 := []ptx.Type{pred, pred}
	holds(t, "and.pred %d, %a, !%b;", pred, p3, func(x []uint64) uint64 { return x[0] &^ x[1] })
	holds(t, "or.pred %d, %a, %b;", pred, p3, func(x []uint64) uint64 { return x[0] | x[1] })
	holds(t, "xor.pred %d, %a, %b;", pred, p3, func(x []uint64) uint64 { return x[0] ^ x[1] })
	holds(t, "not.pred %d, %a;", pred, p3, func(x []uint64) uint64 { return 1 - x[0] })
	holds(t, "mov.pred %d, %a;", pred, p3, func(x []uint64) uint64 { return x[0] })
	s := []ptx.Type{s32, s32, pred}
	lt := func(x []uint64) uint64 { return uint64(one(int32(x[0]) < int32(x[1]))) }
	holds(t, "setp.lt.and.s32 %d, %a, %b, !%c;", pred, s, func(x []uint64) uint64 { return lt(x) &^ x[2] })
	holds(t, "setp.lt.or.s32 %q0|%d, %a, %b, %c;", pred, s, func(x []uint64) uint64 { return 1 - lt(x) | x[2] })
	holds(t, "setp.lt.xor.s32 %d|%q0, %a, %b, %c;", pred, s, func(x []uint64) uint64 { return lt(x) ^ x[2] })
	holds(t, "set.lt.u32.s32 %d, %a, %b;", u32, s[:2], func(x []uint64) uint64 { return -lt(x) })
	holds(t, "set.lt.and.f32.s32 %d, %a, %b, %c;", f32, s, func(x []uint64) uint64 { return lt(x) & x[2] * 0x3f800000 })
	// A guard leaves the other lanes' results as they were.
	holds(t, "mov.u32 %d, %a; @%c mov.u32 %d, %b; @!%c add.u32 %d, %d, 1;", u32, []ptx.Type{u32, u32, pred}, func(x []uint64) uint64 {
		if x[2] != 0 {
			return x[1]
		}
		return x[0] + 1
	})
}
