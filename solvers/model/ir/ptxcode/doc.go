// Package ptxcode writes programs of package ir as PTX, the assembly language of NVIDIA's
// GPUs, which the driver compiles for the device that it finds.
//
//	m := ptxcode.New(ir.F64, ptxcode.Layout{Row: 520, Plane: 520 * 520})
//	e := m.Cells("step", p)     // a kernel that makes p's outputs, a thread for each cell
//	text := m.PTX()             // for gpu.Device.Load
//
// Everything that is known when the text is written is a constant in it: the distances
// between cells too, so that all neighbours of a cell lie at fixed distances from one
// address.
//
// # Arguments
//
// An Entry lists what its kernel takes, in order. Fields and tables are given as pointers to
// the first cell of the box that is made, and to the coordinates of that cell: what lies
// around the box is reached from there. What is the same for all cells of a launch, such as
// a function of the time, is computed by the host and given by value.
//
// # The same bits
//
// Each operation is one instruction that rounds as IEEE 754 asks for, or a few whose
// meaning is exact: .rn everywhere, never .ftz or .approx, nothing that the assembler might
// fuse. Min, Max and Select are a comparison and a selp.
package ptxcode
