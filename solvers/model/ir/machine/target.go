package machine

import "hybrid/solvers/model/ir"

// A target is what code is made for.
type target struct {
	wide bool // AVX-512, else AVX2
	arm  bool // NEON
	typ  ir.Type

	// whole has cells beside a vector's own taken out of the two vectors that they are in, each read from the multiple of a vector
	// where it begins. On AMD's processors a load from two lines of the cache takes two times that of another one, which here
	// is most of a stencil's time: Zen 4 takes 4.2 cycles for a vector of heat on rows in the first-level cache, and 5.5
	// without. Intel's have one port for such shuffles, which their fused multiply-adds need too.
	whole bool
}

// size is that of an element, in bytes.
func (t target) size() int { return t.typ.Bytes() }

// bytes is the size of a vector.
func (t target) bytes() int {
	switch {
	case t.wide:
		return 64
	case t.arm:
		return 16
	}
	return 32
}

func (t target) lanes() int { return t.bytes() / t.size() }

// registers is the number of vector registers.
func (t target) registers() int {
	if t.wide || t.arm {
		return 32
	}
	return 16
}

// float is the form of an operation on floats: vaddpd, vaddps.
func (t target) float(name string, args string, op byte) form {
	f := form{name: name + "ps", args: args, table: 1, op: op}
	if t.typ == ir.F64 {
		f.name, f.pp, f.w = name+"pd", 1, true
	}
	return f
}

// integer is the form of an operation on integers: vpaddq, vpaddd.
func (t target) integer(name, args string, op32, op64 byte) form {
	f := form{name: name + "d", args: args, table: 1, pp: 1, op: op32}
	if t.typ == ir.F64 {
		f.name, f.op, f.w = name+"q", op64, true
	}
	return f
}

// logic is the form of a bitwise operation on integers, in which elements count for masks
// and broadcasts alone: vpand, vpandq.
func (t target) logic(name string, op byte) form {
	f := t.integer(name, "rvm", op, op)
	if !t.wide {
		f.name = name
	}
	return f
}

// fused is the form of a fused multiply-add: order 132, 213 or 231; sign bits of Negative.
func (t target) fused(order string, sign int) form {
	f := t.float([...]string{"vfmadd", "vfnmadd", "vfmsub", "vfnmsub"}[sign]+order, "rvm", 0x98)
	f.op += [...]byte{0, 4, 2, 6}[sign]
	f.op += map[string]byte{"132": 0, "213": 0x10, "231": 0x20}[order]
	f.table, f.pp, f.vexW = 2, 1, f.w
	return f
}

func (t target) compare() form {
	f := t.float("vcmp", "rvmi", 0xc2)
	if t.wide {
		f.class = toMask
	}
	return f
}

// blend is m where the mask is set, else v.
func (t target) blend() form {
	if t.wide {
		f := t.float("vblendm", "rvms", 0x65)
		f.table, f.pp = 2, 1
		return f
	}
	f := t.float("vblendv", "rvms", 0x4a)
	if t.typ == ir.F64 {
		f.op = 0x4b
	}
	f.table, f.pp = 3, 1
	return f
}

func (t target) floor() form {
	name := "vround"
	if t.wide {
		name = "vrndscale"
	}
	f := t.float(name, "rmi", 8)
	if t.typ == ir.F64 {
		f.op = 9
	}
	f.table, f.pp = 3, 1
	return f
}

// align is the form that puts two vectors one behind the other and takes one from the middle: v behind m.
func (t target) align() form {
	f := t.integer("valign", "rvmi", 3, 3)
	f.table = 3
	return f
}

// shift is the form of a shift by so many bits, ext 6 to the left, 2 to the right.
func (t target) shift(name string, ext byte) form {
	f := t.integer(name, "vmi", 0x72, 0x73)
	f.ext = ext
	return f
}

// spread is the form of a load of one element for all lanes.
func (t target) spread() form {
	f := form{name: "vbroadcastss", args: "rm", table: 2, pp: 1, op: 0x18, one: true}
	if t.typ == ir.F64 {
		f.name, f.op, f.w = "vbroadcastsd", 0x19, true
	}
	return f
}

func (t target) load() form {
	if t.arm {
		return armLoad
	}
	return t.float("vmovu", "rm", 0x10)
}

func (t target) store() form {
	if t.arm {
		return armStore
	}
	return t.float("vmovu", "mr", 0x11)
}

func (t target) move() form { return t.float("vmova", "rm", 0x28) }

// maskOf is the form that makes a k register of the highest bits of lanes.
func (t target) maskOf() form {
	f := t.integer("vpmov", "rm", 0x39, 0x39)
	f.name += "2m"
	f.class, f.table, f.pp = toMask, 2, 2
	return f
}

// Instructions on k registers, of 16 bits.
var (
	maskAnd    = form{name: "kandw", args: "rvm", class: ofMasks, table: 1, op: 0x41}
	maskAndNot = form{name: "kandnw", args: "rvm", class: ofMasks, table: 1, op: 0x42}
	maskOr     = form{name: "korw", args: "rvm", class: ofMasks, table: 1, op: 0x45}
	maskNot    = form{name: "knotw", args: "rm", class: ofMasks128, table: 1, op: 0x44}
	maskLoad   = form{name: "kmovw", args: "rm", class: ofMasks128, table: 1, op: 0x90}
	maskStore  = form{name: "kmovw", args: "mr", class: ofMasks128, table: 1, op: 0x91}
)

// Instructions on general registers.
var (
	movLoad   = form{name: "mov", args: "rm", class: general, op: 0x8b}
	movStore  = form{name: "mov", args: "mr", class: general, op: 0x89}
	subtract  = form{name: "sub", args: "mr", class: general, op: 0x29}
	addByte   = form{name: "add", args: "mi", class: general, op: 0x83}
	subByte   = form{name: "sub", args: "mi", class: general, op: 0x83, ext: 5}
	cmpByte   = form{name: "cmp", args: "mi", class: general, op: 0x83, ext: 7}
	negate    = form{name: "neg", args: "m", class: general, op: 0xf7, ext: 3}
	shiftLeft = form{name: "shl", args: "mi", class: general, op: 0xc1, ext: 4}
	clear     = form{name: "xor", args: "mr", class: general, op: 0x31}
	jumpLE    = form{name: "jle", args: "l", class: jump, op: 0x7e}
	jumpE     = form{name: "je", args: "l", class: jump, op: 0x74}
	jumpTo    = form{name: "jmp", args: "l", class: jump, op: 0xeb}
	zeroUpper = form{name: "vzeroupper", class: bare, op: 0x77}
	ret       = form{name: "ret", class: bare, op: 0xc3}
)
