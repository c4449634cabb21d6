//go:build !noasm

#include "textflag.h"

// func lines(p uintptr, n int, write bool)
TEXT ·lines(SB), NOSPLIT, $0-17
	MOVQ p+0(FP), AX
	MOVQ n+8(FP), CX
	ADDQ AX, CX
	ANDQ $-64, AX
	CMPB write+16(FP), $0
	JNE  write

read:
	CMPQ AX, CX
	JAE  done
	PREFETCHT0 (AX)
	ADDQ $64, AX
	JMP  read

write:
	CMPQ AX, CX
	JAE  done
	BYTE $0x0f; BYTE $0x0d; BYTE $0x08 // PREFETCHW (AX)
	ADDQ $64, AX
	JMP  write

done:
	RET
