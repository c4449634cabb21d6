//go:build !mpi

package main

// withMPI tells whether the ranks can be the tasks of a launcher.
const withMPI = false
