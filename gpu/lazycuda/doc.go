// Package lazycuda binds the CUDA driver when it is first needed, so that one
// binary starts on machines with and without it, and is built on machines without
// any file of NVIDIA's.
//
//	gorgonia.org/cu, package gpu        call cuMemAlloc_v2 and 173 others
//	      |
//	  trampoline  cuMemAlloc_v2:        jmp *slot
//	      |
//	  slot        before Load           a function that answers "no device"
//	              after it              what dlsym found in libcuda.so.1
//
// The trampolines have the driver's own names. Before Load cuInit alone answers
// success, because gorgonia.org/cu calls it when the program starts and ends the
// program if it fails; Load then calls the real one. A function that the driver
// does not have answers CUDA_ERROR_NOT_FOUND.
//
// cuda.h declares what is needed of the driver's interface; symbols.h and the
// trampolines are made from it by go generate. The package is built with the tag
// cuda, on Linux; scripts/withcuda passes what the compiler and linker need.
package lazycuda

//go:generate go run ./gen
