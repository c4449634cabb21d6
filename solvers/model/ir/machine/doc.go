// Package machine makes machine code from a program of solvers/model/ir while hybrid runs: AVX2
// with FMA, AVX-512 or NEON, for rows of cells. No compiler is needed, and a program of some
// tens of operations takes less than a millisecond.
//
//	k, err := machine.Compile(p, simd.AVX2)   // an ir.Kernel; ErrUnavailable: there is none here
//	defer k.Close()
//	k.Run(args)
//
// # From a program to bytes
//
//	choose     ir nodes -> steps: signs folded into FMA, negations into comparisons   select.go
//	order      of the steps, so that few values are alive at a time                    order.go
//	carry      what a turn of the loop hands on to the next one                        carry.go
//	allocate   registers; what does not fit is read from memory or spilled             allocate.go
//	emit       the instructions of a step                                              emit.go, arm_emit.go
//	frame      pointers, constants, the loop                                           frame.go, assemble.go
//	encode     instructions -> bytes and text                                          encode.go, text.go, arm.go
//
// # The code
//
// It is called with an ir.Args and a scratch area, and is one loop, a vector of cells a
// turn. The counter runs from minus the length of the row up to zero, against pointers that
// are moved to match, so that it alone says when the row ends:
//
//	    rax = -(bytes of the row - bytes of a vector)
//	loop:
//	    ... [row + rax + offset] ...
//	    add rax, bytes of a vector
//	    jle loop
//	    cmp rax, bytes of a vector
//	    je  end
//	    xor eax, eax           ; the last vector ends where the row ends:
//	    jmp loop               ; some cells are made twice, from the same inputs
//
// Where turns hand on vectors, the last jump is to in front of the loop, where they are read.
//
// Rows shorter than a vector are made beside their place and copied. Nothing outside of
// the row is written; of the inputs up to ir.Slack bytes before and behind it are read.
package machine
