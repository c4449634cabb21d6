// Package ptx reads PTX, the assembly language of NVIDIA's processors, as "Parallel
// Thread Execution ISA" by NVIDIA defines it, and runs none of it.
//
// Parse reads a whole file into a syntax tree, which package ptxsim runs. It knows the
// directives and the form of instructions of PTX ISA 6.0 to 8.x; which instructions
// there are is for the reader of the tree to judge:
//
//	File -- Globals, Variables
//	  `-- Function -- Params, Registers, Variables, Targets
//	        `-- Statement -- Label, or
//	              `-- Instruction   @%p1 ld.global.f32 %f1, [%rd1+4];
//	                    |- Guard      %p1
//	                    |- Op         ld
//	                    |- Modifiers  global, f32
//	                    `- Args       Reg %f1; Address %rd1, Offset 4
//
// Entries reads the kernels of a file and their parameters alone, and passes over
// everything between braces: it takes what a driver takes, of any version of the
// language.
package ptx
