//go:build mpi

package linked

// MPI tells whether the ranks can be the tasks of a launcher.
const MPI = true
