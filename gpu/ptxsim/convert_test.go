package ptxsim

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"hybrid/gpu/ptx"
)

// TestConvertIntegers converts between all integer types, with and without
// saturation.
func TestConvertIntegers(t *testing.T) {
	names := []string{"u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64"}
	for _, from := range names {
		for _, to := range names {
			ts, td := ty(from), ty(to)
			holds(t, fmt.Sprintf("cvt.%s.%s %%d, %%a;", to, from), td, []ptx.Type{ts}, func(x []uint64) uint64 {
				return bitsOf(value(x[0], ts))
			})
			lo, hi := bounds(td)
			holds(t, fmt.Sprintf("cvt.sat.%s.%s %%d, %%a;", to, from), td, []ptx.Type{ts}, func(x []uint64) uint64 {
				v := value(x[0], ts)
				if v.Cmp(lo) < 0 {
					v = lo
				}
				if v.Cmp(hi) > 0 {
					v = hi
				}
				return bitsOf(v)
			})
		}
	}
	// Registers wider than the types.
	holds(t, "cvt.u32.u8 %d, %a;", u32, []ptx.Type{u32}, func(x []uint64) uint64 { return x[0] & 255 })
	holds(t, "cvt.s8.s32 %d, %a;", u32, []ptx.Type{u32}, func(x []uint64) uint64 { return uint64(int64(int8(x[0]))) })
	holds(t, "cvt.s64.s16 %d, %a;", u64, []ptx.Type{u32}, func(x []uint64) uint64 { return uint64(int64(int16(x[0]))) })
}

func bounds(t ptx.Type) (lo, hi *big.Int) {
	one := big.NewInt(1)
	lo, hi = big.NewInt(0), new(big.Int).Lsh(one, uint(t.Bits))
	if t.Kind == 's' {
		hi.Rsh(hi, 1)
		lo.Neg(hi)
	}
	return lo, hi.Sub(hi, one)
}

// TestConvertFloats converts between floats and integers in every mode.
func TestConvertFloats(t *testing.T) {
	for _, fs := range []ptx.Type{f32, f64} {
		for _, name := range []string{"u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64"} {
			ti := ty(name)
			lo, hi := bounds(ti)
			for mode, round := range map[string]func(float64) float64{
				"rzi": math.Trunc, "rni": math.RoundToEven, "rmi": math.Floor, "rpi": math.Ceil,
			} {
				holds(t, fmt.Sprintf("cvt.%s.%s.%s %%d, %%a;", mode, ti, fs), ti, []ptx.Type{fs}, func(x []uint64) uint64 {
					_, f := real(x[0], fs)
					if math.IsNaN(f) {
						if fs == f32 && ti.Bits < 64 {
							return 0
						}
						return 1 << (ti.Bits - 1)
					}
					f = round(f)
					if math.IsInf(f, 0) {
						f = math.Copysign(1e300, f)
					}
					v, _ := big.NewFloat(f).Int(nil)
					if v.Cmp(lo) < 0 {
						v = lo
					}
					if v.Cmp(hi) > 0 {
						v = hi
					}
					return bitsOf(v)
				})
			}
			for _, mode := range []string{"rn", "rz", "rm", "rp"} {
				holds(t, fmt.Sprintf("cvt.%s.%s.%s %%d, %%a;", mode, fs, ti), fs, []ptx.Type{ti}, func(x []uint64) uint64 {
					v := value(x[0], ti)
					if v.Sign() == 0 {
						return 0
					}
					return roundTo(new(big.Float).SetPrec(100).SetInt(v), fs, mode)
				})
			}
		}
		holds(t, fmt.Sprintf("cvt.rni.%s.%s %%d, %%a;", fs, fs), fs, []ptx.Type{fs}, func(x []uint64) uint64 {
			_, f := real(x[0], fs)
			return bitsFloat(math.RoundToEven(f), fs)
		})
	}
	for _, mode := range []string{"rn", "rz", "rm", "rp"} {
		holds(t, "cvt."+mode+".f32.f64 %d, %a;", f32, []ptx.Type{f64}, func(x []uint64) uint64 {
			b, f := real(x[0], f64)
			if b == nil || f == 0 {
				return bitsFloat(f, f32)
			}
			return roundTo(b, f32, mode)
		})
	}
	holds(t, "cvt.f64.f32 %d, %a;", f64, []ptx.Type{f32}, func(x []uint64) uint64 {
		_, f := real(x[0], f32)
		return bitsFloat(f, f64)
	})
	holds(t, "cvt.rna.tf32.f32 %x0, %a; mov.b32 %d, %x0;", f32, []ptx.Type{f32}, func(x []uint64) uint64 {
		b, f := real(x[0], f32)
		if b == nil || f == 0 {
			return bitsFloat(f, f32)
		}
		// Ties away from zero at ten bits of fraction, or at the place of the
		// smallest number's tenth.
		digits := min(11, b.MantExp(nil)+136)
		if digits < 1 {
			unit := math.Copysign(0x1p-136, f)
			if math.Abs(f) >= 0x1p-137 {
				return bitsFloat(unit, f32)
			}
			return bitsFloat(math.Copysign(0, f), f32)
		}
		y, _ := new(big.Float).SetPrec(uint(digits)).SetMode(big.ToNearestAway).Set(b).Float64()
		return bitsFloat(y, f32)
	})
}
