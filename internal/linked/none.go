//go:build !mpi

// Package linked says what a program was linked with. It has nothing else, so that what
// asks is the same code in every build.
package linked

// MPI tells whether the ranks can be the tasks of a launcher.
const MPI = false
