//go:build (linux || darwin) && !noasm

#include "funcdata.h"
#include "textflag.h"

// func call(code *byte, a *ir.Args, scratch unsafe.Pointer)
//
// The code uses all general registers but SP and BP, and no stack. To Go's wrapper around this
// function they are all free.
TEXT ·call(SB), NOSPLIT, $16-24
	NO_LOCAL_POINTERS
	MOVQ code+0(FP), AX
	MOVQ a+8(FP), DI
	MOVQ scratch+16(FP), SI
	CALL AX
	RET

// func cpuid() (b, d, c uint32)
//
// The first twelve letters of what the processor says of itself.
TEXT ·cpuid(SB), NOSPLIT, $0-12
	XORL AX, AX
	XORL CX, CX
	CPUID
	MOVL BX, b+0(FP)
	MOVL DX, d+4(FP)
	MOVL CX, c+8(FP)
	RET
