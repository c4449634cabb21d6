// Package ptx reads PTX as far as a program must know it that hands it to a driver:
// the words of the language, and what a file declares to the outside.
//
// Scan cuts a file into tokens, for package ptxsim to parse and run. Entries reads
// the kernels of a file and their parameters alone, and passes over everything
// between braces: it takes what a driver takes, of any version of the language.
//
// The language is that of NVIDIA, "Parallel Thread Execution ISA".
package ptx
