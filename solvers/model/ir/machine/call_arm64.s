//go:build linux && !noasm

#include "funcdata.h"
#include "textflag.h"

// func call(code *byte, a *ir.Args, scratch unsafe.Pointer)
//
// The code uses R0 to R17, R19 to R26 and all vector registers, which are free to Go's wrapper around
// this function, and no stack.
TEXT ·call(SB), NOSPLIT, $16-24
	NO_LOCAL_POINTERS
	MOVD code+0(FP), R3
	MOVD a+8(FP), R1
	MOVD scratch+16(FP), R2
	CALL (R3)
	RET

// func flushLines(first unsafe.Pointer, bytes uintptr)
//
// Lines are of 16 bytes at least. Each is written back from the data cache and left out of that of
// instructions (Arm Architecture Reference Manual, B2.4.4).
TEXT ·flushLines(SB), NOSPLIT, $0-16
	MOVD first+0(FP), R0
	MOVD bytes+8(FP), R1
	ADD  R0, R1, R1
	MOVD R0, R2

data:
	WORD $0xd50b7b22 // dc cvau, x2
	ADD  $16, R2
	CMP  R1, R2
	BLO  data
	WORD $0xd5033b9f // dsb ish
	MOVD R0, R2

instructions:
	WORD $0xd50b7522 // ic ivau, x2
	ADD  $16, R2
	CMP  R1, R2
	BLO  instructions
	WORD $0xd5033b9f // dsb ish
	WORD $0xd5033fdf // isb
	RET
