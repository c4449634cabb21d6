// Command gen writes the AVX2 and AVX-512 kernels of package membw: four vectors a
// trip, with ordinary loads and stores.
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

// A kernel is to = x, s x, x + y or x + s y.
type kernel struct {
	name   string
	scalar bool
	args   string // in the order of the Go kernel
	to     string
	x, y   string // y is "" where there is none
}

func main() {
	ConstraintExpr("amd64,!noasm")
	for _, s := range []isa{{"AVX2", 32, YMM}, {"AVX512", 64, ZMM}} {
		for _, k := range []kernel{
			{"copy", false, "times, n int, c, a *float64", "c", "a", ""},
			{"scale", true, "times, n int, b, c *float64, s float64", "b", "c", ""},
			{"add", false, "times, n int, c, a, b *float64", "c", "a", "b"},
			{"triad", true, "times, n int, a, b, c *float64, s float64", "a", "b", "c"},
		} {
			k.write(s)
		}
	}
	Generate()
}

const vectors = 4 // of a trip

// write writes a kernel that passes over n elements, a multiple of those of a trip
// and not none, so many times, and at least once.
func (k kernel) write(s isa) {
	TEXT(k.name+s.name, NOSPLIT, "func("+k.args+")")
	Pragma("noescape")
	Doc(k.name + s.name + " is the same as " + k.name + "Go, for n a multiple of 32.")
	times := Load(Param("times"), GP64())
	n := Load(Param("n"), GP64())
	to, x := Load(Param(k.to), GP64()), Load(Param(k.x), GP64())
	var y reg.Register
	if k.y != "" {
		y = Load(Param(k.y), GP64())
	}
	var scalar reg.VecVirtual
	if k.scalar {
		scalar = s.reg()
		VBROADCASTSD(Load(Param("s"), XMM()), scalar)
	}
	offset := GP64()
	SHLQ(Imm(3), n)
	at := func(base reg.Register, i int) Mem {
		return Mem{Base: base, Index: offset, Scale: 1, Disp: s.bytes * i}
	}
	Label("pass")
	XORQ(offset, offset)
	Label("trip")
	v := make([]reg.VecVirtual, vectors)
	for i := range v {
		v[i] = s.reg()
		switch {
		case k.scalar && k.y != "":
			VMOVUPD(at(y, i), v[i])
			VFMADD213PD(at(x, i), scalar, v[i])
		case k.scalar:
			VMULPD(at(x, i), scalar, v[i])
		case k.y != "":
			VMOVUPD(at(x, i), v[i])
			VADDPD(at(y, i), v[i], v[i])
		default:
			VMOVUPD(at(x, i), v[i])
		}
	}
	for i := range v {
		VMOVUPD(v[i], at(to, i))
	}
	ADDQ(U32(vectors*s.bytes), offset)
	CMPQ(offset, n)
	JL(LabelRef("trip"))
	DECQ(times)
	JNZ(LabelRef("pass"))
	VZEROUPPER()
	RET()
}
