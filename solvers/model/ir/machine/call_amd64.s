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
