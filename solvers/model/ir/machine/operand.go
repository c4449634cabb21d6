package machine

// A register is the number of one of any class; the instruction says which.
type register int8

const noRegister register = -1

// General registers, by their numbers in instructions.
const (
	rax register = iota
	rcx
	rdx
	rbx
	rsp
	rbp
	rsi
	rdi
	r8
	r9
	r10
	r11
	r12
	r13
	r14
	r15
)

// A memory is an address: [base + index + disp], or that of a constant behind the code.
type memory struct {
	base, index register // base none: the constant
	disp        int32
	constant    int  // its number
	spread      bool // one element, for all lanes: {1to8}
}

// An instruction with its operands. Their meaning is in form.args.
type instruction struct {
	form
	r, v, m register // of ModRM.reg, VEX.vvvv and ModRM.rm
	mem     *memory  // in place of m
	imm     int32
	mask    register // the k register of vblendm, the vector register of vblendv
	target  int      // of a jump: the index of the instruction
}

// A form is what an instruction looks like.
type form struct {
	name  string
	args  string // operands in the order of Intel's syntax: r, v, m, i (byte), s (mask), l (target)
	class class
	table byte // of opcodes: 1 0F, 2 0F38, 3 0F3A
	pp    byte // prefix: 0 none, 1 66, 2 F3, 3 F2
	op    byte
	ext   byte   // in ModRM.reg, where r is none
	w     bool   // bit W of EVEX
	vexW  bool   // bit W of VEX
	one   bool   // memory is one element
	word  uint32 // of arm64, without operands
}

// A class says which registers an instruction has and how it is encoded.
type class uint8

const (
	vector     class = iota // ymm by VEX, zmm by EVEX
	toMask                  // the same, but r is a k register
	ofMasks                 // k registers, VEX
	ofMasks128              // the same with L = 0
	general                 // 64 bits, REX.W
	bare                    // bytes of its own: op, then nothing
	jump
	arm        // arm64: vectors of elements
	armBytes   // vectors of bytes
	armGeneral // 64 bits
)
