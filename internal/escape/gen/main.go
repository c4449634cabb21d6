// Command gen writes the AVX2 and AVX-512 kernels of package escape.
//
// Both kernels take a few vectors of points side by side, because the chain from
// one z to the next is three operations long and each takes four cycles.
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
	// checked is how many vectors the checked kernel takes at once: each needs
	// five registers.
	checked int
}

// elem is what differs between the element types.
type elem struct {
	name, typ          string
	size               int
	bcast              func(ops ...Op)
	add, sub, mul, fma func(ops ...Op)
	compare            func(ops ...Op)
	and                func(ops ...Op)
	movemask           func(m, r Op)
	addInteger         func(ops ...Op)
	subInteger         func(ops ...Op)
}

const (
	vectors  = 4  // of points in a state
	maxLanes = 64 // of each array of a state
)

// The arrays of a state.
const (
	atX = iota
	atY
	atCX
	atCY
	atSavedX
	atSavedY
)

// Predicates of a comparison, false for what is not a number.
const (
	equal       = 0
	lessOrEqual = 18
)

func main() {
	ConstraintExpr("amd64,!noasm")
	sets := []isa{{"AVX2", 32, YMM, 2}, {"AVX512", 64, ZMM, 4}}
	elems := []elem{
		{"F64", "float64", 8, VBROADCASTSD, VADDPD, VSUBPD, VMULPD, VFMADD213PD, VCMPPD, VANDPD, VMOVMSKPD, VPADDQ, VPSUBQ},
		{"F32", "float32", 4, VBROADCASTSS, VADDPS, VSUBPS, VMULPS, VFMADD213PS, VCMPPS, VANDPS, VMOVMSKPS, VPADDD, VPSUBD},
	}
	for _, s := range sets {
		for _, e := range elems {
			free(s, e)
			checked(s, e)
		}
	}
	Generate()
}

func (s isa) wide() bool { return s.bytes == 64 }

// move loads or stores a vector, of whatever type.
func (s isa) move(from, to Op) {
	if s.wide() {
		VMOVUPD(from, to)
	} else {
		VMOVUPS(from, to)
	}
}

// place is where vector v of an array of a state lies.
func (e elem) place(s isa, state reg.Register, array, v int) Mem {
	return Mem{Base: state, Disp: array*maxLanes*e.size + v*s.bytes}
}

// constant gives a register with one value in every lane.
func (e elem) constant(s isa, bits uint64) reg.VecVirtual {
	v := s.reg()
	bcast := GP64()
	MOVQ(U64(bits), bcast)
	x := XMM()
	VMOVQ(bcast, x) // not MOVQ: a legacy instruction behind a wide one waits 100 ns
	e.bcast(x, v)
	return v
}

// real gives the bits of 2 or 4.
func (e elem) real(x int) uint64 {
	bits := map[int][2]uint64{2: {0x4000000000000000, 0x40000000}, 4: {0x4010000000000000, 0x40800000}}[x]
	if e.size == 8 {
		return bits[0]
	}
	return bits[1]
}

// found stores which lanes have escaped, given those that have not.
func (e elem) found(s isa, within, found reg.Register) {
	NOTQ(within)
	if lanes := vectors * s.bytes / e.size; lanes < 64 {
		mask := GP64()
		MOVQ(U64(1<<lanes-1), mask)
		ANDQ(mask, within)
	}
	MOVQ(within, Mem{Base: found})
}

// periodic stores which lanes have the value that was saved.
func (e elem) periodic(s isa, state, found reg.Register) {
	same, both := GP64(), GP64()
	XORQ(same, same)
	XORQ(both, both)
	for v := range vectors {
		x, y := s.reg(), s.reg()
		s.move(e.place(s, state, atX, v), x)
		s.move(e.place(s, state, atY, v), y)
		e.test(s, v, equal, e.place(s, state, atSavedX, v), x, same)
		e.test(s, v, equal, e.place(s, state, atSavedY, v), y, both)
	}
	ANDQ(both, same)
	MOVQ(same, Mem{Base: found, Disp: 8})
}

// point is a vector of points: z and the squares of its parts.
type point struct{ x, y, xx, yy reg.VecVirtual }

// next takes z to z²+c; it ruins the squares.
func (e elem) next(p point, two reg.VecVirtual, cx, cy Op) {
	e.mul(p.x, p.y, p.y)
	e.fma(cy, two, p.y)
	e.sub(p.yy, p.xx, p.xx)
	e.add(cx, p.xx, p.x)
}

// test leaves in mask, shifted into its place, which lanes of vector v compare.
func (e elem) test(s isa, v, predicate int, a Op, b reg.VecVirtual, sum reg.Register) {
	lanes := s.bytes / e.size
	m := GP64()
	if s.wide() {
		k := K()
		e.compare(Imm(uint64(predicate)), a, b, k)
		kmove(lanes, k, m.As32())
	} else {
		t := s.reg()
		e.compare(Imm(uint64(predicate)), a, b, t)
		e.movemask(t, m.As32())
	}
	if v > 0 {
		SHLQ(Imm(uint64(v*lanes)), m)
	}
	ORQ(m, sum)
}

// kmove takes a mask of so many bits to a register.
func kmove(lanes int, k, r Op) {
	if lanes == 16 {
		KMOVW(k, r)
	} else {
		KMOVB(k, r)
	}
}
