//go:build mpi

package cli

// WithMPI tells whether the ranks can be the tasks of a launcher.
const WithMPI = true
