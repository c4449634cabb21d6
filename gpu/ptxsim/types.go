package ptxsim

import "hybrid/gpu/ptx"

// The types that instructions are about.
var (
	pred = ptx.Pred
	b32  = bitsType(32)
	b64  = bitsType(64)
	u32  = ptx.Type{Kind: 'u', Bits: 32}
	s32  = ptx.Type{Kind: 's', Bits: 32}
	u64  = ptx.Type{Kind: 'u', Bits: 64}
	f16  = ptx.Type{Kind: 'f', Bits: 16}
	f32  = ptx.Type{Kind: 'f', Bits: 32}
	f64  = ptx.Type{Kind: 'f', Bits: 64}
)

// bitsType is the type of n bits that are taken as they are.
func bitsType(n int) ptx.Type { return ptx.Type{Kind: 'b', Bits: n} }
