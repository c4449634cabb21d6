package ptxsim

import "fmt"

// typ is a PTX scalar type: b, u, s or f and its bits, or p1 for .pred.
type typ struct {
	kind byte
	bits int
}

var (
	pred = typ{'p', 1}
	b32  = typ{'b', 32}
	b64  = typ{'b', 64}
	u32  = typ{'u', 32}
	s32  = typ{'s', 32}
	u64  = typ{'u', 64}
	f32  = typ{'f', 32}
	f64  = typ{'f', 64}
)

func (t typ) String() string {
	if t.kind == 'p' {
		return "pred"
	}
	return fmt.Sprintf("%c%d", t.kind, t.bits)
}

func (t typ) size() int { return t.bits / 8 }

// parseType reads a name such as "u32", the dot already gone.
func parseType(s string) (typ, bool) {
	switch s {
	case "pred":
		return pred, true
	case "b8", "b16", "b32", "b64", "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "f32", "f64", "f16":
		bits := 0
		for _, c := range s[1:] {
			bits = bits*10 + int(c-'0')
		}
		return typ{s[0], bits}, true
	}
	return typ{}, false
}
