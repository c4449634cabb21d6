// Command gen writes the AVX2 and AVX-512 kernels of package stencil.
//
// Each kernel walks a row group by group, against the drift (see the package
// comment): forth from the last group to the first, back from the first to the
// last, so that the north group, which lies in the row that is written, is read
// before it is overwritten. West, centre and east groups of neighbouring
// updates are the same registers renamed; an update costs two additions, one
// multiplication, two fused multiply-adds, three loads and a store. A kernel that
// flushes adds an and, a comparison and a second and.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// isa is what differs between the instruction sets.
type isa struct {
	name  string
	bytes int // of a vector
	reg   func() reg.VecVirtual
}

// elem is what differs between the element types.
type elem struct {
	name, typ string
	size      int
	bcast     func(ops ...Op)
	add       func(ops ...Op)
	mul       func(ops ...Op)
	fma231    func(ops ...Op)
	and       func(ops ...Op)
	cmp       func(ops ...Op)
	keep      func(ops ...Op)          // the lanes of a mask, 0 in the others
	mov       func(ops ...Op)          // one value, between memory and a register
	blend     func(i, mxy, xy, xy1 Op) // of two vectors of 32 bytes, by lane
}

// direction is what differs between the directions of a drift: in which order
// the groups of a row are walked, which is also where a point's old place lies,
// in groups from its new one.
type direction struct {
	name, title string
	step        int
}

var (
	forth = direction{"forth", "Forth", -1}
	back  = direction{"back", "Back", +1}
)

// Updates that one pass of the unrolled loop does.
const unroll = 4

func main() {
	ConstraintExpr("amd64,!noasm")
	sets := []isa{{"AVX2", 32, YMM}, {"AVX512", 64, ZMM}}
	elems := []elem{
		{"F64", "float64", 8, VBROADCASTSD, VADDPD, VMULPD, VFMADD231PD, VANDPD, VCMPPD, keep(VMOVAPD_Z), VMOVSD, VBLENDPD},
		{"F32", "float32", 4, VBROADCASTSS, VADDPS, VMULPS, VFMADD231PS, VANDPS, VCMPPS, keep(VMOVAPS_Z), VMOVSS, VBLENDPS},
	}
	for _, s := range sets {
		for _, e := range elems {
			for _, d := range []direction{forth, back} {
				step(d, s, e, false)
				step(d, s, e, true)
				carry(d, s, e)
			}
		}
	}
	Generate()
}

func log2(n int) int {
	k := 0
	for ; n > 1; n >>= 1 {
		k++
	}
	return k
}
