package ir

import "unsafe"

// A Kernel makes the outputs of a program for a piece of a row. It may be called from
// several threads at once, each with Args of its own.
type Kernel interface {
	Run(a *Args)
}

// Args is what a kernel is called with. Inputs and outputs do not overlap. Before the
// first and behind the last cell that a row's loads reach there are at least Slack bytes that may be read; before the
// first only where the program loads cells beside its own.
type Args struct {
	N        int              // cells
	In       []unsafe.Pointer // the first cell in each of the program's Rows
	Out      []unsafe.Pointer // the first cell of each output
	X        unsafe.Pointer   // the coordinate along the row of the first cell, the next ones behind it; nil: not needed
	Uniforms []uint64         // see Program.PutUniforms
}

// Slack is how many bytes kernels may read beside what they need: a vector, and another one where a piece of a row has been
// made longer to be whole vectors.
const Slack = 128
