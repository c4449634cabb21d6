package ptx

import (
	"fmt"
	"math"
	"strconv"
)

// A Type is a scalar type: Kind b, u, s or f and its bits, or p and 1 for .pred.
type Type struct {
	Kind byte
	Bits int
}

// Pred is the type of a predicate.
var Pred = Type{'p', 1}

// String is the type as PTX writes it, without the dot.
func (t Type) String() string {
	if t == Pred {
		return "pred"
	}
	return fmt.Sprintf("%c%d", t.Kind, t.Bits)
}

// Size is the bytes of a value; 0 for Pred.
func (t Type) Size() int { return t.Bits / 8 }

// ParseType reads a name such as "u32", without its dot.
func ParseType(s string) (Type, bool) {
	switch s {
	case "pred":
		return Pred, true
	case "b8", "b16", "b32", "b64", "b128", "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "f16", "f32", "f64":
		bits, _ := strconv.Atoi(s[1:])
		return Type{s[0], bits}, true
	}
	return Type{}, false
}

// Literal is the bits of a number as a value of type t. It reports false where the
// language has no such literal.
func (o Operand) Literal(t Type) (bits uint64, ok bool) {
	switch {
	case o.Kind == Int:
		return o.Bits, t.Kind != 'f' || o.Bits == 0
	case t.Kind != 'f' && t.Kind != 'b':
		return 0, false
	case t.Bits == 64 && o.Kind == Float32:
		return math.Float64bits(float64(math.Float32frombits(uint32(o.Bits)))), t.Kind == 'f'
	case t.Bits == 32 && o.Kind == Float64:
		return uint64(math.Float32bits(float32(math.Float64frombits(o.Bits)))), t.Kind == 'f'
	case t.Bits == 32 && o.Kind == Float32 || t.Bits == 64 && o.Kind == Float64:
		return o.Bits, true
	}
	return 0, false
}

// SpecialBits is the width of a special register such as %tid.x, 0 for a name that is
// none.
func SpecialBits(name string) int {
	switch name {
	case "%tid.x", "%tid.y", "%tid.z", "%ntid.x", "%ntid.y", "%ntid.z",
		"%ctaid.x", "%ctaid.y", "%ctaid.z", "%nctaid.x", "%nctaid.y", "%nctaid.z",
		"%laneid", "%warpid", "%nwarpid", "%smid", "%nsmid", "%gridid",
		"%lanemask_eq", "%lanemask_le", "%lanemask_lt", "%lanemask_ge", "%lanemask_gt",
		"%clock", "%clock_hi", "%globaltimer_lo", "%globaltimer_hi",
		"%dynamic_smem_size", "%total_smem_size":
		return 32
	case "%clock64", "%globaltimer":
		return 64
	}
	return 0
}
