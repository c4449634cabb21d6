// Package ir is what formulas become on the way to kernels: a graph of operations on the
// values of one cell, in which equal expressions stand once.
//
//	g := ir.New(ir.F64)
//	west, here, east := g.Load(0, 0, 0, -1), g.Load(0, 0, 0, 0), g.Load(0, 0, 0, 1)
//	next := g.FMA(g.Const(0.25), g.Add(west, east), g.Mul(g.Const(0.5), here))
//	p := g.Program(next)       // what a kernel is made of
//	k := p.Interpreter()       // one in Go, for every machine
//
// A cell has three numbers, of plane, row and column: (a, b, c). A kernel makes a piece of a
// row, c counting up. What it reads are pieces of rows, of fields beside and around the
// cell: a Row names a field and the distance in a and b, a Load one of them and the
// distance in c.
//
// # The same bits everywhere
//
// Every operation gives the bits that IEEE 754 asks for, rounded to nearest, ties to even, or
// is defined here by such: what a program makes depends on no backend. No backend may fuse,
// reorder or approximate. The exceptions are the sign and the payload of NaN.
//
// # Levels
//
// A node that depends on constants and the time alone is the same for a whole step, one
// that depends on the plane's or the row's coordinate for a row, others for a cell. A kernel
// is given the first two as a table, Uniforms.
package ir
