// Package lazympi binds an MPI library when it is first needed, so that one binary runs
// under every MPI and without any, and is built on machines without MPI.
//
//	github.com/emer/empi, package mpi    call MPI_Send and 60 others
//	      |
//	  trampoline  MPI_Send:              jmp *slot
//	      |
//	  slot        before Load            a function that answers MPI_ERR_OTHER
//	              after it               the library's MPI_Send, where it has the standard ABI;
//	                                     else a function that calls it
//	      |
//	  wrapper     openmpi.c, mpich.c     translates handles, constants, statuses, error
//	                                     codes, threading levels and callbacks
//
// mpi.h declares what is needed of MPI, with the names and values of the standard ABI of
// MPI 5.0. The trampolines and most of the wrappers are made from it by go generate. Known
// are Open MPI 4 and 5, MPICH 4 and 5 and what has its ABI, and any library with the
// standard one.
//
// The package is built with the tags mpi and lazympi, on Linux; scripts/withmpi lazy passes
// what the compiler needs.
package lazympi

//go:generate go run ./gen
